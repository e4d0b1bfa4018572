"""A small organisation on a database of its own, for every test that needs one."""

from __future__ import annotations

from bot.clock import Clock
from bot.organisation import Organisation, Plan, Unit, Units
from bot.organisation.quiet import parse_quiet
from bot.storage.chats import ChatStore
from bot.storage.database import Database

ADMIN = "1"
UNITS = (
    Unit("jy", "江阳区委", place="江阳区"),
    Unit("jd", "北城街道大工委", "jy"),
    Unit("sq", "学士山社区大党委", "jd"),
    Unit("qyc", "沁园春小区党支部", "sq", "沁园春小区"),
    Unit("xsl", "小树林小区党支部", "sq"),
    Unit("cun", "况场村党支部", "jy"),
)


def small_plan(units: tuple[Unit, ...] = UNITS, *, approved: tuple[str, ...] = ("-500",)) -> Plan:
    return Plan(
        Units(units),
        ("会议通知", "活动预告", "政策精神"),
        parse_quiet("22:00-07:00"),
        frozenset({("telegram", ADMIN)}),
        frozenset(("telegram", chat) for chat in approved),
    )


async def small_organisation(
    database: Database, clock: Clock, plan: Plan | None = None
) -> Organisation:
    """The organisation of one admin (``1``), one approved chat (``-500``) and six units."""
    org = Organisation(database, clock, plan or small_plan(), ChatStore(database))
    await org.load()
    return org
