"""Who belongs where and may do what: the tree of units, groups bound to it, roles, the roster."""

from bot.organisation.groups import BoundChat
from bot.organisation.log import AuditEntry
from bot.organisation.organisation import Organisation, Redeemed
from bot.organisation.people import RosterEntry
from bot.organisation.plan import Plan
from bot.organisation.quiet import QuietHours
from bot.organisation.roles import Grant, Role, Roles
from bot.organisation.units import Unit, Units

__all__ = [
    "AuditEntry",
    "BoundChat",
    "Grant",
    "Organisation",
    "Plan",
    "QuietHours",
    "Redeemed",
    "Role",
    "Roles",
    "RosterEntry",
    "Unit",
    "Units",
]
