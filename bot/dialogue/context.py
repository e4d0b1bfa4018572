"""What the matcher is told beside the words of a question: time and the last exchange."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.dialogue.memory import Remembered
from bot.matching.evidence import Carried
from bot.text.dates import TimeSlot
from bot.text.normalise import normalise

_RELATIVE = re.compile(
    r"今[天日晚早儿]|[明昨后前][天日晚早儿]|大[后前]天|[这本下上]+个?(?:月|周|星期|礼拜)|最近|近期"
)
_DAY_RANGE_MAX = 62


def without_relative(question: str, slots: Sequence[TimeSlot]) -> str:
    """The question without 今天, 下周 and the like: they tell when, never what."""
    for slot in slots:
        if _RELATIVE.match(slot.text) and not slot.recurring:
            question = question.replace(slot.text, " ")
    return " ".join(question.split()) or question


def carried(before: Remembered | None) -> Carried | None:
    """What was asked before, for a question that may lean on it."""
    if before is None or not before.topics:
        return None
    return Carried(before.topics, before.entry, normalise(before.question))


def named_days(slots: Sequence[TimeSlot]) -> frozenset[tuple[int, int]]:
    """(month, day) of every day that a question names, of ranges up to two months."""
    found: set[tuple[int, int]] = set()
    for slot in slots:
        if slot.recurring or (slot.last - slot.first).days > _DAY_RANGE_MAX:
            continue
        day = slot.first
        for step in range((slot.last - slot.first).days + 1):
            here = day.fromordinal(day.toordinal() + step)
            found.add((here.month, here.day))
    return frozenset(found)
