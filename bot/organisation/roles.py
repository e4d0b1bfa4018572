"""Who may do what, pure: roles as granted, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.organisation.units import Units


class Role(StrEnum):
    """A role that can be granted; admins are named by the settings alone, so none is locked out."""

    SECRETARY = "secretary"
    """Of a unit and all below it."""
    HELPER = "helper"
    """帮办人员, of the services of a unit."""

    @property
    def word(self) -> str:
        """What people call it."""
        return "书记" if self is Role.SECRETARY else "帮办人员"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody was given."""

    channel: str
    member_id: str
    role: Role
    unit: str
    granted_at: datetime
    granted_by: str
    """The member id of who gave it."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Roles:
    """All roles of one member at this moment; ask again at every press."""

    admin: bool = False
    secretary_of: frozenset[str] = frozenset()
    """The units that were granted."""
    helper_of: frozenset[str] = frozenset()
    member_of: frozenset[str] = frozenset()
    """The units under which the roster names the member."""
    manages: frozenset[str] = frozenset()
    """``secretary_of`` and everything below."""

    @property
    def secretary(self) -> bool:
        """Secretary of something that the settings still name."""
        return bool(self.manages)

    @property
    def helper(self) -> bool:
        """Helper of something."""
        return bool(self.helper_of)

    @property
    def registered(self) -> bool:
        """May read what is for members alone: on the roster, a secretary or an admin."""
        return self.admin or self.secretary or bool(self.member_of)

    def can_notify(self, unit: str) -> bool:
        """Whether the member may speak to the groups of a unit; ``""`` are groups without one."""
        return self.admin or unit in self.manages

    def can_grant(self, role: Role, unit: str) -> bool:
        """Admins give every role; a secretary makes helpers of the own units and below."""
        return self.admin or (role is Role.HELPER and unit in self.manages)

    can_withdraw = can_grant


def roles_of(
    units: Units, grants: Iterable[Grant], *, admin: bool, member_of: Iterable[str] = ()
) -> Roles:
    """What follows from grants; a unit that the settings no longer name gives nothing."""
    given = [grant for grant in grants if grant.unit in units]
    secretary_of = frozenset(grant.unit for grant in given if grant.role is Role.SECRETARY)
    return Roles(
        admin,
        secretary_of,
        frozenset(grant.unit for grant in given if grant.role is Role.HELPER),
        frozenset(member_of),
        frozenset(below for unit in secretary_of for below in units.subtree(unit)),
    )
