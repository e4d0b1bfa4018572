"""/privacy, /export_me and /forget_me: told, handed out, deleted, over every feature in one go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.config.terms import terms
from bot.delivery.told.store import ToldStore, lines
from bot.errors import Refused
from bot.features.privacy import words
from bot.features.privacy.backups import (
    STEP_SECONDS,
    BackupOptions,
    Backups,
    Elsewhere,
    tags_beside,
)
from bot.features.privacy.forgetting import Matcher, forget_again, wish_of
from bot.features.privacy.store import ForgottenStore
from bot.messages import Incoming, Reply
from bot.turn import Command, Feature, Kept, Turn

if TYPE_CHECKING:
    from bot.channels.base import Once
    from bot.clock import Clock
    from bot.storage.database import Database

_log = logging.getLogger(__name__)

EXPORT_PAUSE_SECONDS = 60
CONFIRM_MINUTES = 10
_TIDY_HOURS = 6
_LOOK_MINUTES = 5
"""So often it is asked whether a backup is due and all are clean, which opens every backup."""
_EXPORTERS_MAX = 1000


def _nothing(member_id: str) -> None:
    """Nobody else remembers anything."""


@dataclass(frozen=True, slots=True)
class PrivacyOptions:
    """What the feature must know of the rest of the house."""

    terms: Mapping[str, str] = field(default_factory=terms)
    """Values of settings, for /privacy."""
    backup: BackupOptions = field(default_factory=BackupOptions)
    unremember: Callable[[str], None] = _nothing
    """Empties the answer desk's memory of a member."""


@dataclass(frozen=True, slots=True)
class Company:
    """The others, asked when they are needed: they are built in one go."""

    features: Callable[[], Sequence[Feature]]
    elsewhere: Elsewhere
    admins: frozenset[str]
    once: Once


class Privacy:
    """Acts for who speaks or presses alone, and never for anybody else."""

    name = words.NAME
    summary = "记了什么，导出和删除"
    commands: Mapping[str, Command] = {
        command.name: command
        for command in (
            Command("privacy", "记什么、记多久、记在哪"),
            Command("export_me", "导出记了我的一切", private_only=True),
            Command("forget_me", "删除记了我的一切", private_only=True),
        )
    }

    def __init__(
        self, database: Database, clock: Clock, company: Company, options: PrivacyOptions
    ) -> None:
        self._database = database
        self._clock = clock
        self._company = company
        self._options = options
        self._told = ToldStore(database)
        self._store = ForgottenStore(database)
        self._matcher = Matcher()
        self._one_at_a_time = asyncio.Lock()
        self._deleted: set[int] = set()
        """Wishes whose rows this process has deleted."""
        self._exported: dict[tuple[str, str], datetime] = {}
        self._tidied: datetime | None = None
        self._looked: datetime | None = None
        self.backups = Backups(database, clock, options.backup, company.elsewhere)

    async def handle(self, turn: Turn) -> Reply | None:
        """Answer our commands and buttons."""
        incoming = turn.incoming
        if turn.command == "privacy":
            return words.privacy(self._custody()) if incoming.private else words.IN_GROUP
        if not incoming.private:
            return None
        _, verb, token, *_ = [*(incoming.pressed or "").split(":"), "", ""]
        if turn.command == "export_me" or verb == "e":
            return await self._export(incoming)
        if turn.command == "forget_me" or verb == "f":
            return await self._ask(incoming)
        if verb == "y":
            return await self._confirmed(incoming, token)
        return words.CANCELLED if verb == "x" else None

    def _custody(self) -> words.Custody:
        backup = self._options.backup
        days = backup.keep_days if self.backups.possible and backup.at is not None else 0
        return words.Custody(self._options.terms, self._database.is_sqlite, backup.at, days)

    def _named(self, incoming: Incoming) -> bool:
        return incoming.member_id in self._company.admins

    async def _all_kept(self, incoming: Incoming) -> list[Kept]:
        found: list[Kept] = []
        for feature in self._company.features():
            found += await feature.kept(incoming.channel, incoming.member_id)
        return found

    async def _export(self, incoming: Incoming) -> Reply:
        now = self._clock()
        who = (incoming.channel, incoming.member_id)
        pause = timedelta(seconds=EXPORT_PAUSE_SECONDS)
        self._exported = {member: at for member, at in self._exported.items() if now - at < pause}
        if who in self._exported or len(self._exported) >= _EXPORTERS_MAX:
            return words.too_soon(EXPORT_PAUSE_SECONDS)
        self._exported[who] = now
        kept = await self._all_kept(incoming)
        return words.exported(kept, *who, now, named=self._named(incoming))

    async def _ask(self, incoming: Incoming) -> Reply:
        token = f"{int(self._clock().timestamp())}"
        return words.ask(await self._all_kept(incoming), token, named=self._named(incoming))

    async def _confirmed(self, incoming: Incoming, token: str) -> Reply:
        asked = int(token) if token.isdecimal() and len(token) <= 12 else 0
        age = self._clock().timestamp() - asked
        if not 0 <= age <= CONFIRM_MINUTES * 60:
            again = await self._ask(incoming)
            return Reply(words.STALE + again.text, again.buttons)
        async with self._one_at_a_time:
            return await self._forget(incoming)

    async def _forget(self, incoming: Incoming) -> Reply:
        channel, member_id = incoming.channel, incoming.member_id
        kept = await self._all_kept(incoming)
        # Written down first: whatever breaks below is finished in the background.
        now = self._clock().timestamp()
        wish = await wish_of(self._store, self._matcher, f"{channel}:{member_id}", now)
        failed: list[str] = []
        for feature in self._company.features():
            try:
                await feature.forget(channel, member_id)
            except Exception as error:  # noqa: BLE001 - the others delete all the same
                _log.error("%s没能删除一个人的记录（%s）", feature.summary, type(error).__name__)
                failed.append(feature.summary)
        if not failed:
            self._deleted.add(wish)
        return words.done(kept, failed, named=self._named(incoming))

    async def step(self) -> float:
        """Clean file and backups after a wish, make the day's backup; fits ``turn.Background``.

        What fails keeps nothing else from being done; the first error is raised in the end.
        """
        failed: list[Exception] = []
        for work in (self._clean, self._tidy, self._look):
            try:
                await work()
            except Refused as refusal:  # tried again next time
                _log.warning("还没能把要求删除的人全部清掉：%s", refusal)
            except Exception as error:  # noqa: BLE001 - a backup is due all the same
                failed.append(error)
        if failed:
            raise failed[0]
        return STEP_SECONDS

    async def _tidy(self) -> None:
        now = self._clock()
        if self._tidied is None or now - self._tidied >= timedelta(hours=_TIDY_HOURS):
            await self._told.drop_old(now, self._company.once.is_group)
            self._tidied = now

    async def _look(self) -> None:
        now = self._clock()
        if self._looked is None or now - self._looked >= timedelta(minutes=_LOOK_MINUTES):
            self._looked = now
            try:
                await self._clean_again()
            finally:
                await self.backups.make_due()

    async def _clean_again(self) -> None:
        """Clean backups that came since: begun before a wish and ended after its cleaning.

        Another process may make one, or somebody may lay an older one into the folder. Where all
        are clean it costs a look at each.
        """
        async with self._one_at_a_time:
            wishes = await self._store.all()
            if wishes and all(wish.cleaned for wish in wishes):
                await self.backups.clean(wishes, self._matcher)
                self._matcher.clear()

    async def _clean(self) -> None:
        async with self._one_at_a_time:
            await self._clean_all()

    async def _clean_all(self) -> None:
        wishes = await self._store.all()
        open_ones = [wish for wish in wishes if not wish.cleaned]
        if not open_ones:
            return
        left = [wish for wish in open_ones if wish.id not in self._deleted]
        features = self._company.features()
        if left:
            # Who changes the knowledge may stand in its log alone, after the rows are deleted.
            folder = self._options.backup.knowledge
            beside = await asyncio.to_thread(tags_beside, folder) if folder else set[str]()
            await forget_again(self._database, features, left, self._matcher, beside)
        await self._database.scrub()
        await self.backups.clean(wishes, self._matcher)
        await self._store.cleaned(open_ones[-1].id)
        self._deleted.clear()
        self._matcher.clear()
        _log.info("已把要求删除的人从数据库文件和备份里清掉")

    async def kept(self, channel: str, member_id: str) -> Sequence[Kept]:
        """What the desk sent to a member unasked."""
        told = await self._told.of(channel, member_id)
        zone = self._clock().tzinfo

        def moment(at: float) -> str:
            return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M}"

        rows = lines(told, moment)
        return (Kept("主动私聊发给您的话", "发完以后 30 天", rows),) if rows else ()

    async def forget(self, channel: str, member_id: str) -> None:
        """Delete what was sent to a member, and what is remembered of them."""
        self._exported.pop((channel, member_id), None)
        self._options.unremember(member_id)
        await self._told.forget(channel, member_id)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """Nothing is kept about groups."""
