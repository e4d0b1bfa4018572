"""Every approved chat with what is set for it, pure: from settings, known chats and bindings."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from bot.organisation.groups.store import Binding
from bot.organisation.quiet import QuietHours, parse_quiet
from bot.organisation.units import Units
from bot.storage.chats import Approval, ChatRecord


@dataclass(frozen=True, slots=True)
class BoundChat:
    """A group that may be written to; ``unit`` is empty when nobody bound it yet."""

    channel: str
    chat_id: str
    thread_id: str | None = None
    """The topic that pushes go to; None outside of topics."""
    unit: str = ""
    title: str = field(default="", repr=False)
    place: str = ""
    """Where the group is: its own place or its unit's."""
    quiet: QuietHours | None = None
    """When it is not to be disturbed; None: never mind."""
    refused: frozenset[str] = frozenset()
    """The categories that the group does not take."""
    present: bool = True
    """Whether the bot is in it, as far as it was told; a send tells for sure."""

    def takes(self, category: str) -> bool:
        """Whether the group wants notices of a category; new categories are taken."""
        return category not in self.refused


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for a group until an admin says otherwise."""

    quiet: QuietHours | None = None


def bound_chats(
    approved: Collection[tuple[str, str]],
    known: Iterable[ChatRecord],
    bindings: Iterable[Binding],
    units: Units,
    defaults: Defaults,
) -> list[BoundChat]:
    """Every approved chat once, under its newest id, in a stable order.

    Args:
        approved: channel and id of the chats that the settings approve.
        known: what the desk was told of chats.
        bindings: what admins bound.
        units: gives place and order.
        defaults: for chats that are not bound.
    """
    records = {(record.channel, record.chat_id): record for record in known}
    bound = {(binding.channel, binding.chat_id): binding for binding in bindings}
    wanted = {key for key, record in records.items() if record.approval is Approval.APPROVED} | set(
        approved
    )
    found: dict[tuple[str, str], BoundChat] = {}
    for key in wanted:
        newest = _newest(key, records)
        found[newest] = _chat(newest, records.get(newest), bound.get(newest), units, defaults)
    place_in_tree = {unit.id: number for number, unit in enumerate(units)}
    last = len(place_in_tree)
    return sorted(
        found.values(),
        key=lambda chat: (place_in_tree.get(chat.unit, last), chat.channel, chat.chat_id),
    )


def _newest(key: tuple[str, str], records: dict[tuple[str, str], ChatRecord]) -> tuple[str, str]:
    seen = {key}
    while (record := records.get(key)) is not None and record.moved_to is not None:
        key = (key[0], record.moved_to)
        if key in seen:
            break
        seen.add(key)
    return key


def _chat(
    key: tuple[str, str],
    record: ChatRecord | None,
    binding: Binding | None,
    units: Units,
    defaults: Defaults,
) -> BoundChat:
    title = record.title if record is not None else ""
    present = record.present if record is not None else True
    if binding is None:
        return BoundChat(*key, title=title, quiet=defaults.quiet, present=present)
    known = binding.unit in units
    return BoundChat(
        *key,
        thread_id=binding.thread_id,
        unit=binding.unit if known else "",
        title=title or binding.title,
        place=binding.place or units.place(binding.unit),
        quiet=parse_quiet(binding.quiet),
        refused=binding.refused,
        present=present,
    )
