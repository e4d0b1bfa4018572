"""The organisation on a real database: roles, codes, groups, roster, audit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.config import Settings
from bot.errors import ConfigError
from bot.messages import Incoming
from bot.organisation import Organisation, Plan, Role
from bot.organisation.groups import Binding
from bot.organisation.people.store import codes, grants, roster
from bot.organisation.roster import Person
from bot.storage.chats import Approval, ChatRecord
from bot.storage.database import Database
from tests.fakes import START, FakeClock
from tests.organisation.small import ADMIN, UNITS, small_organisation, small_plan


def by(member_id: str = ADMIN, channel: str = "telegram") -> Incoming:
    return Incoming(channel, member_id, member_id, "1", "", START)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def org(database: Database, clock: FakeClock) -> Organisation:
    return await small_organisation(database, clock)


def binding(chat_id: str, unit: str, **more: object) -> Binding:
    return replace(Binding("telegram", chat_id, unit, START), **more)  # type: ignore[arg-type]


async def people(org: Organisation, *rows: tuple[str, str]) -> None:
    await org.import_roster(None, [Person(name, unit) for name, unit in rows])


# --- roles ---------------------------------------------------------------------------------------


async def test_roles_come_and_go_at_once(org: Organisation) -> None:
    assert (await org.roles("telegram", ADMIN)).admin
    assert not (await org.roles("console", ADMIN)).admin
    assert (await org.roles("console", ADMIN, admin=True)).admin
    assert await org.grant(by(), "7", Role.SECRETARY, "sq")
    assert not await org.grant(by(), "7", Role.SECRETARY, "sq"), "once is enough"
    assert (await org.roles("telegram", "7")).manages == {"sq", "qyc", "xsl"}
    assert not (await org.roles("console", "7")).secretary, "another channel's 7 is somebody else"
    [grant] = await org.secretaries("qyc")
    assert grant.member_id == "7"
    assert await org.secretaries("jd") == []
    assert await org.withdraw(by(), grant)
    assert not await org.withdraw(by(), grant)
    assert not (await org.roles("telegram", "7")).secretary


async def test_the_tops_of_a_secretary(org: Organisation) -> None:
    for unit in ("qyc", "sq", "cun"):
        await org.grant(by(), "7", Role.SECRETARY, unit)
    assert org.tops(await org.roles("telegram", "7")) == ("sq", "cun")


# --- codes ---------------------------------------------------------------------------------------


async def test_a_code_gives_a_role_once(org: Organisation, clock: FakeClock) -> None:
    code = await org.invite(by(), Role.HELPER, "sq")
    assert code is not None
    clock.forward(29 * 60)
    done = await org.redeem(by("7"), code.text.lower())
    assert done.outcome == "role"
    assert done.invitation is not None
    assert done.invitation.made_by == ADMIN
    assert (await org.roles("telegram", "7")).helper_of == {"sq"}
    assert (await org.redeem(by("8"), code.text)).outcome == "wrong"
    assert not (await org.roles("telegram", "8")).helper
    again = await org.invite(by(), Role.HELPER, "sq")
    assert again is not None
    assert (await org.redeem(by("7"), again.text)).outcome == "have"


async def test_two_who_use_a_code_at_once(org: Organisation) -> None:
    code = await org.invite(by(), Role.HELPER, "sq")
    assert code is not None
    done = await asyncio.gather(*(org.redeem(by(member), code.text) for member in "789"))
    assert sorted(one.outcome for one in done) == ["role", "wrong", "wrong"]
    assert len(await org.grants()) == 1


async def test_a_code_ends_after_half_an_hour(org: Organisation, clock: FakeClock) -> None:
    code = await org.invite(by(), Role.HELPER, "sq")
    assert code is not None
    clock.forward(30 * 60 + 1)
    assert (await org.redeem(by("7"), code.text)).outcome == "wrong"


async def test_a_code_is_worth_no_more_than_who_made_it(org: Organisation) -> None:
    await org.grant(by(), "7", Role.SECRETARY, "sq")
    code = await org.invite(by("7"), Role.HELPER, "qyc")
    assert code is not None
    [grant] = await org.secretaries("sq")
    await org.withdraw(by(), grant)
    assert (await org.redeem(by("8"), code.text)).outcome == "void"
    assert not (await org.roles("telegram", "8")).helper


async def test_the_code_of_another_channel_is_void(org: Organisation) -> None:
    code = await org.invite(by(), Role.HELPER, "qyc")
    assert code is not None
    assert (await org.redeem(by("8", "console"), code.text)).outcome == "void"


async def test_guessing_is_stopped(org: Organisation, clock: FakeClock) -> None:
    code = await org.invite(by(), Role.HELPER, "sq")
    assert code is not None
    for _ in range(5):
        assert (await org.redeem(by("7"), "AAAA-AAAA-AAAA")).outcome == "wrong"
    done = await org.redeem(by("7"), code.text)
    assert done.outcome == "wait"
    assert done.seconds == 900
    clock.forward(900)
    assert (await org.redeem(by("7"), code.text)).outcome == "role"


async def test_many_guesses_at_the_same_moment_are_no_more_than_agreed(org: Organisation) -> None:
    done = await asyncio.gather(*(org.redeem(by("7"), "AAAA-AAAA-AAAA") for _ in range(40)))
    outcomes = [one.outcome for one in done]
    assert outcomes.count("wrong") == 5
    assert outcomes.count("wait") == 35


async def test_to_be_forgotten_gives_no_more_guesses(org: Organisation) -> None:
    for _ in range(5):
        await org.redeem(by("7"), "AAAA-AAAA-AAAA")
    await org.forget("telegram", "7")
    assert (await org.redeem(by("7"), "AAAA-AAAA-AAAA")).outcome == "wait"


async def test_right_codes_do_not_count(org: Organisation) -> None:
    for _ in range(8):
        code = await org.invite(by(), Role.HELPER, "sq")
        assert code is not None
        assert (await org.redeem(by("7"), code.text)).outcome in {"role", "have"}


async def test_codes_are_kept_hashed(org: Organisation, database: Database) -> None:
    code = await org.invite(by(), Role.HELPER, "sq")
    assert code is not None
    secret = code.text.replace("-", "")[4:]
    async with database.read() as connection:
        kept = str((await connection.execute(codes.select())).all())
    assert code.selector in kept
    assert secret not in kept
    assert code.text not in kept


async def test_a_code_can_be_made_void_by_its_maker_alone(org: Organisation) -> None:
    code = await org.invite(by(), Role.HELPER, "sq")
    assert code is not None
    await org.void_code(by("9"), code.selector)
    await org.void_code(by(), code.selector)
    assert (await org.redeem(by("7"), code.text)).outcome == "wrong"
    actions = [entry.action for entry in await org.audit_log(9)]
    assert actions == ["void", "invite"]


async def test_no_more_open_codes_than_agreed(org: Organisation, clock: FakeClock) -> None:
    for _ in range(20):
        assert await org.invite(by(), Role.HELPER, "sq") is not None
    assert await org.invite(by(), Role.HELPER, "sq") is None
    assert await org.invite(by("7"), Role.HELPER, "sq") is not None
    clock.forward(1900)
    assert await org.invite(by(), Role.HELPER, "sq") is not None


# --- groups --------------------------------------------------------------------------------------


async def test_every_approved_chat_is_there_bound_or_not(
    org: Organisation, database: Database, clock: FakeClock
) -> None:
    chats = org.known_chats
    one = ChatRecord(
        "telegram", "-1", "一支部", Approval.APPROVED, present=True, reason="", changed_at=START
    )
    await chats.put(
        one,
        replace(one, chat_id="-2", title="没批准", approval=Approval.PENDING),
        replace(one, chat_id="-3", title="走了", present=False),
        replace(one, chat_id="-500", title="旧", approval=Approval.PENDING, moved_to="-501"),
        replace(one, chat_id="-501", title="新", approval=Approval.APPROVED),
    )
    await org.bind(by(), binding("-1", "qyc", thread_id="7", quiet="21:00-08:00"))
    await org.bind(by(), binding("-2", "qyc"))
    found = {chat.chat_id: chat for chat in await org.chats()}
    assert list(found) == ["-1", "-3", "-501"]
    assert found["-1"].title == "一支部"
    assert found["-1"].thread_id == "7"
    assert found["-1"].place == "沁园春小区"
    assert str(found["-1"].quiet) == "21:00-08:00"
    assert str(found["-501"].quiet) == "22:00-07:00"
    assert found["-501"].unit == ""
    assert not found["-3"].present
    below = await org.chats(org.units.subtree("jd"))
    assert [chat.chat_id for chat in below] == ["-1"]
    assert await org.chats(["cun"]) == []
    other = await small_organisation(database, clock)
    assert await other.chats() == await org.chats()


async def test_categories_that_a_group_does_not_take(org: Organisation) -> None:
    await org.bind(by(), binding("-500", "qyc", refused=frozenset({"政策精神"})))
    [chat] = await org.chats()
    assert not chat.takes("政策精神")
    assert chat.takes("会议通知")
    assert chat.takes("以后才有的一类")


async def test_a_unit_that_left_the_settings_frees_its_groups(
    org: Organisation, database: Database, clock: FakeClock
) -> None:
    await org.bind(by(), binding("-500", "cun", title="况场"))
    less = small_plan(tuple(unit for unit in UNITS if unit.id != "cun"))
    [chat] = await (await small_organisation(database, clock, less)).chats()
    assert chat.unit == ""
    assert chat.title == "况场"


async def test_the_place_of_a_chat(org: Organisation) -> None:
    assert org.place_of("telegram", "-500") == ""
    await org.bind(by(), binding("-500", "xsl"))
    assert org.place_of("telegram", "-500") == "江阳区"
    await org.bind(by(), binding("-500", "qyc"))
    assert org.home_of("telegram", "-500") == "江阳区沁园春小区"
    await org.bind(by(), binding("-500", "xsl", place="东门街"))
    assert org.place_of("telegram", "-500") == "东门街"
    assert org.home_of("telegram", "-500") == "东门街"
    await org.unbind(by(), "telegram", "-500")
    assert org.place_of("telegram", "-500") == org.home_of("telegram", "-500") == ""
    assert [entry.action for entry in await org.audit_log(1)] == ["unbind"]


async def test_a_binding_moves_along(
    org: Organisation, database: Database, clock: FakeClock
) -> None:
    await org.bind(by(), binding("-500", "qyc", thread_id="7"))
    for _ in range(2):
        await org.moved("telegram", "-500", "-501")
    await org.moved("telegram", "-77", "-78")
    other = await small_organisation(database, clock)
    assert other.binding("telegram", "-500") is None
    moved = other.binding("telegram", "-501")
    assert moved is not None
    assert (moved.unit, moved.thread_id) == ("qyc", "7")


# --- roster --------------------------------------------------------------------------------------


async def test_a_roster_is_imported_bound_and_imported_again(org: Organisation) -> None:
    await people(org, ("王芳", "qyc"), ("李强", "qyc"), ("赵敏", "cun"))
    given = await org.roster_codes(await org.roster(["qyc"]), 30)
    assert [entry.name for entry, _ in given] == ["王芳", "李强"]
    done = await org.redeem(by("7"), given[0][1])
    assert done.outcome == "roster"
    assert done.entry is not None
    assert done.entry.name == "王芳"
    assert (await org.redeem(by("8"), given[0][1])).outcome == "wrong"
    assert (await org.roles("telegram", "7")).member_of == {"qyc"}
    [entry] = await org.member("telegram", "7")
    assert entry.unit == "qyc"
    change = await org.roster_change([Person("王芳", "qyc"), Person("孙立", "qyc")])
    assert (len(change.added), change.kept, len(change.removed)) == (1, 1, 2)
    await people(org, ("王芳", "qyc"), ("孙立", "qyc"))
    assert [(e.name, e.bound) for e in await org.roster()] == [("王芳", True), ("孙立", False)]
    assert (await org.redeem(by("9"), given[1][1])).outcome == "wrong", "his line is gone"
    assert await org.leave(by("7")) == 1
    assert await org.leave(by("7")) == 0
    assert [e.bound for e in await org.roster()] == [False, False]


async def test_a_new_code_ends_the_old_one_and_a_name_is_bound_once(org: Organisation) -> None:
    await people(org, ("王芳", "qyc"))
    [(_, old)] = await org.roster_codes(await org.roster(), 30)
    [(_, new)] = await org.roster_codes(await org.roster(), 30)
    assert (await org.redeem(by("7"), old)).outcome == "wrong"
    assert (await org.redeem(by("7"), new)).outcome == "roster"
    [(_, third)] = await org.roster_codes(await org.roster(), 30)
    assert (await org.redeem(by("8"), third)).outcome == "void", "somebody is bound already"
    [(_, mine)] = await org.roster_codes(await org.roster(), 30)
    assert (await org.redeem(by("7"), mine)).outcome == "have"


async def test_codes_for_a_whole_area_are_all_different(org: Organisation) -> None:
    await people(org, *((f"人{n}", "qyc") for n in range(300)))
    given = await org.roster_codes(await org.roster(), 30)
    assert len({text for _, text in given}) == 300
    assert [entry.name for entry, _ in given] == [f"人{n}" for n in range(300)]


async def test_the_roster_has_its_time(
    org: Organisation, database: Database, clock: FakeClock
) -> None:
    await people(org, ("王芳", "qyc"))
    await org.roster_codes(await org.roster(), 30)
    clock.forward(timedelta(days=399).total_seconds())
    await org.tidy()
    assert len(await org.roster()) == 1
    async with database.read() as connection:
        assert (await connection.execute(codes.select())).all() == [], "stale codes are gone"
    await people(org, ("王芳", "qyc"))
    clock.forward(timedelta(days=2).total_seconds())
    await org.tidy()
    assert len(await org.roster()) == 1, "importing again begins anew"
    clock.forward(timedelta(days=399).total_seconds())
    await org.tidy()
    assert await org.roster() == []


# --- audit and privacy ---------------------------------------------------------------------------


async def test_the_log_is_read_from_its_end(org: Organisation) -> None:
    for number in range(5):
        await org.audit(by("7"), "notice.send", f"notice:{number}")
    newest = await org.audit_log(2)
    assert [entry.subject for entry in newest] == ["notice:4", "notice:3"]
    assert newest[0].at == START
    older = await org.audit_log(9, before=newest[-1].id)
    assert [entry.subject for entry in older] == ["notice:2", "notice:1", "notice:0"]


async def test_a_row_of_the_log_falls_with_its_transaction(
    org: Organisation, database: Database
) -> None:
    async def fail() -> None:
        async with database.begin() as connection:
            await org.audit(by(), "x", "", connection)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fail()
    assert await org.audit_log(9) == []


async def test_forgotten_everywhere(org: Organisation, database: Database) -> None:
    await people(org, ("王芳", "qyc"))
    [(_, code)] = await org.roster_codes(await org.roster(), 30)
    await org.redeem(by("70077"), code)
    await org.grant(by(), "70077", Role.SECRETARY, "sq")
    await org.grant(by("70077"), "8", Role.HELPER, "qyc")
    await org.invite(by("70077"), Role.HELPER, "qyc")
    await org.forget("console", "70077")
    assert len(await org.grants()) == 2
    await org.forget("telegram", "70077")
    assert [grant.member_id for grant in await org.grants()] == ["8"], "what was given stays"
    assert await org.roster() == [], "the line goes with the name"
    async with database.read() as connection:
        for table in (*(t.name for t in (codes, grants, roster)), "audit", "bindings"):
            rows = (await connection.execute(text(f"SELECT * FROM {table}"))).all()  # noqa: S608
            assert "70077" not in str(rows), table
    assert len(await org.audit_log(20)) == 5, "what was done stays in the log"


def test_the_plan_is_read_off_the_settings() -> None:
    settings = Settings(
        telegram={"admins": [1], "approved_chats": [-5]},
        organisation={"units": [{"id": "a", "name": "甲"}], "quiet_hours": ""},
    )
    plan = Plan.of(settings)
    assert plan.admins == {("telegram", "1")}
    assert plan.approved == {("telegram", "-5")}
    assert plan.quiet is None
    assert len(plan.units) == 1
    with pytest.raises(ConfigError, match="重复"):
        Plan.of(Settings(organisation={"units": [{"id": "a", "name": "甲"}] * 2}))
