"""What notices keep of one member, in readable lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.features.notices.model import Notice, Phase
from bot.turn import Kept

if TYPE_CHECKING:
    from bot.features.notices.office import Office

_UNSENT = frozenset({Phase.DRAFT, Phase.WAITING, Phase.DROPPED})


async def told(office: Office, channel: str, member_id: str) -> list[Kept]:
    """Drafts, notices that were sent, receipts.

    Raises:
        StorageError: the database refuses.
    """
    written = await office.store.of_member(channel, member_id)
    answers = await office.copies.of_member(channel, member_id)
    kept = (
        Kept(
            "没发出的通知",
            "草稿 60 天，放弃的 2 天",
            tuple(_line(notice) for notice in written if notice.phase in _UNSENT),
        ),
        Kept(
            "您写的或同意的通知",
            "一直保留，删除以后不再记是谁写的",
            tuple(_line(notice) for notice in written if notice.phase not in _UNSENT),
        ),
        Kept(
            "通知回执",
            f"通知发出后 {office.options.receipt_days} 天",
            tuple(
                f"{one.at:%Y-%m-%d %H:%M} 通知 {number}：{one.answer.word}，群 {one.chat_id}"
                for number, one in answers
            ),
        ),
    )
    return [one for one in kept if one.rows]


def _line(notice: Notice) -> str:
    return f"{notice.created_at:%Y-%m-%d} 通知 {notice.id}：{notice.content.text or notice.title}"
