"""What the desk can do besides answering: the one explicit list of features."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.calendar.agenda import Agenda
from bot.delivery.outbox import Outbox
from bot.features.access.feature import Access, AccessSettings
from bot.features.access.rules import Flood
from bot.features.editing.drafts import Drafts
from bot.features.editing.feature import Editing
from bot.features.editing.model import Consider, Considered
from bot.features.editing.store import DraftStore
from bot.features.editing.workshop import Workshop
from bot.features.fading import Fade, Fading
from bot.features.feedback.digest import Digest
from bot.features.feedback.feature import Complain, Feedback
from bot.features.feedback.stats import Stats
from bot.features.feedback.stats_words import Known
from bot.features.feedback.store import CountStore
from bot.features.feedback.tally import StatsOptions, Tally
from bot.features.inbox.books import Books, InPrivate, as_it_is
from bot.features.inbox.feature import Inbox
from bot.features.inbox.parts import Parts
from bot.features.inbox.store import InboxStore
from bot.features.knowledge.feature import Upkeep
from bot.features.notices.feature import Notices
from bot.features.notices.office import NoticeOptions, Office
from bot.features.organisation.feature import OrganisationFeature
from bot.features.privacy.feature import Company, Privacy, PrivacyOptions
from bot.features.reminders.feature import Reminders
from bot.features.reminders.reminding import ReminderSettings, Reminding
from bot.features.reminders.store import ReminderStore
from bot.knowledge.commits import Commits
from bot.knowledge.edit import Editor
from bot.knowledge.library import Library
from bot.organisation import Organisation
from bot.storage.chats import ChatStore
from bot.turn import Background, Feature

if TYPE_CHECKING:
    from bot.channels.base import Channel, Chat
    from bot.clock import Clock
    from bot.features.access.rules import Limits
    from bot.knowledge.live import Live
    from bot.storage.database import Database


def no_agenda() -> Agenda:
    """A calendar without events."""
    return Agenda(Library({}, {}, {}))


def nothing(_edition: Any, _question: str) -> Considered:
    """A desk that knows nothing."""
    return Considered("unknown")


@dataclass(frozen=True, slots=True)
class Ground:
    """What features stand on."""

    database: Database
    outlet: Channel
    clock: Clock
    access: AccessSettings
    limits: Limits
    org: Organisation
    outbox: Outbox
    notices: NoticeOptions = field(default_factory=NoticeOptions)
    agenda: Callable[[], Agenda] = no_agenda
    """The calendar of the knowledge of this moment."""
    reminders: ReminderSettings = field(default_factory=ReminderSettings)
    knowledge: Live[Any] | None = None
    """Ask it for the edition anew each time: it is replaced when files change. None: the knowledge
    stays as it is."""
    stats: StatsOptions = field(default_factory=StatsOptions)
    question_days: int = 90
    """How long a question without an answer is kept."""
    privacy: PrivacyOptions = field(default_factory=PrivacyOptions)
    consider: Consider = nothing
    """What an edition makes of a question."""
    in_private: InPrivate = as_it_is
    """An edition's desk as it speaks to one person alone."""
    date_ok: Callable[[str], bool] = lambda _: True
    """Whether a ``when`` of an event can be understood."""
    fade: Fade | None = None
    """Drops what the answer desk remembers for minutes."""
    commits: bool = True
    """Changes are git commits too, where the knowledge lies in a repository."""


@dataclass(frozen=True, slots=True)
class Features:
    """All features; ``access`` and ``flood`` also make up the gate before the desk.

    Told of what happens to chats (``ChatEvents``): every feature follows a chat to its new id.
    """

    access: Access
    flood: Flood
    organisation: OrganisationFeature
    reminders: Reminders
    notices: Notices
    feedback: Feedback
    stats: Stats
    privacy: Privacy
    inbox: Inbox
    editing: Editing | Drafts
    fading: Fading
    upkeep: Upkeep | None = None

    def all(self) -> tuple[Feature, ...]:
        """In the order in which they are asked."""
        own: tuple[Feature | None, ...] = (
            self.access,
            self.notices,
            self.organisation,
            self.reminders,
            self.stats,
            self.privacy,
        )
        kept = (self.inbox, self.editing)
        # The last to hear an answer: what it puts back after a vote has the buttons of the others.
        upkeep = () if self.upkeep is None else (self.upkeep,)
        return (*own, *kept, *upkeep, self.feedback)

    async def added(self, chat: Chat) -> None:
        """The desk was added to a group."""
        await self.access.added(chat)

    async def removed(self, chat: Chat, reason: str) -> None:
        """The desk is out of a group."""
        await self.access.removed(chat, reason)

    async def moved(self, channel: str, old_chat: str, new_chat: str) -> None:
        """A chat got a new id."""
        for feature in self.all():
            await feature.moved(channel, old_chat, new_chat)

    def background(self) -> Mapping[str, Background]:
        """Work that goes on unasked, by its Chinese name in the log."""
        work: dict[str, Background] = {
            "到期的清理": self.organisation,
            "活动提醒": self.reminders.reminding,
            "通知的进度和回执": self.notices.work,
            "提问的计数": self.feedback.tally,
            "一周提问": self.stats.digest,
            "备份和清理": self.privacy,
            "刚才的问题": self.fading,
        }
        if isinstance(self.editing, Editing):
            work["改动记录的清理"] = self.editing
        if self.upkeep is not None:
            work["没答上的问题"] = self.inbox
        return work

    async def close(self) -> None:
        """Write down what is only in memory yet, at the end.

        Raises:
            StorageError: the database refuses.
        """
        try:
            await self.feedback.tally.flush()
        finally:
            await self.inbox.flush()

    async def watch(self) -> None:
        """Follow the knowledge files, for as long as the desk runs."""
        if self.upkeep is not None:
            await self.upkeep.watch()


async def build_features(ground: Ground) -> Features:
    """Build every feature; the organisation has read what it keeps.

    Raises:
        StorageError: the database refuses.
    """
    flood = Flood(ground.limits)
    chats, org = ground.org.known_chats, ground.org
    access = Access(chats, ground.outlet, ground.clock, ground.access, flood)
    organisation = OrganisationFeature(org, ground.outlet, ground.clock)
    notices = Notices(Office(org, ground.outbox, ground.notices), ground.outlet)
    await notices.load()
    store = ReminderStore(ground.database)
    reminding = Reminding(store, ground.outbox, org, ground.agenda, ground.reminders)
    live = ground.knowledge
    upkeep = Upkeep(live, ground.outlet, ground.access.admins) if live is not None else None
    reminders = Reminders(reminding, org)
    inbox = build_inbox(ground)
    feedback, stats = _feedback(ground, inbox.complained if live is not None else None)
    editing = await build_editing(ground, inbox)
    built: list[Features] = []
    company = Company(
        lambda: built[0].all(),  # noqa: PLW0108 - it is filled below
        lambda database: features_on(ground, database),
        frozenset(ground.access.admins),
        ground.outlet.once,
    )
    privacy = Privacy(ground.database, ground.clock, company, ground.privacy)
    built.append(
        Features(
            access,
            flood,
            organisation,
            reminders,
            notices,
            feedback,
            stats,
            privacy,
            inbox,
            editing,
            Fading(ground.clock, feedback.fade, ground.fade),
            upkeep,
        )
    )
    return built[0]


def build_inbox(ground: Ground) -> Inbox:
    """The inbox; whoever changes the knowledge is set as its ``teacher`` later."""
    org = ground.org
    books = Books(
        ground.knowledge,
        ground.clock,
        lambda: (unit.name for unit in org.units),
        ground.in_private,
    )
    store = InboxStore(ground.database)
    parts = Parts(store, books, ground.outbox, ground.outlet, org, ground.question_days)
    return Inbox(parts)


def _feedback(ground: Ground, complain: Complain | None = None) -> tuple[Feedback, Stats]:
    """Votes and figures; ``complain`` takes what members tell the admins."""
    live = ground.knowledge
    library = (lambda: live.edition.library) if live is not None else None
    known = Known(library, inbox=complain is not None)
    tally = Tally(CountStore(ground.database), ground.clock, ground.stats)
    admins, when = ground.org.plan.admins, ground.stats.digest
    digest = Digest(tally, ground.outbox, admins, when, known)
    feedback = Feedback(tally, library, complain)
    return feedback, Stats(tally, digest, known)


async def features_on(ground: Ground, database: Database) -> Sequence[Feature]:
    """The same features on another database, to forget somebody there.

    Raises:
        StorageError: the database refuses.
    """
    org = Organisation(database, ground.clock, ground.org.plan, ChatStore(database))
    await org.load()
    outbox = Outbox(database, ground.clock)
    features = await build_features(replace(ground, database=database, org=org, outbox=outbox))
    return features.all()


async def build_editing(ground: Ground, inbox: Inbox) -> Editing | Drafts:
    """Who changes the knowledge, and teaches the inbox; without knowledge only drafts are kept."""
    live, store = ground.knowledge, DraftStore(ground.database, ground.clock)
    if live is None:
        return Drafts(store)
    editor = Editor(live.folder, ground.clock, ground.date_ok)
    commits = Commits(live.folder, wanted=ground.commits)
    workshop = Workshop(live, editor, commits, ground.consider)
    editing = Editing(store, workshop, ground.org, ground.clock)
    await editing.load()
    inbox.teacher = editing
    editing.teach(inbox)
    return editing
