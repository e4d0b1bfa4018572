"""People: the roles they were granted, the roster, and the codes that lead to both."""

from bot.organisation.people.store import Invitation, PeopleStore, RosterEntry

__all__ = ["Invitation", "PeopleStore", "RosterEntry"]
