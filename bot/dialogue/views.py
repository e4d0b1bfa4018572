"""Who is told what: the words of the knowledge as the one who asks may read them.

Understanding never sees what only members may read (:class:`~bot.matching.decide.Matcher` leaves it
out), and every word that is said is taken from a :class:`View`. So a reply can hold nothing else,
by whichever door it goes out: answers, related sections, lists, pages, posters, reminders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from bot.dialogue.answers import Wording
from bot.dialogue.words import WHOLE_NUMBERS, closed_in_group, closed_in_private
from bot.knowledge.closed import closed_refs, shown_phones, without_closed, without_phones
from bot.knowledge.library import Entry, Library
from bot.messages import Button, Reply
from bot.text.phones import is_masked, masked

if TYPE_CHECKING:
    from bot.calendar.agenda import Agenda
    from bot.dialogue.commands import CommandDesk


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who hears the words; unless told otherwise, a whole group of strangers."""

    member: bool = False
    """Registered: on the roster, a secretary or an admin."""
    private: bool = False
    """Nobody else hears it."""


ANYBODY = Viewer()
OPERATOR = Viewer(member=True, private=True)
"""Who sits at the machine and can read the files anyway."""

CommandsOf: TypeAlias = "Callable[[View], CommandDesk]"


class View:
    """The knowledge for one kind of viewer.

    Args:
        library: the words that may be said.
        whole: the same library with every word.
        hidden: references whose answer is not among them.
        group: phone numbers are masked.
        commands_of: makes the commands' replies from a view.
    """

    def __init__(
        self,
        library: Library,
        whole: Library,
        hidden: frozenset[str],
        commands_of: CommandsOf,
        *,
        group: bool,
    ) -> None:
        self.library = library
        self.hidden = hidden
        self.wording = Wording(library, hidden)
        self.by_ref: Mapping[str, Entry] = {entry.ref: entry for entry in library.entries()}
        self._group = group
        self._whole = whole
        self._commands_of = commands_of

    @cached_property
    def agenda(self) -> Agenda:
        """The calendar of these words."""
        from bot.calendar.agenda import Agenda  # noqa: PLC0415 - few questions are about a date

        return Agenda(self.library)

    @cached_property
    def commands(self) -> CommandDesk:
        """The replies to commands, of these words."""
        return self._commands_of(self)

    @cached_property
    def told(self) -> Mapping[str, Entry]:
        """The entries whose answer may be said, by reference."""
        return {ref: entry for ref, entry in self.by_ref.items() if ref not in self.hidden}

    @cached_property
    def _shown(self) -> frozenset[str]:
        return shown_phones(self._whole)

    def closed(self, topic: str) -> bool:
        """Whether a topic as a whole is not for this viewer: its guards are not read out."""
        return bool(self.hidden) and self._whole.topics[topic].members_only

    def said(self, reply: Reply) -> Reply:
        """A reply as it goes out: also what comes from no entry shows no number to a group."""
        if not self._group:
            return reply
        shown = self._shown
        text, toast = masked(reply.text, shown), masked(reply.toast, shown)
        rows = tuple(tuple(self._plain(button) for button in row) for row in reply.buttons)
        if (text, toast, rows) == (reply.text, reply.toast, reply.buttons) and not is_masked(text):
            return reply
        if is_masked(text):
            text = f"{text}\n\n{WHOLE_NUMBERS}"
        return replace(reply, text=text, toast=toast, buttons=rows)

    def _plain(self, button: Button) -> Button:
        label = masked(button.label, self._shown)
        return button if label == button.label else Button(label, button.data)


class Views:
    """The three views of a library; where nothing is closed and no number stands, one is enough."""

    def __init__(self, library: Library, commands_of: CommandsOf) -> None:
        self._whole = library
        self._commands_of = commands_of
        self.closed = closed_refs(library)
        """What only members may read."""
        self._made: dict[Viewer, View] = {}

    def of(self, viewer: Viewer) -> View:
        """The view of one who listens; made when first asked for."""
        kind = viewer if viewer.private else ANYBODY
        if kind not in self._made:
            self._made[kind] = self._make(kind)
        return self._made[kind]

    def _make(self, kind: Viewer) -> View:
        whole, group = self._whole, not kind.private
        if kind == OPERATOR:
            return View(whole, whole, frozenset(), self._commands_of, group=False)
        words = closed_in_group if group else closed_in_private
        library = without_closed(whole, lambda entry: words(entry.title))
        if group:
            library = without_phones(library)
        if library is whole and not group:
            return self.of(OPERATOR)
        return View(library, whole, self.closed, self._commands_of, group=group)
