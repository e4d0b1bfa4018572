"""/reminders: who may see and change what, skipping, taking that back, sending at once."""

from __future__ import annotations

import pytest

from bot.features.reminders import words
from bot.messages import BUTTON_LABEL_CHARS_MAX, Incoming, Reply
from bot.organisation import Role
from bot.turn import Turn
from tests.features.reminders.conftest import GROUPS, Town
from tests.organisation.small import ADMIN

SECRETARY, MEMBER = "70", "99"


def labels(reply: Reply) -> list[str]:
    return [button.label for row in reply.buttons for button in row]


@pytest.fixture
async def office(town: Town) -> Town:
    """A secretary looks after one of the three groups."""
    await town.bind("-1", "qyc", title="沁园春群")
    by = Incoming("telegram", ADMIN, ADMIN, "1", "", town.clock(), admin=True)
    await town.org.grant(by, SECRETARY, Role.SECRETARY, "sq")
    await town.at("09-16 12:00")
    town.once.sent.clear()
    return town


async def test_the_next_ones_are_listed_with_their_groups(office: Town) -> None:
    reply = await office.say(ADMIN)
    assert reply.text.startswith(
        "接下来要发的提醒（北京时间）：\n\n"
        "1. 9月17日（周四）17:00 → 3 个群\n专题党课，9月18日（周五）15:00\n"
        "2. 9月18日（周五）14:00 → 3 个群\n"
    )
    assert labels(reply)[:2] == ["1", "2"]
    assert all(len(label) <= BUTTON_LABEL_CHARS_MAX for label in labels(reply))
    assert "→ 1 个群" in (await office.say(SECRETARY)).text


async def test_a_member_is_refused(office: Town) -> None:
    assert await office.say(MEMBER) == words.NOT_YOURS
    listed = await office.say(ADMIN)
    pressed = listed.buttons[0][0].data.replace(":d:", ":s:")
    assert await office.say(MEMBER, "", pressed=pressed) == words.NOT_YOURS
    said = Incoming("telegram", "-1", ADMIN, "5", "", office.clock(), private=False, admin=True)
    assert await office.feature.handle(Turn(said, "reminders")) is None


async def test_a_detail_tells_the_rule_and_the_groups(office: Town) -> None:
    reply = await office.press(ADMIN, await office.say(ADMIN), "1")
    assert "规则：提前1天17:00，9月17日（周四）17:00（北京时间）发" in reply.text
    assert "最晚：9月18日（周五）05:00" in reply.text
    assert "· 沁园春群\n· 编号 -2\n" in reply.text
    assert labels(reply) == ["跳过这一次", "现在就发", "返回"]
    back = await office.press(ADMIN, reply, "返回")
    assert back.text.startswith("接下来要发的提醒")


async def test_a_skip_holds_for_the_own_groups_and_this_time_alone(office: Town) -> None:
    detail = await office.press(SECRETARY, await office.say(SECRETARY), "1")
    done = await office.press(SECRETARY, detail, "跳过这一次")
    assert "1 个群这一次不提醒" in done.text
    assert "（1 个已跳过）" in (await office.say(SECRETARY)).text
    await office.at("09-17 17:00", office.hire())
    assert sorted(chat for chat, _ in office.sent()) == ["-2", "-3"]
    await office.at("09-18 14:00")
    assert len(office.sent()) == 5  # the hour before is another reminder


async def test_a_skip_can_be_taken_back(office: Town) -> None:
    detail = await office.press(ADMIN, await office.say(ADMIN), "1")
    done = await office.press(ADMIN, detail, "跳过这一次")
    assert labels(done) == ["恢复提醒", "返回"]
    back = await office.press(ADMIN, done, "恢复提醒")
    assert "3 个群照常提醒" in back.text
    await office.at("09-17 17:00")
    assert sorted(chat for chat, _ in office.sent()) == sorted(GROUPS)


async def test_sent_at_once_it_is_not_sent_again(office: Town) -> None:
    detail = await office.press(ADMIN, await office.say(ADMIN), "1")
    ask = await office.press(ADMIN, detail, "现在就发")
    assert "现在就发给 3 个群" in ask.text
    assert labels(ask) == ["确定发送", "返回"]
    done = await office.press(ADMIN, ask, "确定发送")
    assert "3 个群" in done.text
    await office.deliver()
    assert sorted(chat for chat, _ in office.sent()) == sorted(GROUPS)
    assert "（3 个已发）" in (await office.say(ADMIN)).text
    assert await office.press(ADMIN, ask, "确定发送") == words.NOTHING_TO_SEND
    await office.at("09-17 17:00", office.hire())
    await office.at("09-17 17:10")
    assert len(office.sent()) == 3
    assert (
        "（3 个已发）" in (await office.say(ADMIN)).text
        or "1. 9月18日" in (await office.say(ADMIN)).text
    )


async def test_in_the_quiet_hours_it_is_sent_without_a_sound(office: Town) -> None:
    await office.at("09-16 23:00")
    office.once.sent.clear()
    detail = await office.press(ADMIN, await office.say(ADMIN), "1")
    ask = await office.press(ADMIN, detail, "现在就发")
    await office.press(ADMIN, ask, "确定发送")
    await office.deliver()
    silent = {target.chat_id: target.silent for target, _ in office.once.sent}
    assert silent == {"-1": False, "-2": True, "-3": True}  # the first was bound without any


async def test_a_button_of_yesterday_says_so(office: Town) -> None:
    listed = await office.say(ADMIN)
    await office.at("09-20 12:00")
    gone = await office.press(ADMIN, listed, "1")
    assert gone == words.GONE
    assert (await office.press(ADMIN, gone, "看全部")).text.startswith("接下来")


async def test_nothing_to_come_says_what_is_reminded_of(office: Town) -> None:
    office.events.clear()
    office.reminding = office.hire()
    office.feature = type(office.feature)(office.reminding, office.org)
    text = (await office.say(ADMIN)).text
    assert text.startswith("接下来 60 天没有要发的提醒。")
    assert "日期未定" in text


async def test_what_was_decided_is_in_the_log_and_can_be_forgotten(office: Town) -> None:
    detail = await office.press(SECRETARY, await office.say(SECRETARY), "1")
    await office.press(SECRETARY, detail, "跳过这一次")
    [entry, *_] = await office.org.audit_log(5)
    assert entry.action == "reminder.skip"
    ones = office.reminding.upcoming()[:1]
    assert [row.by for row in await office.reminding.store.of(ones)] == [f"telegram:{SECRETARY}"]
    await office.feature.forget("telegram", SECRETARY)
    assert [row.by for row in await office.reminding.store.of(ones)] == [""]
