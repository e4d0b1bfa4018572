"""The rules that decide about a question, asked in the order of ``RULES``; the first wins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.knowledge.library import OVERVIEW
from bot.matching.ambiguous import ambiguous
from bot.matching.case import ANSWER_MIN, CHOICES_MAX, SURE_PHRASING, Case, Decision
from bot.matching.evidence import SHORT_CHARS, is_function_word
from bot.matching.facets import (
    STORY_CHARS,
    another_time,
    asked_for,
    asks_name,
    beyond,
    contradicted,
    question_part,
)
from bot.matching.guards import EVERYWHERE, Guarded
from bot.matching.match import Candidate, doubt
from bot.matching.several import bare_word, rivals, several_places
from bot.matching.speech import as_written
from bot.matching.unsaid import PARTS, Lean

CHOICES_MIN = 0.33
"""A score from here on shows choices; below, the desk says that it does not know."""
OFFER_MIN = 0.25
OFFERS_MAX = 3
"""Beside "I do not know" and beside an answer that is not sure, up to this many entries with at
least this score are offered as buttons."""
SURE_SCORE = 1.0
"""An answer with this score needs no others beside it."""
CHOICES_PER_TOPIC = 2
OWN_PHRASING = 0.4
"""A guard word that the nearest phrasing holds is answered when that phrasing is this near."""
WEAK_GUARD_PHRASING = 0.4
"""A guard of mere question words (哪几家) yields to a phrasing this near."""
WEAK_OWN_PHRASING = 0.5
"""The same for a guard of the best entry's own topic."""
TOPIC_SCORE_MIN = 0.2
"""Below this score no topic is meant: only guards that hold everywhere may speak."""
SAID_PHRASING = 0.5
"""With a phrasing this near, what was asked is answered, whatever else it is like."""
NEAR_RULE = -0.05
"""A rule that is this near, compared with the best entry, is what was asked."""
NOT_THIS = "资料里没有写您问的这一点。"
EITHER_OR = re.compile(r"还是(?!有)[^ 吗么]{1,12}(?: |$)")
"""Two things are named and one of them may be true; 还是贫困县吗 means that it still is one."""
STORY_CONTENT = 0.55
"""A guard word in a clause that asks nothing is part of the story when the message is this long or
the best entry fits this well."""
_BARE_ASKING = re.compile(
    r"什么|哪|多少|谁|怎|时候|时间|名字|[多长久大远几天钱叫个人家些年月号点在里是的有名]"
)
_PARTICLES = frozenset("的了吗呢是在有不和与就都也还要怎么什哪谁几多少能会可如何为啥咋")


def _foreign_place(case: Case) -> Decision | None:
    """Another place's name: no file speaks of it."""
    name, own = case.mentions.foreign, case.mentions.places
    if not name or (own and name not in question_part(case.question)):
        return None  # who has come home from 广东 and asks about 江阳 does not ask about 广东
    if (own or case.mentions.topics) and EITHER_OR.search(case.question):
        return None  # 锣鼓坳是湖南的还是湖北的 is answered by the one of them that is true
    say = f"资料里没有“{name}”的内容。"
    reason = f"问的是“{name}”，资料里没有这个地方"
    return Decision("unknown", say=say, reason=reason, rule="foreign place")


def _nothing(case: Case) -> Decision | None:
    """Not one term in common with any entry."""
    if case.candidates:
        return None
    return Decision("unknown", reason="没有一个字词对得上", rule="nothing")


def _not_covered(case: Case) -> Decision | None:
    """An authored word about which the sources say nothing."""
    best = case.entry.topic.id
    meant = case.best.score >= TOPIC_SCORE_MIN or best in case.mentions.topics
    near = [best] if meant else []
    if near and (case.entry.id == OVERVIEW or case.entry.kind == "contacts"):
        # Such an entry is where questions land that a neighbour topic knows to be unanswerable.
        near += [t for t in case.matcher.evidence.neighbours({best: 1.0}) if t != best]
    guards = case.matcher.guards.missing(case.steps, near)
    if not case.is_about_something:
        guards.sort(key=lambda guard: guard.topic != EVERYWHERE)
    double = ambiguous(case) if guards else None
    for guard in guards:
        if _is_beside_the_point(case, guard) or _is_of_one_meaning(case, guard, double):
            continue
        reason = f"问到“{guard.word}”，资料未载"
        # A bare 联系方式 is about no place: one topic's own words would be about the wrong one.
        say = guard.say if case.is_about_something or not guard.topic else ""
        decision = Decision("unknown", say=say, reason=reason, rule="not_covered")
        decision.guard = guard
        _offer(decision, _choices(case), case)
        return decision
    return None


def _is_of_one_meaning(case: Case, guard: Guarded, double: Decision | None) -> bool:
    """Does a guard speak for one meaning alone of a word that has others?"""
    if double is None or double.guard is None:
        return False
    if guard.topic == EVERYWHERE:
        return guard.word in double.guard.word  # who wrote the longer word knew of the shorter
    topics = [entry.topic.id for entry in double.choices]
    refused = {other.topic for other in case.matcher.guards.missing(case.steps, topics)}
    return not refused >= set(topics)


def _is_beside_the_point(case: Case, guard: Guarded) -> bool:
    """Does a guard word stand in the question without being what is asked?"""
    word, known = guard.word, as_written(case.matcher.known_text(case.best.number))
    if word in as_written(case.best.nearest) and case.phrasing >= OWN_PHRASING:
        return True
    own = guard.topic == case.entry.topic.id
    yields_at = WEAK_OWN_PHRASING if own else WEAK_GUARD_PHRASING
    if is_function_word(word) and case.phrasing >= yields_at:
        return True
    if guard.topic != case.entry.topic.id and word in known:
        return True
    if guard.topic not in {"", case.entry.topic.id}:
        # A neighbour topic's 多少钱 or 多少党员 is not about this one, if this one has the thing.
        thing = _BARE_ASKING.sub("", word)
        if len(thing) < 2 or thing in known:
            return True
    if word not in as_written(question_part(case.question)):
        # Part of the story that leads to the question, unless the word itself is the subject.
        anchored = bool(case.mentions.places or case.mentions.people)
        story = case.best.content >= STORY_CONTENT or len(case.text) >= STORY_CHARS
        if guard.topic or anchored or story:
            return True
    return len(word) == 2 and word not in known and _is_cut_from_longer(case.text, word, known)


def _is_cut_from_longer(text: str, word: str, known: str) -> bool:
    """Is the word only a piece of others that the entry uses (大专 of 大专家)?"""
    at = text.find(word)
    ends = (text[at + len(word) - 1 : at + len(word) + 1], text[max(at - 1, 0) : at + 1])
    return at >= 0 and any(
        len(pair) == 2 and pair in known and not _PARTICLES & set(pair) for pair in ends
    )


def _elsewhere(case: Case) -> Decision | None:
    """Another place's subject: nothing that this place has can be the answer."""
    found = case.matcher.elsewhere.find(
        case.question, case.mentions, case.phrasing, case.entry.topic.id
    )
    if found is None:
        return None
    return Decision("unknown", say=found.say, reason=found.reason, rule="elsewhere")


def _contradiction(case: Case) -> Decision | None:
    """A year, time, rank or office that the question names and the best entry does not."""
    if case.entry.members_only:
        return None  # its words are not known here
    if EITHER_OR.search(case.question):
        return None
    topic = case.entry.topic
    sources = case.matcher.library.sources_of(topic)
    dated = " ".join([*(n.when for n in topic.dates), *(source.dated for source in sources)])
    known = case.matcher.known_text(case.best.number)
    place = case.matcher.names.topic_places[topic.id]
    odd = contradicted(case.text, known, dated) or beyond(case.text, known, place)
    if not odd and len(case.text) < STORY_CHARS:
        odd = another_time(question_part(case.question), known, dated)
    if not odd:
        return None
    reason = f"问的是“{odd}”，和资料里写的不是一回事"
    return _close_miss(case, f"资料里没有写“{odd}”的情况。", reason, "contradiction")


def _facet(case: Case) -> Decision | None:
    """The kind of thing that is asked for is not in the best entry."""
    if case.entry.members_only:
        return None
    if asks_name(case.text) and not case.matcher.evidence.names_one[case.best.number]:
        lack = "姓名"
    else:
        evidence, number, asked = case.matcher.evidence, case.best.number, asked_for(case.question)
        lacks = [each.name for each in asked if not evidence.holding(each)[number]]
        if not lacks or case.phrasing >= SURE_PHRASING:
            return None
        lack = lacks[0]
    reason = f"问的是{lack}，这一节里没有"
    # What an editor wrote down about it says more.
    return unsaid(case) or _close_miss(case, f"资料里没有写这件事的{lack}。", reason, "facet")


def _close_miss(case: Case, say: str, reason: str, rule: str) -> Decision:
    """Not known, but the best entry is about the same thing: offer it, not as the answer."""
    decision = Decision("unknown", score=case.best.score, say=say, reason=reason, rule=rule)
    others = _choices(case)
    decision.choices = [case.matcher.entries[c.number] for c in others]
    decision.choice_scores = [c.score for c in others]
    return decision


def lean_of(case: Case) -> Lean | None:
    """How far a question leans to what is not given; None where that is not asked at all."""
    if case.phrasing >= SAID_PHRASING or case.best.score < CHOICES_MIN:
        return None
    if case.context.carried and len(case.text) <= SHORT_CHARS:
        return None  # half a sentence says too little by itself
    return case.matcher.unsaid.lean(case.text, case.steps, case.best, case.entry.topic.id)


def unsaid(case: Case) -> Decision | None:
    """In meaning nearer to what the sources are known not to give than to what is answered."""
    lean = lean_of(case)
    if lean is None or lean.value <= 0:
        return None
    parts = "，".join(f"{PARTS[name]} {value:+.2f}" for name, value in lean.parts.items())
    reason = f"更像问资料里没有的“{lean.what}”：{parts}；合起来 {lean.value:+.2f}，高于 0 就不答"
    # Where no rule is near, its words would be about something else.
    say = lean.rule.say if lean.parts["nearer"] >= NEAR_RULE else NOT_THIS
    decision = _close_miss(case, say, reason, "unsaid")
    decision.guard = Guarded(lean.what, say, topic=lean.topic)
    return decision


def _by_score(case: Case) -> Decision:
    """The score decides."""
    others = _choices(case)
    score = case.best.score
    # Half a sentence that leans on the last exchange is not short of words.
    needed = ANSWER_MIN if case.context.carried else ANSWER_MIN + doubt(case.text)
    if score >= needed:
        decision = Decision("answer", case.entry, score)
        if score < SURE_SCORE:
            _offer(decision, others[1:], case)
        decision.reason = f"得分 {score:.2f}，不低于 {needed:.2f}"
    elif score >= CHOICES_MIN:
        decision = Decision("choices", None, score)
        decision.choices = [case.matcher.entries[c.number] for c in others]
        decision.choice_scores = [c.score for c in others]
        decision.reason = f"得分 {score:.2f}，在 {CHOICES_MIN} 和 {needed:.2f} 之间"
    else:
        decision = Decision("unknown", None, score)
        _offer(decision, others, case)
        decision.reason = f"得分 {score:.2f}，低于 {CHOICES_MIN}"
    decision.rule = "score"
    return decision


def _offer(decision: Decision, others: Sequence[Candidate], case: Case) -> None:
    """Put the nearest entries beside a decision: not as the answer, but one press away."""
    near = [c for c in others if c.score >= OFFER_MIN][:OFFERS_MAX]
    decision.choices = [case.matcher.entries[c.number] for c in near]
    decision.choice_scores = [c.score for c in near]


def _choices(case: Case) -> list[Candidate]:
    """At most five: the best, with no more than two of one topic."""
    kept: list[Candidate] = []
    seen: dict[str, int] = {}
    for candidate in case.candidates:
        topic = case.matcher.entries[candidate.number].topic.id
        if seen.get(topic, 0) < CHOICES_PER_TOPIC:
            kept.append(candidate)
            seen[topic] = seen.get(topic, 0) + 1
        if len(kept) == CHOICES_MAX:
            break
    return kept


RULES = (
    _foreign_place,
    _nothing,
    _not_covered,
    ambiguous,
    _elsewhere,
    bare_word,
    _contradiction,
    _facet,
    several_places,
    rivals,
    unsaid,
    _by_score,
)
"""The rules in the order they are asked."""
