"""Binding groups, granting roles, joining the roster: the organisation in the chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.channels.base import Channel
from bot.features.organisation import role_words
from bot.features.organisation.binding import BindDialogue
from bot.features.organisation.granting import GrantDialogue
from bot.features.organisation.importing import ImportDialogue
from bot.features.organisation.joining import JoinDialogue
from bot.features.organisation.kept import told
from bot.features.routing import note_refusal
from bot.messages import Attachment, Incoming, Reply
from bot.organisation import Organisation
from bot.organisation.codes import looks_like_code
from bot.turn import Command, Kept, Turn

if TYPE_CHECKING:
    from bot.clock import Clock

NAME = "org"
TIDY_SECONDS = 3600.0
_IN_GROUPS = "b"
"""The one dialogue that is held in groups; all others are private."""
_ADMINS_ONLY = frozenset("baf")
_Answer = Callable[[Incoming, str], Awaitable[Reply | None]]
_Press = Callable[[Incoming, list[str]], Awaitable[Reply | None]]
_TABLES = (".csv", ".xlsx", ".xls", ".txt")


class OrganisationFeature:
    """Lets admins and secretaries say who belongs where and may do what."""

    name = NAME
    summary = "组织、群和角色"
    commands: Mapping[str, Command] = {
        command.name: command
        for command in (
            Command("bind", "把本群绑定到一个组织", admin_only=True),
            Command("grant", "授予书记或帮办人员", private_only=True),
            Command("roles", "我的身份；书记和管理员看授出的角色", private_only=True),
            Command("join", "用一次性的码领角色或绑定花名册", private_only=True),
            Command("leave", "退出花名册", private_only=True),
            Command("roster", "花名册上谁绑定了", private_only=True),
            Command("audit", "谁做过什么", admin_only=True, private_only=True),
        )
    }

    def __init__(self, org: Organisation, channel: Channel, clock: Clock) -> None:
        self._org = org
        self._bind = BindDialogue(org, clock)
        self._grant = GrantDialogue(org)
        self._join = JoinDialogue(org, channel)
        self._import = ImportDialogue(org, channel, clock)
        self._said: Mapping[str, _Answer] = {
            "bind": self._bind.command,
            "grant": self._grant.grant_command,
            "roles": lambda incoming, _: self._grant.roles_command(incoming),
            "join": self._join.join,
            "leave": lambda incoming, _: self._join.leave(incoming),
            "roster": lambda incoming, _: self._join.roster(incoming),
            "audit": lambda _, __: self._grant.audit(),
        }
        self._presses: Mapping[str, _Press] = {
            "b": self._bind.pressed,
            "g": self._grant.grant_pressed,
            "r": self._grant.roles_pressed,
            "j": self._join.pressed,
            "n": self._join.roster_pressed,
            "a": lambda _, rest: self._grant.audit(":".join(rest)),
            "f": self._import.pressed,
        }

    def listens(self, turn: Turn) -> bool:
        """A code that is sent as it is, or behind /start; a table that an admin sends."""
        if not turn.incoming.private or turn.command not in {"", "start"}:
            return False
        return looks_like_code(turn.rest) or _table(turn.incoming) is not None

    async def handle(self, turn: Turn) -> Reply | None:
        """Answer our commands, our buttons and what we listen for."""
        incoming = turn.incoming
        if incoming.pressed is not None:
            return await self._pressed(incoming, incoming.pressed.split(":")[1:])
        table = _table(incoming)
        if table is not None and turn.command not in self.commands:
            return await self._import.received(incoming, table)
        answer = self._said.get(turn.command, self._join.join)
        return await answer(incoming, turn.rest) or self._refused(incoming, f"/{turn.command}")

    async def _pressed(self, incoming: Incoming, parts: list[str]) -> Reply | None:
        """Answer a button; who may is asked anew, whoever the button was made for."""
        flow = parts[0] if parts else ""
        press = self._presses.get(flow)
        if press is None or incoming.private is (flow == _IN_GROUPS):
            return None
        if flow in _ADMINS_ONLY and not incoming.admin:
            refused = self._refused(incoming, f"org:{flow}")
            # In a group the message with the buttons belongs to the admins: it stays as it is.
            return refused if incoming.private else None
        return await press(incoming, parts[1:]) or self._refused(incoming, f"org:{flow}")

    async def step(self) -> float:
        """Delete codes and roster when their time is over; fits ``turn.Background``."""
        await self._org.tidy()
        return TIDY_SECONDS

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        """Roles, names on the roster, and what the log holds."""
        return await told(self._org, channel, member_id)

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete what is kept about a member."""
        self._import.forget(member_id)
        await self._org.forget(channel, member_id)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Follow a chat to its new id."""
        await self._org.moved(channel, old_chat, new_chat)

    @staticmethod
    def _refused(incoming: Incoming, what: str) -> Reply:
        note_refusal(incoming, what)
        return role_words.NOT_YOURS


def _table(incoming: Incoming) -> Attachment | None:
    """The table that an admin sent to import, if this is one."""
    if not incoming.admin or not incoming.private:
        return None
    for attachment in incoming.attachments:
        named = attachment.name.lower().endswith(_TABLES)
        if attachment.kind == "document" and named:
            return attachment
    return None
