"""Is a question about a time ("下周有什么活动"), and which days does it mean?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.knowledge.library import Entry
from bot.text.dates import TimeSlot
from bot.text.dates_core import month_last

if TYPE_CHECKING:
    from bot.calendar.agenda import Due

BARE_CHARS_MAX = 4
"""What may be left beside a bare time ("那下周呢") that asks for the calendar."""
RANGE_DAYS_MAX = 800

_AGENDA = re.compile(
    r"党员活动|党建活动|党日活动|组织活动|活动|安排|日程|日历|计划|任务|事项|事情|要紧事|大事|节目|热闹|通知|动静|提醒|行程"
    r"|干啥|干什么|做什么|做啥|搞什么|搞啥|咋过|怎么过|咋安排|怎么安排|有啥|有什么|有哪些|有些什么|有些啥|要做的"
)
_ACROSS = re.compile(r"各地|地方|资料|[搞办]的|搞了|办了|开展了|做了")
"""Without a time word these ask what was done, not what is on."""
_ONE_THING = re.compile(r"主题(?=[是叫啥定]|什么)|(?:什么|啥)主题")
"""What an activity is called is no question about what is on."""
_FILLER = re.compile(
    r"请问一下|请问|问一下|问问|问下|想知道|想问|我想|麻烦|帮我|看看|查一下|查查|告诉我|说说|说一下|列一下|列出来|一共|总共"
    r"|你们|我们|咱们|他们|大家|各地|各个地方|全部|所有|一些|几个|几项|多少|哪些|哪几个|什么|怎么|怎样|有没有|是不是|可以|可参加|能参加"
    r"|参加|参与|开展|举办|组织|进行|举行|发生|登记|记录|资料里|里面|里头|这边|那边|这里|那里|那天|当天|期间|之间|时候|以来"
    r"|党支部|支部|党员|街道|社区|村里|镇上|县里|区里|单位|党组织|党建|红色|重要|主题|还有|还会|还要|已经|接下来|接着"
    r"|[我你您咱俺他她它的了吗呢吧啊呀哦嘛么有没会要在都还又再就也是搞办做过去来到从至和与跟该能啥哪几个些样儿里内前后中上下啦哈嗯呃额那这]"
)


def asks_for_agenda(rest: str, slots: Sequence[TimeSlot]) -> bool:
    """Is a question about what happens at a time, and nothing else?

    Args:
        rest: the normalised question without time words and place names.
        slots: the time words found; without any, the question must say 活动 or the like.
    """
    plain = rest.replace(" ", "")
    if _ONE_THING.search(plain) or (not slots and _ACROSS.search(plain)):
        return False
    without = _AGENDA.sub("", plain)
    if without == plain and not (slots and len(plain) <= BARE_CHARS_MAX):
        return False
    return len(_FILLER.sub("", without)) == 0


def span_of(slots: Sequence[TimeSlot], now: datetime) -> tuple[date, date]:
    """The days that a question means; without a time word, this month."""
    if not slots:
        today = now.date()
        return today.replace(day=1), month_last(today.year, today.month)
    first = min(slot.first for slot in slots)
    last = max(slot.last for slot in slots)
    if len(slots) > 1 and (last - first).days > RANGE_DAYS_MAX:
        return slots[0].first, slots[0].last
    return first, min(last, first + timedelta(days=RANGE_DAYS_MAX))


def subject(
    dues: Sequence[Due],
    by_ref: Mapping[str, Entry],
    place_of: Callable[[str], tuple[str, ...]],
) -> Entry | None:
    """The entry that a list of activities is about; None where they are in several places.

    Half a sentence may follow ("在哪办"): of two counties nobody knows which is meant.
    """
    found = [entry for due in dues if (entry := by_ref.get(due.occasion.event.see or ""))]
    return found[0] if len({place_of(entry.topic.id) for entry in found}) == 1 else None
