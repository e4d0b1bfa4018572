"""Approving chats: who may be served, who decides, and how everyone learns of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.channels.base import Chat, Outlet, Target
from bot.errors import SendError
from bot.features.access import words
from bot.features.access.rules import Flood
from bot.features.routing import note_refusal
from bot.messages import Incoming, Reply
from bot.storage.chats import Approval, ChatRecord, ChatStore
from bot.turn import Command, Kept, Turn

if TYPE_CHECKING:
    from bot.clock import Clock

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Whom the settings let in; ids as the channel writes them."""

    admins: tuple[str, ...] = ()
    approved_chats: frozenset[str] = frozenset()
    call_names: tuple[str, ...] = ()


class Access:
    """Keeps the list of chats and lets admins decide about them."""

    name = words.NAME
    summary = "群的开通与编号"
    commands: Mapping[str, Command] = {"id": Command("id", "看本群、话题和自己的编号")}

    def __init__(
        self,
        store: ChatStore,
        outlet: Outlet,
        clock: Clock,
        settings: AccessSettings,
        flood: Flood,
    ) -> None:
        self._store = store
        self._outlet = outlet
        self._clock = clock
        self._settings = settings
        self._flood = flood

    def serves(self, channel: str, chat_id: str) -> bool:
        """Whether a group is approved, by the settings or by an admin."""
        if chat_id in self._settings.approved_chats:
            return True
        record = self._store.find(channel, chat_id)
        return record is not None and record.approval is Approval.APPROVED

    async def noticed(self, incoming: Incoming) -> None:
        """Somebody speaks to us in a group that is not approved: ask the admins, once."""
        if self._store.find(incoming.channel, incoming.chat_id) is None:
            await self.added(Chat(incoming.channel, incoming.chat_id, incoming.chat_title))

    async def handle(self, turn: Turn) -> Reply | None:
        """Answer /id and our buttons."""
        incoming = turn.incoming
        if incoming.pressed is not None:
            return await self._decide(incoming)
        if turn.command == "id":
            return words.ids(
                incoming, approved_here=self.serves(incoming.channel, incoming.chat_id)
            )
        return None

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        """Nothing is kept about members."""
        del channel, member_id
        return ()

    async def forget(self, channel: str, member_id: str) -> None:
        """Drop the count of a member; nothing else is kept about members."""
        self._flood.forget(f"{channel}:{member_id}")
        self._flood.forget(f"{channel}:{member_id}:pressed")

    # --- what happens to chats -------------------------------------------------------------------

    async def added(self, chat: Chat) -> None:
        """Greet an approved chat; ask the admins about another one."""
        record = self._store.find(chat.channel, chat.chat_id)
        if record is not None and record.present:
            return
        approval = record.approval if record is not None else Approval.PENDING
        await self._put(chat, approval, reason="已加入")
        _log.info("答疑台被加进一个群，编号 %s", chat.chat_id)
        if self.serves(chat.channel, chat.chat_id):
            await self._say(chat.chat_id, words.welcome(self._settings.call_names))
            return
        reached = approval is Approval.REFUSED
        if not reached:
            reached = await self._ask_admins(chat)
        line = words.pending_line(
            chat.chat_id, has_admins=bool(self._settings.admins), reached=reached
        )
        await self._say(chat.chat_id, line)

    async def removed(self, chat: Chat, reason: str) -> None:
        """Remember that we are out, and why; an approval stays."""
        record = self._store.find(chat.channel, chat.chat_id)
        if record is not None and not record.present:
            return
        approval = record.approval if record is not None else Approval.PENDING
        await self._put(chat, approval, present=False, reason=reason)
        _log.info("答疑台离开一个群，编号 %s：%s", chat.chat_id, reason)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Take what is known of a chat along to its new id."""
        old = self._store.find(channel, old_chat)
        if old is not None and old.chat_id == new_chat:
            return
        approval = old.approval if old is not None else Approval.PENDING
        if self.serves(channel, old_chat):
            approval = Approval.APPROVED
        elif old is None:
            return
        new = ChatRecord(
            channel,
            new_chat,
            old.title if old is not None else "",
            approval,
            present=True,
            reason=f"由 {old_chat} 升级而来",
            changed_at=self._clock(),
        )
        gone = replace(
            new, chat_id=old_chat, present=False, reason="已升级为超级群", moved_to=new_chat
        )
        await self._store.put(new, gone)
        _log.info("群 %s 升级为超级群 %s", old_chat, new_chat)

    # --- what admins decide ----------------------------------------------------------------------

    async def _decide(self, incoming: Incoming) -> Reply | None:
        asked = words.pressed(incoming.pressed or "")
        if asked is None:
            return None
        if not incoming.admin:
            note_refusal(incoming, incoming.pressed or "")
            # In a group the message with the button belongs to the admins: it stays as it is.
            return words.NOT_ADMIN if incoming.private else None
        yes, chat_id = asked
        record = self._store.find(incoming.channel, chat_id)
        title = record.title if record is not None else ""
        chat = Chat(incoming.channel, record.chat_id if record is not None else chat_id, title)
        if chat.chat_id in self._settings.approved_chats:
            return words.in_settings(title, chat.chat_id)
        before = record.approval if record is not None else Approval.PENDING
        wanted = Approval.APPROVED if yes else Approval.REFUSED
        if before is not wanted:
            present = record.present if record is not None else True
            await self._put(chat, wanted, present=present, reason="管理员决定")
            if yes:
                await self._say(chat.chat_id, words.welcome(self._settings.call_names))
            elif before is Approval.APPROVED:
                await self._say(chat.chat_id, words.CLOSED)
        if yes:
            return words.approved(title, chat.chat_id)
        return words.refused(title, chat.chat_id, withdrawn=before is Approval.APPROVED)

    async def _ask_admins(self, chat: Chat) -> bool:
        """Tell every admin in private; whether one was reached."""
        reached = False
        for admin in self._settings.admins:
            reached |= await self._say(admin, words.request(chat.title, chat.chat_id), silent=False)
        return reached

    async def _put(
        self, chat: Chat, approval: Approval, *, present: bool = True, reason: str
    ) -> None:
        record = ChatRecord(
            chat.channel, chat.chat_id, chat.title, approval, present, reason, self._clock()
        )
        await self._store.put(record)

    async def _say(self, chat_id: str, reply: Reply, *, silent: bool = True) -> bool:
        try:
            await self._outlet.send(Target(chat_id, silent=silent), reply)
        except SendError as error:
            _log.warning("没能发到 %s：%s", chat_id, type(error).__name__)
            return False
        return True
