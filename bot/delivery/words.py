"""What secretaries and admins read about deliveries: a reason each, and how a trouble ended."""

from __future__ import annotations

from datetime import datetime

EXPIRED = "过了发送时限，没有发"
LOST_LEASE = "发送途中程序停了，可能已送达"
RESTORED = "恢复了备份，不知道发过没有"
TIMED_OUT = "发出以后没等到平台回话，可能已送达"
BROKEN = "程序出错，可能已送达；请把日志交给维护的人"
SERVER = "平台多次出错，没有发出去"
UNREACHABLE = "一直连不上平台，没有发出去"
REJECTED = "平台不接受这条消息"
WANDERING = "群的编号变了又变，没有发出去"
EMPTY = "没有内容可发"
CANCELLED = "没发就取消了"
SETTLED = "人工确认已送达"
REPLACED = "原消息还没发，已直接换成新内容"
WITHDRAWN = "没发就撤回了"
NOT_THERE = "原消息没有送达，不用改"
UNKNOWN_MESSAGE = "原消息送没送达不清楚，没有编号，改不了"
ALREADY_GONE = "原消息早已不在"
MESSAGE_GONE = "原消息已经不在，改不了"
MOVED_AWAY = "群已升级，升级前的消息改不了"
LOCKED = "平台不让动这条消息"
TOO_OLD = "发出已超过 48 小时，平台不让再动"

PLATFORM_AWAY = "连不上平台"
NOTHING_LOST = "期间该发的都还在排队，没有丢，现在接着发。"


def going_on(waiting: int) -> str:
    """What happens to orders that had to wait."""
    if not waiting:
        return "没有漏发的通知。"
    return f"期间排队的 {waiting} 条没有丢，现在接着发。"


def trouble_over(trouble: str, since: datetime, until: datetime, after: str) -> str:
    """What admins read when a trouble is over."""
    end = f"{until:%H:%M}" if since.date() == until.date() else _moment(until)
    return f"已恢复：{trouble}（{_moment(since)} 到 {end}）。{after}"


def _moment(moment: datetime) -> str:
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"
