"""The desk: one message in, one reply out. ``Desk.ask`` is the one function to read first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.dialogue import schedule
from bot.dialogue.context import carried, named_days, without_relative
from bot.dialogue.memory import Memory, Remembered
from bot.dialogue.outcome import NEAR_MAX, Outcome, about, is_certain, is_lost, is_weak, remembered
from bot.dialogue.validity import choices_in_force, in_force, on_day
from bot.dialogue.views import ANYBODY, View, Viewer, Views
from bot.dialogue.words import (
    CHOICES_HEAD,
    NO_CHOICES,
    NOTHING_SAID,
    OFFERS_BESIDE_ANSWER,
    OFFERS_BESIDE_UNKNOWN,
    close_miss_text,
    no_such_choice,
    unknown_text,
)
from bot.knowledge.library import Entry, Library
from bot.knowledge.offers import choice_buttons, choice_title, entry_token
from bot.knowledge.schema import SmallTalk
from bot.knowledge.written import Written, never_written
from bot.matching.decide import Context, Decision, Matcher, Store
from bot.matching.likely import LikelyCourtesy
from bot.matching.smalltalk import SmallTalkMatcher
from bot.messages import About, Asked, Incoming, Reply
from bot.text.dates import TimeSlot, cut_times, find_times
from bot.text.normalise import CALL_NAMES, normalise, without_call_name

if TYPE_CHECKING:
    from bot.calendar.agenda import Agenda
    from bot.dialogue.commands import CommandDesk
    from bot.turn import Command

_ORDINAL = re.compile(
    r"^(?:选|要|看)?(?:第([一二三四五六七八九十]|[1-9]\d?)(?:个|条|项|种)?|([1-9]))(?:呢|吧|那个)?$"
)
_NUMERALS = "一二三四五六七八九十"
_PICK_CHARS_MAX = 10
_PICK_REST = re.compile(r"[的那个是问说我要想看选呢吧啊呀这边区县镇村街道]*")
_WHAT_ABOUT = re.compile(r"^(?:那|那么|还有)?(?:要是|如果)?(.{1,8}?)的?呢$")
_EXPLAIN = re.compile(r"^/explain(?:@\w+)?(?:\s+(.*))?$", re.DOTALL)
_WHOLE_CHARS_MIN = 6
"""Shorter phrasings (几点开始) may well be the rest of a question about something else."""


class Desk:
    """Understands questions with one library; holds nothing but the members' last exchanges."""

    def __init__(
        self,
        library: Library,
        *,
        home: str = "",
        zone: ZoneInfo | None = None,
        store: Store | None = None,
        written: Written = never_written,
    ) -> None:
        """``store`` may keep what is built from the library from one start to the next."""
        self.library = library
        """All of it; what is said comes from ``view``."""
        self.zone = zone or ZoneInfo("Asia/Shanghai")
        self.matcher = Matcher(library, store)
        self.home = self.matcher.names.levels(home)
        self._written = written
        self._views = Views(library, self._commands_of)
        self.viewer = ANYBODY
        self.memory = Memory()
        self._smalltalk = SmallTalkMatcher(library.smalltalk, store)
        self._likely = LikelyCourtesy(library.smalltalk, store, asked=library.asked)
        self._phrasings = frozenset(self.matcher.index.phrasings.asks)
        """A question that an editor wrote down is never a courtesy."""
        self._refs = [entry.ref for entry in self.matcher.entries]
        self._by_token = {entry_token(ref): entry for ref, entry in self.matcher.by_ref.items()}

    def prepare(self) -> None:
        """Build now what is asked for by few questions and takes long: none is to wait for it."""
        self._smalltalk.prepare()
        self._likely.prepare()
        self.matcher.prepare()

    def at(self, home: str) -> Desk:
        """The same desk in another place, "" for none; nothing is built anew."""
        other = copy(self)
        other.home = self.matcher.names.levels(home)
        return other

    def seen_by(self, viewer: Viewer) -> Desk:
        """The same desk for who listens; without it, it speaks as to a group of strangers."""
        if viewer == self.viewer:
            return self
        other = copy(self)
        other.viewer = viewer
        return other

    @property
    def view(self) -> View:
        """The words for who listens."""
        return self._views.of(self.viewer)

    @property
    def has_closed(self) -> bool:
        """Is there anything that only members may read?"""
        return bool(self._views.closed)

    @property
    def commands(self) -> Mapping[str, Command]:
        """What it answers to."""
        from bot.dialogue.commands import COMMANDS  # noqa: PLC0415 - see ``_commands_of``

        return COMMANDS

    @property
    def agenda(self) -> Agenda:
        """The calendar as who listens may read it."""
        return self.view.agenda

    def _commands_of(self, view: View) -> CommandDesk:
        # Whoever asks one question on the command line gives no command.
        from bot.dialogue.commands import CommandDesk  # noqa: PLC0415
        from bot.dialogue.months import MonthDesk  # noqa: PLC0415

        names = self.matcher.names
        months = MonthDesk(view.library, view.agenda, names, self.zone, self._written)
        return CommandDesk(view.library, months, view.by_ref, view.hidden)

    def ask(self, text: str, now: datetime, chat: str = "", member: str = "") -> Outcome:
        """Answer one question of a member in a chat and remember it for half sentences."""
        now = now.astimezone(self.zone)
        text = without_call_name(text, CALL_NAMES)
        before = self.memory.recall(chat, member, now)
        outcome = self.consider(text, now, before)
        row = remembered(outcome, text, now, before)
        if row is not None:
            self.memory.store(chat, member, row)
        return outcome

    def consider(self, text: str, now: datetime, before: Remembered | None = None) -> Outcome:
        """What the desk makes of a question, without remembering it."""
        outcome = self._outcome(text, now, before)
        outcome.day = now.date()
        return outcome

    def _outcome(self, text: str, now: datetime, before: Remembered | None) -> Outcome:
        question = normalise(text)
        picked = self._picked(question, before, now.date())
        if picked is not None:
            return picked
        courtesy = None if question in self._phrasings else self._smalltalk.find(text, question)
        if courtesy is not None:
            return Outcome("answer", courtesy.answer, 1.0, rule=f"smalltalk/{courtesy.id}")
        if not question:
            return Outcome("unknown", NOTHING_SAID, rule="empty")
        plain, places = self.matcher.names.without_places(question)
        slots = find_times(plain, now)
        outcome = self._calendar(cut_times(plain, slots), slots, places, now)
        if outcome is not None:
            return outcome
        # What an editor wrote down word for word is no half sentence: what was asked a moment ago
        # must not draw it elsewhere, least of all the wrong answer that it was written to mend.
        whole = len(question) >= _WHOLE_CHARS_MIN and question in self._phrasings
        context = Context(self.home, None if whole else carried(before), named_days(slots))
        question = self._completed(without_relative(question, slots), before)
        decision = self.matcher.decide(question, context)
        if is_weak(decision):
            courtesy = self._smalltalk.about_us(text) or self._likely_courtesy(text, decision)
            if courtesy is not None:
                return Outcome("answer", courtesy.answer, 1.0, rule=f"smalltalk/{courtesy.id}")
        return self._from_decision(decision, slots, now.date())

    def _likely_courtesy(self, text: str, decision: Decision) -> SmallTalk | None:
        """A second look at what no fact answers: a courtesy as a whole, or clause by clause."""
        question, lost, named = normalise(text), is_lost(decision), decision.mentions.any
        whole = self._likely.find(question, lost=lost, named=named)
        clauses = question.split()
        if whole is not None or len(clauses) < 2:
            return whole
        found = [
            self._smalltalk.find(each) or self._likely.find(each, lost=lost, named=named)
            for each in clauses
        ]
        return None if None in found else found[-1]

    def _picked(self, question: str, before: Remembered | None, day: date) -> Outcome | None:
        """A choice made in words: "第二个", or a place that only one choice has ("澄迈的")."""
        match = _ORDINAL.match(question.replace(" ", ""))
        if before is None and match is not None and match.group(1):
            # Nothing was asked: "第三个" would be taken for words of some entry.
            return Outcome("unknown", NO_CHOICES, rule="no list")
        if before is None or not before.choices:
            return None
        entry: Entry | None = None
        if match is not None:
            written = match.group(1) or match.group(2)
            number = int(written) if written.isdigit() else _NUMERALS.index(written) + 1
            if number > len(before.choices):
                return Outcome("unknown", no_such_choice(len(before.choices)), rule="ordinal")
            entry = self.matcher.by_ref.get(before.choices[number - 1])
        elif len(question) <= _PICK_CHARS_MAX:
            entry = self._picked_by_place(question, before.choices)
        if entry is None:
            return None
        return self._answer(entry, Decision("answer", entry, 1.0, rule="ordinal"), (), day)

    def _picked_by_place(self, question: str, refs: Sequence[str]) -> Entry | None:
        rest, places = self.matcher.names.without_places(question)
        if not places or not _PICK_REST.fullmatch(rest.replace(" ", "")):
            return None
        entries = [self.matcher.by_ref[ref] for ref in refs if ref in self.matcher.by_ref]
        levels = self.matcher.names.topic_places
        fitting = [entry for entry in entries if places & set(levels[entry.topic.id])]
        return fitting[0] if len(fitting) == 1 else None

    def _calendar(
        self, rest: str, slots: Sequence[TimeSlot], places: frozenset[str], now: datetime
    ) -> Outcome | None:
        """The calendar page, when the question is about a time and nothing else."""
        if not schedule.asks_for_agenda(rest, slots) or not (slots or _says_activity(rest)):
            return None
        if not slots and places:
            return None
        from bot.calendar import pages  # noqa: PLC0415 - only such a question needs the calendar

        span = schedule.span_of(slots, now)
        view = self.view
        by_ref = view.told
        told = on_day(by_ref, now.date())
        page = pages.page(view.agenda, view.library, span, places, told)
        entry = schedule.subject(page.dues, by_ref, self.matcher.evidence.place)
        status = "unknown" if page.empty else "answer"
        return Outcome(status, page.text, 1.0, entry, rule="calendar", slots=slots, page=page)

    def _completed(self, question: str, before: Remembered | None) -> str:
        """Put the last question before "那社区呢", when its answer speaks of 社区 too.

        Another place ("那松岭呢") takes the place of the one asked about. Any other word
        ("那收费呢") is a new question about the same subject.
        """
        match = _WHAT_ABOUT.match(question.replace(" ", ""))
        if match is None or before is None or not before.question:
            return question
        word = match.group(1)
        names = self.matcher.names
        if names.without_places(word)[1]:
            return f"{names.without_places(normalise(before.question))[0]} {word}"
        last = self.matcher.by_ref.get(before.entry)
        if last is None or word not in normalise(last.answer):
            return word
        return f"{normalise(before.question)} {word}"

    def _from_decision(self, decision: Decision, slots: Sequence[TimeSlot], day: date) -> Outcome:
        entries = self.matcher.entries
        if decision.status == "answer" and decision.entry is not None:
            entry = in_force(decision.entry, decision.candidates, entries, day)
            return self._answer(entry, decision, slots, day)
        found, scores = choices_in_force(decision, entries, day)
        choices = [self.view.by_ref[entry.ref] for entry in found]
        guard = decision.guard
        if decision.status == "choices":
            text = CHOICES_HEAD
        elif guard is not None and guard.topic and self.view.closed(guard.topic):
            # What an editor says is missing there would tell what there is.
            text = unknown_text("", None)
        elif choices and decision.say and (guard is None or decision.rule == "unsaid"):
            text = close_miss_text(decision.say, self._words(choices[0], None, day))
        else:
            text = unknown_text(decision.say, guard)
        return Outcome(
            decision.status,
            text,
            decision.score,
            None,
            choices,
            scores,
            rule=decision.rule,
            decision=decision,
            slots=slots,
        )

    def _answer(
        self, entry: Entry, decision: Decision, slots: Sequence[TimeSlot], day: date
    ) -> Outcome:
        ranked = [self._refs[each.number] for each in decision.candidates]
        view = self.view
        by_ref = view.by_ref
        entry = by_ref[entry.ref]
        withheld = entry.ref in view.hidden
        source = "" if withheld else view.wording.source(entry)
        return Outcome(
            "answer",
            self._words(entry, ranked, day),
            decision.score,
            entry,
            [by_ref[choice.ref] for choice in decision.choices],
            decision.choice_scores,
            source.removeprefix("出处："),
            decision.rule,
            decision,
            slots,
            withheld=withheld,
        )

    def _words(self, entry: Entry, ranked: Sequence[str] | None, day: date | None) -> str:
        """The one way by which an entry's words go out: those of the view."""
        view = self.view
        return view.wording.reply(view.by_ref[entry.ref], ranked, self.home, day)

    def text_of(self, entry: Entry, day: date | None = None) -> str:
        """The whole reply for an entry, as if it had been asked for on a day."""
        return self._words(entry, (), day)

    def title_of(self, entry: Entry) -> str:
        """What a button for an entry says."""
        return choice_title(self.view.by_ref[entry.ref])

    def reply(self, outcome: Outcome) -> Reply:
        """The words and buttons for an outcome."""
        if not outcome.choices:
            return Reply(outcome.text)
        lead = {"answer": OFFERS_BESIDE_ANSWER, "unknown": OFFERS_BESIDE_UNKNOWN}
        text = "\n\n".join(filter(None, (outcome.text, lead.get(outcome.status))))
        return Reply(text, choice_buttons(outcome.choices))

    async def handle(self, incoming: Incoming) -> Reply | None:
        """Answer one message or press of a channel."""
        reply = await self._answered(incoming)
        return None if reply is None else self.view.said(reply)

    async def _answered(self, incoming: Incoming) -> Reply | None:
        if incoming.pressed is not None:
            return await self._pressed(incoming)
        if incoming.text.lstrip().startswith("/"):
            now = incoming.sent_at.astimezone(self.zone)
            asked = _EXPLAIN.match(incoming.text.strip())
            if asked is not None:
                return self._explained(asked.group(1) or "", incoming)
            reply = self.view.commands.answer(incoming.text, now, incoming, self.home)
            if reply is not None:
                return reply
        key = _chat_key(incoming)
        outcome = self.ask(incoming.text, incoming.sent_at, key, incoming.member_id)
        if incoming.overheard and not is_certain(outcome):
            return None
        reply = self.reply(outcome)
        return Reply(reply.text, reply.buttons, about=self.about(outcome, incoming.text))

    def about(self, outcome: Outcome, text: str) -> About:
        """What features are told of an answer."""
        candidates = outcome.decision.candidates if outcome.decision is not None else ()
        refs = [self._refs[each.number] for each in candidates[:NEAR_MAX]]
        return about(outcome, without_call_name(text, CALL_NAMES), refs)

    def _explained(self, question: str, incoming: Incoming) -> Reply:
        """The answer to a question and why it is that one: for admins, in private."""
        if not (incoming.admin and incoming.private):
            return Reply("这个命令只给管理员在私聊里用。")
        if not question.strip():
            return Reply("在后面写上要问的话，如：/explain 红色代办在哪办")
        now = incoming.sent_at.astimezone(self.zone)
        # A conversation of its own: it must neither use nor change what the admin asked before.
        outcome = self.consider(question, now)
        from bot.dialogue.explain import explain  # noqa: PLC0415 - a rare wish

        return Reply(f"{self.reply(outcome).text}\n\n{explain(self, outcome)}")

    async def _pressed(self, incoming: Incoming) -> Reply | None:
        data = incoming.pressed or ""
        if not data.startswith("e:"):
            return await self.view.commands.pressed(data)
        entry = self._by_token.get(data)
        if entry is None:
            return Reply("这一条已经更新过，请再问一次。")
        now = incoming.sent_at.astimezone(self.zone)
        key = _chat_key(incoming)
        before = self.memory.recall(key, incoming.member_id, now)
        shown = before.choices if before is not None and entry.ref in before.choices else ()
        row = Remembered(now, entry.title, (entry.topic.id,), entry.ref, shown)
        self.memory.store(key, incoming.member_id, row)
        asked: Asked = "withheld" if entry.ref in self.view.hidden else "answered"
        about = About("", asked, entry.ref, (entry.ref,))
        return Reply(self.text_of(entry, now.date()), about=about)


def _chat_key(incoming: Incoming) -> str:
    """Forum topics are conversations of their own."""
    thread = incoming.thread_id
    return incoming.chat_id if thread is None else f"{incoming.chat_id}/{thread}"


def _says_activity(text: str) -> bool:
    return any(word in text for word in ("活动", "日程", "安排", "日历"))
