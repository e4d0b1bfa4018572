"""What the settings say about the organisation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.organisation.quiet import QuietHours, parse_quiet
from bot.organisation.units import Unit, Units

if TYPE_CHECKING:
    from bot.config import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """What the settings say about the organisation."""

    units: Units = field(default_factory=Units)
    categories: tuple[str, ...] = ()
    quiet: QuietHours | None = None
    """Of groups for which nobody set anything else."""
    admins: frozenset[tuple[str, str]] = frozenset()
    """Channel and member id."""
    approved: frozenset[tuple[str, str]] = frozenset()
    """Channel and chat id of the groups that the settings approve."""
    roster_days: int = 400

    @classmethod
    def of(cls, settings: Settings) -> Plan:
        """Read the plan off the settings.

        Raises:
            ConfigError: the tree of units has slips; all of them, with file and line.
        """
        given, telegram = settings.organisation, settings.telegram
        return cls(
            Units(Unit(one.id, one.name, one.parent, one.place, one.at) for one in given.units),
            given.categories,
            parse_quiet(given.quiet_hours),
            frozenset(("telegram", str(admin)) for admin in telegram.admins),
            frozenset(("telegram", str(chat)) for chat in telegram.approved_chats),
            given.roster_days,
        )
