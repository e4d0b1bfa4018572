"""Asking back without an authored word: several places fit, and nothing said tells them apart."""

from __future__ import annotations

import re
from typing import TypeAlias

from bot.knowledge.library import Entry
from bot.matching.case import ANSWER_MIN, CHOICES_MAX, SURE_PHRASING, Case, Decision
from bot.matching.evidence import ACROSS, content_pairs
from bot.matching.facets import ASKING
from bot.matching.match import Candidate
from bot.matching.prepared import place_key
from bot.matching.terms import units

SEVERAL_CHARS_MAX = 12
SEVERAL_SHARE = 0.6
"""A short question is asked back when the words of another place's entry fit this well, compared
with the best, and no word of it is one place's own."""
SEVERAL_SURE_SHARE = 0.8
"""The same where the best entry has nearly these words as a phrasing."""
RIVALS_CHARS_MAX = 12
RIVALS_PHRASING = 0.52
RIVALS_SHARE = 0.45
"""A question that no phrasing is near to is asked back when a place that some ``ambiguous`` guard
offers beside the best one fits this well, compared with it."""
NAMED_SURE = 0.6
"""A topic that is named this surely says which place is meant."""
BARE_CHARS_MAX = 10
BARE_COVERAGE = 0.8
"""A place owns a bare word if its best entry covers it this well, compared with the best."""
BARE_COVERAGE_MIN = 0.5

_NUMBER = re.compile(r"\d+|[二三四五六七八九十]")


_Places: TypeAlias = "dict[tuple[str, ...], Entry]"
"""The best entry of each place, the place that fits best first."""


def bare_word(case: Case) -> Decision | None:
    """A bare word ("人居环境") that several places own: the best entry of each."""
    if _is_settled(case) or len(case.question) > BARE_CHARS_MAX or ASKING.search(case.question):
        return None
    top = max(candidate.parts["coverage"] for candidate in case.candidates)
    found: _Places = {}
    for candidate in case.candidates:
        if candidate.parts["coverage"] >= BARE_COVERAGE * top:
            _add(found, case, candidate)
    if top < BARE_COVERAGE_MIN:
        return None
    return _asked_back(found, "只有一个词，几个地方都有", "bare word")


def several_places(case: Case) -> Decision | None:
    """Nothing that is said tells the places apart whose entries fit nearly as well as the best."""
    if case.best.score < ANSWER_MIN or not could_be_several(case, case.entry.topic.id):
        return None
    share = SEVERAL_SHARE if case.phrasing < SURE_PHRASING else SEVERAL_SURE_SHARE
    found: _Places = {}
    for candidate in case.candidates:
        if candidate.content >= share * case.best.content:
            _add(found, case, candidate)
    reason = "几个地方都说得上，问话里没有一个词只属于其中一处"
    return _asked_back(found, reason, "several places")


def could_be_several(case: Case, topic: str) -> bool:
    """Is a question with an entry of ``topic`` first so short and bare that others may be meant?"""
    if _is_settled(case) or len(case.text) > SEVERAL_CHARS_MAX or _is_named(case, topic):
        return False
    holders = case.matcher.evidence.known.of_pairs(_pairs(case))
    return not any(len(names - {""}) == 1 for names in holders)  # a word that one place alone uses


def rivals(case: Case) -> Decision | None:
    """A place that editors know to be asked for in the same words fits about half as well."""
    if _is_settled(case) or len(case.text) > RIVALS_CHARS_MAX or case.phrasing >= RIVALS_PHRASING:
        return None
    matcher, best = case.matcher, case.entry
    place = matcher.evidence.place(best.topic.id)
    if not place or case.best.score < ANSWER_MIN or _is_marked(case):
        return None
    found: _Places = {place: best}
    numbers = _numbers(case.text) & _numbers(best.answer)
    for candidate in case.candidates:
        entry = matcher.entries[candidate.number]
        if candidate.content < RIVALS_SHARE * case.best.content:
            continue
        if numbers <= _numbers(entry.answer) and matcher.guards.are_rivals(
            best.topic.id, entry.topic.id
        ):
            _add(found, case, candidate)
    reason = "别处的事也常这样问，问话里没有一个词只属于其中一处"
    return _asked_back(found, reason, "rivals")


def _is_settled(case: Case) -> bool:
    """Is a place or person named, carried over, or the chat's own, or are all places meant?"""
    mentions, context = case.mentions, case.context
    known = mentions.places or mentions.people or context.carried or context.home
    return bool(known) or ACROSS.search(case.text) is not None


def _add(found: _Places, case: Case, candidate: Candidate) -> None:
    """Keep a candidate that is the first of its place; a county is not apart from its province."""
    entry = case.matcher.entries[candidate.number]
    place = case.matcher.evidence.place(entry.topic.id)
    within = any(place[: len(other)] == other[: len(place)] for other in found)
    if place and not within:
        found[place] = entry


def _asked_back(found: _Places, reason: str, rule: str) -> Decision | None:
    """Choices of several places; None when there is but one."""
    if len(found) < 2:
        return None
    choices = list(found.values())[:CHOICES_MAX]
    scores = [0.0] * len(choices)
    return Decision("choices", choices=choices, choice_scores=scores, reason=reason, rule=rule)


def _pairs(case: Case) -> list[tuple[int, int]]:
    return [pair for part in case.question.split() for pair in content_pairs(units(part))]


def _numbers(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(text))


def _is_named(case: Case, best: str) -> bool:
    """Does an alias name a topic of the place of topic ``best``, and none of another's?"""
    place, words = case.matcher.evidence.place, case.mentions.words
    sure = [topic for topic, how in case.mentions.topics.items() if how >= NAMED_SURE]
    # The longest name is the one that is meant: 指导员 beside 党建.
    longest = max((len(words[topic]) for topic in sure), default=0)
    named = {place(topic) for topic in sure if len(words[topic]) == longest}
    return named == {place(best)}


def _is_marked(case: Case) -> bool:
    """Does a word point to the best entry's place alone, in phrasings and in answers alike?"""
    matcher, place = case.matcher, case.matcher.evidence.place(case.entry.topic.id)
    if _is_named(case, case.entry.topic.id):
        return True
    pairs, only = _pairs(case), {place_key(place)}
    known, spoken = matcher.evidence.known.of_pairs(pairs), matcher.elsewhere.spoken.of_pairs(pairs)
    return any(
        one - {""} == only and two - {""} == only for one, two in zip(known, spoken, strict=True)
    )
