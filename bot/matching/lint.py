"""What the matcher makes of the phrasings: snatched, barred, out of reach, shared unawares.

Every phrasing that may lead astray is asked once; ``sure`` tells which cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from bot.knowledge.findings import Finding, warning
from bot.knowledge.library import OVERVIEW, Entry, Library
from bot.knowledge.problems import Problem
from bot.knowledge.schema import Ambiguous, Topic
from bot.matching.case import Decision
from bot.matching.decide import Matcher
from bot.matching.prepared import place_key
from bot.matching.sure import surely_own
from bot.text.normalise import normalise

CHOICES_MAX = 5
_IN_THE_GUARD = "该答就在 not_covered 或 ambiguous 那一条的 unless 里加一个词；不该答就删掉这句"
_IN_THE_PHRASING = "把这句说得更明白，带上这一节自己的词；不该答就删掉这句"


def lint_phrasings(
    library: Library, matcher: Matcher | None = None, part: range | None = None
) -> list[Finding]:
    """Everything that asking each phrasing shows, in the order of the files.

    Args:
        library: whose phrasings.
        matcher: the understanding of it, if there is one already.
        part: the numbers of the entries whose phrasings are asked, side by side; all by default.
    """
    matcher = matcher or Matcher(library)
    part = range(len(matcher.entries)) if part is None else part
    found: list[Finding] = []
    sure = iter(surely_own(matcher, part).tolist())
    for entry in matcher.entries[part.start : part.stop]:
        found += _asked(library, matcher, entry, list(islice(sure, len(entry.asks))))
    return sorted(found, key=lambda finding: finding.problem)


def halves(matcher: Matcher) -> tuple[range, range]:
    """All entries in two parts with about as many phrasings."""
    starts, count = matcher.index.phrasings.starts, len(matcher.entries)
    middle = int(starts.searchsorted(starts[-1] // 2))
    return range(middle), range(middle, count)


def _asked(
    library: Library, matcher: Matcher, entry: Entry, sure: Sequence[bool]
) -> Iterator[Finding]:
    reached = any(sure)
    for number, ask in enumerate(entry.asks):
        if sure[number]:
            continue
        decision = matcher.decide(normalise(ask))
        if not decision.candidates:
            continue
        best = matcher.entries[decision.candidates[0].number]
        if best.ref == entry.ref or _takes_turns(best, entry):
            shown = _shows(decision, entry) or _takes_turns(best, entry)
            reached = reached or shown
            if not shown:
                yield Finding(_barred(library, entry, number, decision))
            continue
        reached = reached or _shows(decision, entry)
        yield Finding(_snatched(library, entry, number, best))
    if not reached:
        file, line = library.places.get(entry.ref, ("", 1))
        what = f"“{entry.title}”这一节问不到：没有一句问法能问出它"
        hint = "给它加几句只属于它的问法，或和抢答的那一节合成一节"
        yield Finding(warning(file, line, what, hint, "unreachable"))


def _shows(decision: Decision, entry: Entry) -> bool:
    """Whether a decision leads to the entry at once, or to its topic as a choice."""
    if decision.status == "answer":
        return decision.entry is not None and decision.entry.ref == entry.ref
    return any(choice.topic.id == entry.topic.id for choice in decision.choices)


def _takes_turns(one: Entry, other: Entry) -> bool:
    """Sections of one topic whose times do not overlap may share their phrasings."""
    if one.topic.id != other.topic.id:
        return False
    for first, second in ((one, other), (other, one)):
        if first.valid_to and second.valid_from and first.valid_to < second.valid_from:
            return True
    return False


def _snatched(library: Library, entry: Entry, number: int, best: Entry) -> Problem:
    file, line = library.place_of_ask(entry, number)
    other_file, other_line = library.places.get(best.ref, ("", 1))
    what = (
        f"“{entry.title}”的问法“{entry.asks[number]}”会被 {other_file}:{other_line}"
        f"“{best.title}”抢答"
    )
    hint = "把这句改得更像自己这一节，或从一边删掉"
    return warning(file, line, what, hint, "collision")


def _barred(library: Library, entry: Entry, number: int, decision: Decision) -> Problem:
    file, line = library.place_of_ask(entry, number)
    why = decision.reason or decision.rule
    what = f"“{entry.title}”的问法“{entry.asks[number]}”问不出这一节：{why}"
    guarded = decision.rule in {"not_covered", "ambiguous"}
    hint = _IN_THE_GUARD if guarded else _IN_THE_PHRASING
    return warning(file, line, what, hint, "barred")


# --- words that several topics own ---------------------------------------------------------------


def lint_shared(library: Library) -> Iterator[Finding]:
    """Aliases and phrasings of several places' topics that no ``ambiguous`` key settles.

    Within one place the sections compete by their words, and collisions tell where that fails.
    """
    places = {topic.id: topic.place for topic in library.topics.values()}
    owners: dict[str, dict[str, tuple[str, int]]] = {}
    written: dict[str, str] = {}
    for topic in library.topics.values():
        for alias in topic.aliases:
            key = normalise(alias).replace(" ", "")
            written.setdefault(key, alias)
            owners.setdefault(key, {}).setdefault(topic.id, library.places.get(topic.id, ("", 1)))
    for entry in library.entries():
        ref = entry.topic.id if entry.id == OVERVIEW else entry.ref
        for number, ask in enumerate(entry.asks):
            key = normalise(ask).replace(" ", "")
            written.setdefault(key, ask)
            known = owners.setdefault(key, {})
            if not any(other.partition("/")[0] == entry.topic.id for other in known):
                known[ref] = library.place_of_ask(entry, number)
    yield from _both(library, owners)
    settled = tuple(_settled(library))
    for key, refs in owners.items():
        where = {places[ref.partition("/")[0]] for ref in refs}
        if key and len(where) > 1 and not any(word in key for word in settled):
            yield _unsettled(written[key], refs)


def _both(
    library: Library, owners: Mapping[str, Mapping[str, tuple[str, int]]]
) -> Iterator[Finding]:
    """Ways of asking that are said to be answered and not to be given, in the same place."""
    where = {topic.id: _near(topic) for topic in library.topics.values()}
    for topic in library.topics.values():
        file, line = library.places.get(topic.id, ("", 1))
        for ask in [ask for rule in topic.not_covered for ask in rule.ask]:
            refs = owners.get(normalise(ask).replace(" ", ""), {})
            here = [ref for ref in refs if where[ref.partition("/")[0]] == where[topic.id]]
            if here:
                other, number = refs[here[0]]
                what = f"not_covered 的问法“{ask}”在 {other}:{number} 也是问得到的问法"
                hint = "资料里有，就从 not_covered 里删掉；没有，就从那一节里删掉"
                yield Finding(warning(file, line, what, hint, "both"))


def _near(topic: Topic) -> str:
    """What topics have in common whose rules are compared with one another's phrasings."""
    return place_key(topic.place.levels() if topic.place else ()) or topic.id


def _settled(library: Library) -> Iterator[str]:
    rules: Iterable[Ambiguous] = chain(
        library.ambiguous, *(topic.ambiguous for topic in library.topics.values())
    )
    for rule in rules:
        for word in rule.words:
            plain = normalise(word).replace(" ", "")
            if plain:
                yield plain


def _unsettled(word: str, refs: dict[str, tuple[str, int]]) -> Finding:
    (file, line), *others = refs.values()
    also = "、".join(f"{name}:{number}" for name, number in others[: CHOICES_MAX - 1])
    what = f"“{word}”在 {also} 也有，没说清时该让人选，却没有 ambiguous"
    hint = "把下面几行贴进 guards.yaml 的 ambiguous；只该归一处，就从另一处删掉"
    problem = warning(file, line, what, hint, "shared")
    return Finding(problem, paste=_pasted(word, list(refs)[:CHOICES_MAX]))


def _pasted(word: str, refs: Sequence[str]) -> str:
    quoted = f'"{word}"' if set(word) & set(":#,[]{}\"'&*!|>%@`") else word
    return f"  - words: [{quoted}]\n    choices: [{', '.join(refs)}]"
