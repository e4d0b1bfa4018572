"""有答案时告诉我: kept when pressed, told once and in private, and forgotten with that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.delivery.orders import State
from bot.delivery.store import contents
from bot.delivery.told.store import ToldStore
from bot.errors import ChatGone, SendUncertain
from bot.features.inbox import waiting
from bot.features.inbox.model import Wait
from bot.messages import Incoming
from bot.organisation.groups import Binding
from bot.storage.database import StorageError, Transaction
from tests.cli.runner import TOPIC
from tests.features.inbox.conftest import GROUP, LI, MISSED, MORE, WANG, Office
from tests.features.stage import labels
from tests.organisation.small import ADMIN

ASK = "有答案时告诉我"
ANSWER = "您问过“食堂一顿饭多少钱”，现在有答案了：\n\n一顿饭 8 元，环卫工人免费。"


async def waiters(office: Office) -> list[str]:
    return sorted(wait.member_id for wait, _ in await office.store.waiting())


async def test_nobody_is_kept_who_did_not_press(office: Office) -> None:
    await office.say(WANG, MISSED)
    assert await waiters(office) == []
    await office.learn()
    assert await office.deliver() == []


async def test_who_pressed_is_told_once_and_forgotten(office: Office) -> None:
    await office.say(WANG, MISSED)
    pressed = office.last[WANG]
    confirmed = await office.press(WANG, ASK)
    assert "最多等 90 天" in confirmed.text
    office.last[WANG] = pressed
    assert await office.press(WANG, ASK) == confirmed, "a second press changes nothing"
    assert await waiters(office) == [WANG]
    assert await office.deliver() == []
    await office.learn()
    [(chat, told)] = await office.deliver()
    assert chat == WANG
    assert told.startswith(ANSWER)
    assert await waiters(office) == []
    await office.open()  # a restart looks at everything again
    assert await office.deliver() == []


async def kept_of(office: Office, chat: str) -> list[State]:
    return [told.state for told in await ToldStore(office.database).of("telegram", chat)]


async def test_what_was_told_is_not_kept_either(office: Office) -> None:
    """“您问过…” with the chat of a member says who asked what."""
    await office.say(WANG, MISSED)
    await office.press(WANG, ASK)
    await office.learn()
    assert len(await office.deliver()) == 1
    assert await kept_of(office, WANG) == [State.SENT]
    office.clock.forward(61)
    await office.deliver()
    assert await kept_of(office, WANG) == []
    async with office.database.read() as connection:
        assert (await connection.execute(select(contents))).all() == []
    assert await office.deliver() == []


async def test_what_may_not_have_come_stays_for_the_admins(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.press(WANG, ASK)
    await office.learn()
    office.once.faults[WANG] = [SendUncertain("x")]
    await office.deliver()
    office.clock.forward(61)
    await office.deliver()
    assert await kept_of(office, WANG) == [State.UNCERTAIN]


async def test_a_change_that_does_not_answer_it_tells_nobody(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.press(WANG, ASK)
    await office.learn(TOPIC.replace("12 处", "21 处"))
    assert await office.deliver() == []
    assert await waiters(office) == [WANG]


async def test_who_waits_is_told_when_it_is_taught_and_not_twice(office: Office) -> None:
    for member in (WANG, LI):
        await office.say(member, MISSED)
        await office.press(member, ASK)
    [question] = await office.store.all()
    await office.learn()
    line = await office.inbox.taught(question.id, "yizhan/shitang")
    assert line == "已告诉 2 位等答案的人。"
    told = await office.deliver()
    assert sorted(chat for chat, _ in told) == [WANG, LI]
    assert all(text.startswith(ANSWER) for _, text in told)
    assert await office.store.all() == []


async def test_a_taught_entry_is_told_even_if_the_words_find_it_not(office: Office) -> None:
    await office.say(WANG, "晾衣绳归谁管")
    await office.press(WANG, ASK)
    [question] = await office.store.all()
    await office.learn()
    await office.inbox.taught(question.id, "yizhan/shitang")
    [(_, text)] = await office.deliver()
    assert text.startswith("您问过“晾衣绳归谁管”，现在有答案了：\n\n一顿饭 8 元")


async def test_not_covered_is_told_as_what_it_is(office: Office) -> None:
    await office.say(WANG, "晾衣绳归谁管")
    await office.press(WANG, ASK)
    [question] = await office.store.all()
    guard = "not_covered:\n  - words: [晾衣绳]\n    say: 资料里没有晾衣绳这一条，请问物业。\n"
    await office.learn(TOPIC, guards=guard)
    assert await office.deliver() == [], "an approved “not covered” is no answer"
    assert await office.inbox.taught(question.id, "") == "已告诉 1 位等答案的人。"
    [(_, text)] = await office.deliver()
    assert "管理员看过了，现在这样回答：\n\n资料里没有晾衣绳这一条" in text


async def test_waiting_can_be_cancelled_and_begun_again(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.press(WANG, ASK)
    cancelled = await office.press(WANG, "取消等待")
    assert "不再等“食堂一顿饭多少钱”" in cancelled.text
    assert await waiters(office) == []
    assert labels(cancelled) == [ASK]
    await office.press(WANG, ASK)
    await office.learn()
    assert len(await office.deliver()) == 1


async def test_a_late_press_is_answered_kindly(office: Office) -> None:
    await office.say(WANG, MISSED)
    pressed = office.last[WANG]
    await office.press(WANG, ASK)
    office.clock.now += timedelta(days=90)
    await office.deliver()
    assert "请再问一次" in (await office.press(WANG, "取消等待")).toast
    office.last[WANG] = pressed
    late = await office.press(WANG, ASK)
    assert late.text == ""
    assert "请再问一次" in late.toast
    assert await waiters(office) == []


async def test_a_press_after_the_answer_came_gives_it(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.say(LI, MISSED, GROUP)
    await office.learn()
    assert (await office.press(WANG, ASK)).text.startswith(ANSWER)
    assert "请再问一次" in (await office.press(LI, ASK, GROUP)).toast
    assert await waiters(office) == []


async def test_in_a_group_it_is_confirmed_in_private(office: Office) -> None:
    await office.say(WANG, MISSED, GROUP)
    for member in (WANG, LI):
        pressed = await office.press(member, ASK, GROUP)
        assert (pressed.text, pressed.toast) == ("", "记下了，有答案时私聊告诉您。")
    assert "已经记着" in (await office.press(WANG, ASK, GROUP)).toast
    assert [target.chat_id for target, _ in office.channel.sent] == [WANG, LI]
    office.last[LI] = office.channel.sent[1][1]
    await office.press(LI, "取消等待")
    await office.learn()
    [(chat, _)] = await office.deliver()
    assert chat == WANG
    assert await office.say(WANG, "", GROUP, pressed="inbox:c:x") is None


async def test_who_never_wrote_in_private_is_asked_to(office: Office) -> None:
    await office.say(WANG, MISSED, GROUP)
    office.channel.broken[WANG] = ChatGone("never started")
    assert "请先私聊我一次" in (await office.press(WANG, ASK, GROUP)).toast
    assert await waiters(office) == []
    office.channel.broken[WANG] = SendUncertain("timeout")
    assert "记下了" in (await office.press(WANG, ASK, GROUP)).toast
    assert await waiters(office) == [WANG]


async def test_an_anonymous_admin_cannot_be_told(office: Office) -> None:
    await office.say(WANG, MISSED, GROUP)
    assert "匿名" in (await office.press(GROUP, ASK, GROUP)).toast
    assert await waiters(office) == []


async def test_the_place_of_the_group_goes_with_it(office: Office) -> None:
    boss = Incoming("telegram", ADMIN, ADMIN, "1", "", office.clock(), admin=True)
    await office.org.bind(boss, Binding("telegram", GROUP, "qyc", office.clock()))
    await office.say(WANG, MISSED, GROUP)
    await office.press(WANG, ASK, GROUP)
    [(wait, _)] = await office.store.waiting()
    assert wait.home == office.org.home_of("telegram", GROUP) != ""
    await office.learn()
    assert len(await office.deliver()) == 1


async def test_nobody_waits_for_everything(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "WAITS_MAX", 1)
    await office.say(WANG, MISSED)
    await office.press(WANG, ASK)
    office.clock.forward(3600)
    await office.say(WANG, "晾衣绳归谁管")
    assert "已经在等 1 个问题" in (await office.press(WANG, ASK)).toast


async def test_at_night_it_does_not_ring(office: Office) -> None:
    office.clock.now = datetime.fromisoformat("2026-07-01T23:00:00+00:00")
    await office.say(WANG, MISSED)
    await office.press(WANG, ASK)
    await office.learn()
    await office.deliver()
    [(target, _)] = office.once.sent
    assert target.silent


async def test_a_member_sees_and_deletes_what_is_kept(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.press(WANG, ASK)
    await office.say(LI, MISSED)
    await office.press(LI, ASK)
    [kept] = await office.inbox.kept("telegram", WANG)
    assert kept.rows == ("“食堂一顿饭多少钱”，7月1日起",)
    await office.inbox.forget("telegram", WANG)
    assert await office.inbox.kept("telegram", WANG) == ()
    assert await waiters(office) == [LI]
    await office.inbox.moved("telegram", LI, "31")
    await office.learn()
    [(chat, _)] = await office.deliver()
    assert chat == "31"


async def test_two_processes_tell_once(office: Office, tmp_path: Path) -> None:
    await office.say(WANG, MISSED)
    await office.press(WANG, ASK)
    other = Office(tmp_path / "others", office.database)
    other.save(TOPIC + MORE)
    await other.open()
    await office.learn()
    first, second = await office.store.waiting(), await other.store.waiting()
    assert first == second
    await office.inbox.step()
    await other.inbox.step()
    assert len(await office.delivered()) == 1


async def test_a_swap_in_the_middle_of_a_press_forgets_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.say(WANG, MISSED)
    put = office.store.wait

    async def slow(wait: Wait, waits_max: int) -> str:
        await office.learn()
        assert await office.deliver() == []
        return await put(wait, waits_max)

    monkeypatch.setattr(office.inbox._store, "wait", slow)
    await office.press(WANG, ASK)
    assert len(await office.deliver()) == 1


async def test_a_press_just_before_a_question_is_closed_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.say(WANG, MISSED)
    [question] = await office.store.all()
    await office.learn()
    begin = office.database.begin
    late = [Wait(question.id, "telegram", WANG, WANG, "", office.clock().date())]

    @asynccontextmanager
    async def slow() -> AsyncIterator[Transaction]:
        while late:
            assert await office.store.wait(late.pop(), 9) == "new"
        async with begin() as connection:
            yield connection

    monkeypatch.setattr(office.database, "begin", slow)
    assert await office.inbox.taught(question.id, "yizhan/shitang") == "已告诉 1 位等答案的人。"
    [(chat, _)] = await office.delivered()
    assert chat == WANG


async def test_who_could_not_be_told_is_told_by_the_next_step(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.say(WANG, MISSED)
    await office.press(WANG, ASK)
    await office.deliver()
    await office.learn()
    take = office.store.take

    async def refuses(connection: Transaction, ids: Sequence[str]) -> set[str]:
        await take(connection, ids)
        raise StorageError("数据库正被别的程序占着。")

    monkeypatch.setattr(office.inbox._store, "take", refuses)
    with pytest.raises(StorageError):
        await office.inbox.step()
    monkeypatch.undo()
    assert [chat for chat, _ in await office.deliver()] == [WANG]


async def test_a_press_while_those_who_wait_are_read_is_looked_at_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.say(WANG, MISSED)
    await office.deliver()
    put, read = office.store.wait, office.store.waiting
    begun, pressed = asyncio.Event(), asyncio.Event()
    steps: list[asyncio.Task[float]] = []

    async def slow_put(wait: Wait, waits_max: int) -> str:
        await office.learn()
        steps.append(asyncio.create_task(office.inbox.step()))
        await begun.wait()
        return await put(wait, waits_max)

    async def slow_read() -> list[tuple[Wait, str]]:
        found = await read()
        begun.set()
        await pressed.wait()
        return found

    monkeypatch.setattr(office.inbox._store, "wait", slow_put)
    monkeypatch.setattr(office.inbox._store, "waiting", slow_read)
    await office.press(WANG, ASK)
    pressed.set()
    await asyncio.gather(*steps)
    assert [chat for chat, _ in await office.deliver()] == [WANG]


async def test_waiting_that_could_not_be_read_is_read_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.say(WANG, MISSED)
    await office.press(WANG, ASK)
    await office.deliver()
    await office.learn()

    async def refuses() -> list[tuple[Wait, str]]:
        raise StorageError("数据库正被别的程序占着。")

    monkeypatch.setattr(office.inbox._store, "waiting", refuses)
    with pytest.raises(StorageError):
        await office.inbox.step()
    monkeypatch.undo()
    assert [chat for chat, _ in await office.deliver()] == [WANG]


async def test_in_private_numbers_are_whole_and_what_is_closed_stays_closed(
    office: Office,
) -> None:
    phone, secret = "电话 13912345678。", "只说给登记过的听。"
    with_phone = TOPIC + MORE.replace("环卫工人免费。", phone)
    for member, asked in ((WANG, MISSED), (LI, "晾衣绳归谁管")):
        await office.say(member, asked)
        await office.press(member, ASK)
    closed = MORE.replace("shitang", "shengzi").replace("食堂一顿饭多少钱", "晾衣绳归谁管")
    closed = closed.replace("吃饭怎么收费", "晾衣绳谁在管").replace("：食堂", "：晾衣绳")
    closed = closed.replace("一顿饭 8 元，环卫工人免费。", f"{secret}\n    members_only: true")
    await office.learn(with_phone + closed)
    [(chat, told)] = await office.deliver()
    assert (chat, phone in told) == (WANG, True), told
    await office.say(ADMIN, "/inbox")
    found = {question.text: question.id for question in await office.store.all()}
    opened = await office.say(ADMIN, "", pressed=f"inbox:g:{found[MISSED]}")
    assert opened is not None
    assert phone in opened.text
    await office.inbox.taught(found["晾衣绳归谁管"], "yizhan/shengzi")
    [(chat, told)] = await office.delivered()
    assert chat == LI
    assert secret not in told
    assert "只给登记过的党员看" in told
    assert office.inbox._books.answer("yizhan/shitang").count(phone) == 1
