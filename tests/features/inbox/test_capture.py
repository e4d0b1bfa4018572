"""What goes into the inbox, what does not, and what is left of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.features.inbox import feature
from bot.features.inbox.model import Kind
from bot.messages import About, Incoming, Reply
from bot.turn import Observer, Turn
from tests.features.inbox.conftest import GROUP, LI, MISSED, WANG, Office
from tests.features.stage import labels


async def texts(office: Office) -> list[str]:
    return sorted(question.text for question in await office.store.all())


async def test_a_question_in_vain_is_kept_without_who_asked(office: Office) -> None:
    assert isinstance(office.inbox, Observer)
    await office.hire("王芳")
    asked = "我是王芳的同事，电话13800138000，食堂一顿饭多少钱"
    assert "有答案时告诉我" in labels(await office.say(WANG, asked))
    [question] = await office.store.all()
    assert question.text == "我是〔姓名〕的同事，电话〔号码〕，食堂一顿饭多少钱"
    assert [(day.day, day.missed) for day in question.days] == [(office.clock().date(), 1)]
    async with office.database.read() as connection:
        for table in ("questions", "question_days", "question_waits"):
            rows = str((await connection.exec_driver_sql(f"SELECT * FROM {table}")).all())  # noqa: S608
            assert not any(word in rows for word in ("王芳", "13800138000", WANG)), rows


async def test_who_comes_onto_the_roster_later_is_taken_out_too(office: Office) -> None:
    await office.say(WANG, "慕容霞想问食堂一顿饭多少钱")
    await office.say(LI, "石破天说晾衣绳没人管")
    assert await texts(office) == ["〔姓名〕想问食堂一顿饭多少钱", "石破天说晾衣绳没人管"]
    await office.inbox.step()
    await office.hire("石破天")
    office.clock.forward(3600)
    await office.inbox.step()
    assert await texts(office) == ["〔姓名〕想问食堂一顿饭多少钱", "〔姓名〕说晾衣绳没人管"]
    await office.say(LI, "石破天说晾衣绳没人管")
    assert [question.asked for question in await office.store.all()].count(2) == 1
    async with office.database.read() as connection:
        rows = str((await connection.exec_driver_sql("SELECT * FROM questions")).all())
    assert "石破天" not in rows


async def test_the_same_words_are_counted(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.say(LI, f"{MISSED}？", GROUP)
    office.clock.forward(86_400)
    await office.say(LI, MISSED)
    [question] = await office.store.all()
    assert question.asked == 3
    assert [day.missed for day in question.days] == [2, 1]


@pytest.mark.parametrize(
    "said", ["红色驿站有几处", "谢谢", "？？", "第三个", "/help", "这个月有什么活动", "13800138000"]
)
async def test_what_is_answered_or_no_question_is_not_kept(office: Office, said: str) -> None:
    reply = await office.say(WANG, said)
    assert "有答案时告诉我" not in labels(reply)
    assert await texts(office) == []


async def test_a_doubtful_answer_is_kept_but_nobody_waits_for_it(office: Office) -> None:
    turn = Turn(Incoming("telegram", WANG, WANG, "5", "", office.clock()))
    doubtful = Reply("12 处。", about=About("驿站怎样", "answered", "yizhan/shuliang", (), True))
    assert await office.inbox.answered(turn, doubtful) == doubtful
    sure = Reply("12 处。", about=About("驿站怎样", "answered", "yizhan/shuliang"))
    assert await office.inbox.answered(turn, sure) == sure
    [question] = await office.store.all()
    assert (question.count(Kind.DOUBTED), question.asked) == (1, 1)


async def test_a_complaint_is_kept_with_the_entry(office: Office) -> None:
    await office.inbox.complained("驿站给谁用", "yizhan/shuliang", ("yizhan/overview",))
    await office.inbox.complained("", "yizhan/shuliang")
    [question] = await office.store.all()
    assert question.wrong_ref == "yizhan/shuliang"
    assert question.count(Kind.COMPLAINED) == 1


async def test_nobody_fills_the_inbox_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feature, "ASKED_A_DAY_MAX", 2)
    for number in "甲乙丙丁":
        await office.say(WANG, f"{number}号食堂有没有早饭")
    assert len(await texts(office)) == 2
    assert "有答案时告诉我" in labels(await office.say(LI, "丁号食堂有没有早饭"))
    office.clock.forward(86_400)
    await office.say(WANG, "丙号食堂有没有早饭")
    assert len(await texts(office)) == 4


async def test_a_database_that_fails_costs_no_answer(office: Office) -> None:
    await office.database.close()
    assert "资料里没有" in await office.text(WANG, MISSED)
    await office.database.open()


async def test_nothing_is_kept_longer_than_its_days(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.press(WANG, "有答案时告诉我")
    office.clock.now += timedelta(days=60)
    await office.say(WANG, "食堂在哪条路上")
    office.clock.now += timedelta(days=29)
    await office.inbox.step()
    assert len(await texts(office)) == 2
    office.clock.now += timedelta(days=1)
    await office.inbox.step()
    assert await texts(office) == ["食堂在哪条路上"]
    assert await office.inbox.kept("telegram", WANG) == ()


async def test_a_fault_of_ours_costs_no_answer(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def stumbles(*_: object) -> str:
        raise ValueError("食堂")

    monkeypatch.setattr(office.inbox._store, "jot", stumbles)
    turn = Turn(Incoming("telegram", WANG, WANG, "5", MISSED, office.clock()))
    missed = Reply("资料里没有。", about=About(MISSED, "unknown"))
    assert await office.inbox.answered(turn, missed) is missed
    assert "ValueError" in caplog.text
    assert "食堂" not in caplog.text


async def test_an_answer_waits_for_no_disk_and_a_stop_writes_it(office: Office) -> None:
    await office.say(LI, "食堂在哪条路上")

    async def written() -> list[str]:
        async with office.database.read() as connection:
            return [row.text for row in await connection.exec_driver_sql("SELECT * FROM questions")]

    assert await written() == []
    await office.features.close()
    assert await written() == ["食堂在哪条路上"]
    await office.say(LI, "丁号食堂有没有早饭")
    assert len(await written()) == 1
    await office.inbox.step()
    assert len(await written()) == 2
    await office.say(WANG, MISSED)
    assert len(await written()) == 2
    assert "记下了" in (await office.press(WANG, "有答案时告诉我")).text
    assert len(await written()) == 3
