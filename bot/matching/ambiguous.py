"""Authored words with several meanings: ask which one is meant, unless the rest settles it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.knowledge.library import Entry
from bot.matching.case import Case, Decision
from bot.matching.evidence import owned_by_one
from bot.matching.guards import Guarded
from bot.matching.holders import Holders
from bot.matching.speech import plainly


def ambiguous(case: Case) -> Decision | None:
    """An authored word with several meanings, unless the rest of the question settles it."""
    if case.mentions.people:
        return None
    for guard in case.matcher.guards.double(case.steps, case.topics(2)):
        if case.mentions.places and not guard.topic:
            continue  # words that several places share are settled by naming one
        found = _meanings(case, guard)
        if len(found) < 2 or _settled_by_context(case, found):
            continue
        if _settled_by_words(case, guard.word, found):
            continue
        decision = Decision("choices", choices=found, choice_scores=[0.0] * len(found))
        decision.reason = f"“{guard.word}”可能指几件事"
        decision.rule, decision.guard = "ambiguous", guard
        return decision
    return None


def _meanings(case: Case, guard: Guarded) -> list[Entry]:
    """The meanings of an ambiguous word; only those of the places that are named, if any is."""
    found = [entry for ref in guard.choices if (entry := case.matcher.resolve(ref)) is not None]
    named = case.mentions.places
    places = case.matcher.names.topic_places
    return [entry for entry in found if not named or named & set(places[entry.topic.id])]


def _settled_by_context(case: Case, found: Sequence[Entry]) -> bool:
    """Does the last exchange or the chat's own place say which meaning is meant?"""
    evidence, context = case.matcher.evidence, case.context
    topics = {entry.topic.id for entry in found}
    if len({evidence.place(topic) for topic in topics}) == 1:
        return False
    if context.carried:
        carried = dict.fromkeys(context.carried.topics, 1.0)
        if topics & (set(carried) | set(evidence.neighbours(carried))):
            return True
    if not context.home:
        return False
    places = case.matcher.names.topic_places
    return sum(context.home[-1] in places[topic] for topic in topics) == 1


def _settled_by_words(case: Case, word: str, found: Sequence[Entry]) -> bool:
    """Does a longer alias, or a word that one meaning alone owns, stand beside the word?"""
    topics = {entry.topic.id for entry in found}
    evidence = case.matcher.evidence
    question = case.question if word in case.text else plainly(case.question)
    if len({evidence.place(topic) for topic in topics}) == 1:
        holders = Holders.of((e.ref, case.matcher.known_terms(e)) for e in found)
        return owned_by_one(question, word, holders, holders.names)
    longer = {t for t, alias in case.mentions.words.items() if len(alias) > len(word) + 1}
    if longer & topics:
        return True
    return evidence.settled(word, topics, question, case.context.days)


def leads_to(case: Case, guard: Guarded, topic: str) -> bool:
    """Is a question about a topic answered with it, whatever a guard in its words says?

    Whatever the ranking, for a question without context: the guard offers the topic itself, or the
    words beside it settle the meaning.
    """
    if case.mentions.people or (case.mentions.places and not guard.topic):
        return True
    if any(ref.partition("/")[0] == topic for ref in guard.choices):
        return True
    found = _meanings(case, guard)
    return len(found) < 2 or _settled_by_words(case, guard.word, found)
