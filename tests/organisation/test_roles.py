from __future__ import annotations

from bot.organisation import Grant, Role, Units
from bot.organisation.roles import roles_of
from tests.fakes import START
from tests.organisation.small import UNITS

TREE = Units(UNITS)


def grant(role: Role, unit: str) -> Grant:
    return Grant("telegram", "7", role, unit, START, "1")


def test_a_secretary_has_the_unit_and_all_below() -> None:
    roles = roles_of(TREE, [grant(Role.SECRETARY, "sq")], admin=False)
    assert roles.secretary
    assert not roles.helper
    assert roles.secretary_of == {"sq"}
    assert roles.manages == {"sq", "qyc", "xsl"}
    assert [unit.id for unit in TREE if roles.can_notify(unit.id)] == ["sq", "qyc", "xsl"]
    assert not roles.can_notify("")
    assert roles.can_grant(Role.HELPER, "qyc")
    assert not roles.can_grant(Role.HELPER, "jd")
    assert not roles.can_grant(Role.SECRETARY, "qyc")


def test_a_helper_and_a_member_give_nothing_on() -> None:
    roles = roles_of(TREE, [grant(Role.HELPER, "sq")], admin=False, member_of=["qyc"])
    assert roles.helper_of == {"sq"}
    assert roles.member_of == {"qyc"}
    assert not roles.secretary
    assert not any(roles.can_notify(unit) for unit in ("", "sq", "qyc"))
    assert not any(roles.can_grant(role, "sq") for role in Role)


def test_an_admin_may_everything() -> None:
    roles = roles_of(TREE, [], admin=True)
    assert roles.can_notify("")
    assert roles.can_notify("jy")
    assert roles.can_grant(Role.SECRETARY, "jy")


def test_a_unit_that_left_the_settings_gives_nothing() -> None:
    roles = roles_of(TREE, [grant(Role.SECRETARY, "gone"), grant(Role.HELPER, "gone")], admin=False)
    assert not roles.secretary
    assert not roles.helper
    assert not roles.can_notify("gone")
