"""What the organisation keeps of one member, in readable lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.features.organisation.role_words import acted
from bot.turn import Kept

if TYPE_CHECKING:
    from bot.organisation import AuditEntry, Organisation


async def told(org: Organisation, channel: str, member_id: str) -> list[Kept]:
    """Roles that were given or granted, lines of the roster, entries of the log.

    Raises:
        StorageError: the database refuses.
    """
    zone = org.now().tzinfo
    grants = await org.grants()
    mine = tuple(
        f"{grant.role.word}，{org.units.path_name(grant.unit)}，"
        f"{grant.granted_at.astimezone(zone):%Y-%m-%d} 授予"
        for grant in grants
        if (grant.channel, grant.member_id) == (channel, member_id)
    )
    given = tuple(
        f"{grant.role.word}，{org.units.path_name(grant.unit)}，授予编号 {grant.member_id}"
        for grant in grants
        if (grant.channel, grant.granted_by) == (channel, member_id)
    )
    names = tuple(
        f"{entry.name}，{org.units.path_name(entry.unit)}"
        for entry in await org.member(channel, member_id)
    )
    log = tuple(_line(entry, org) for entry in await org.audit_of(channel, member_id))
    kept = (
        Kept("您的角色", "到收回为止", mine),
        Kept("您授出的角色", "到收回为止", given),
        Kept("花名册上的您", f"导入后 {org.plan.roster_days} 天", names),
        Kept("操作记录里和您有关的", "一直保留，删除以后不再记是谁", log),
    )
    return [one for one in kept if one.rows]


def _line(entry: AuditEntry, org: Organisation) -> str:
    at = f"{entry.at.astimezone(org.now().tzinfo):%Y-%m-%d %H:%M}"
    who = "命令行" if entry.channel == "cli" else f"编号 {entry.member_id}"
    return f"{at} {who} {acted(entry, org.units)}"
