"""/inbox: pages, one group, what admins do about it, two of them at once."""

from __future__ import annotations

from datetime import timedelta

from bot.features.inbox.words import PAGE
from bot.features.teaching import Deed, OpenQuestion, Pupil, Teacher
from bot.turn import Feature
from tests.cli.runner import TOPIC
from tests.features.inbox.conftest import GROUP, LI, MISSED, MORE, WANG, FakeTeacher, Office
from tests.features.stage import labels
from tests.organisation.small import ADMIN

_fits: tuple[type[Teacher]] = (FakeTeacher,)


async def test_it_is_a_feature_and_a_pupil(office: Office) -> None:
    feature: Feature = office.inbox
    pupil: Pupil = office.inbox
    assert feature.commands["inbox"].admin_only
    assert await pupil.taught("", "") == ""


async def test_an_empty_inbox_says_so(office: Office) -> None:
    assert "收件箱是空的" in await office.text(ADMIN, "/inbox")
    assert "私聊" in await office.text(ADMIN, "/inbox", GROUP)
    assert "管理员" in await office.text(WANG, "/inbox")


async def test_the_most_asked_is_first_and_homophones_fall_together(office: Office) -> None:
    await office.say(WANG, "晾衣绳归谁管")
    for number, said in enumerate((MISSED, MISSED, "食堂一吨饭多少钱", "请问食堂一顿饭多少钱啊")):
        await office.say(f"4000{number}", said)
    await office.inbox.complained("驿站给谁用", "yizhan/shuliang")
    text = await office.text(ADMIN, "/inbox")
    assert text.startswith("收件箱：没答上的 2 组，没把握或有人说没用的 1 组，一共问了 6 次。")
    assert "1. “食堂一顿饭多少钱”\n问 4 次，最近 7月1日" in text
    assert "“驿站给谁用”（有人说没用）" in text
    text = (await office.press(ADMIN, "看 1")).text
    assert "也这样问：" in text
    assert "· 食堂一吨饭多少钱（1 次）" in text
    assert "现在问，还是答不上。" in text
    assert labels(office.last[ADMIN]) == [
        "添加为问法",
        "新条目",
        "资料未载",
        "有歧义",
        "忽略",
        "返回",
    ]
    assert (await office.press(ADMIN, "返回")).text.startswith("收件箱：")


async def test_many_groups_have_pages(office: Office) -> None:
    things = "锅碗瓢盆柴米油盐酱醋茶"
    for thing in things:
        await office.say(WANG, f"哪里能领到新的{thing}具和票证{thing}")
    text = await office.text(ADMIN, "/inbox")
    assert "第 1 页，共 2 页。" in text
    assert len([label for label in labels(office.last[ADMIN]) if label.startswith("看")]) == PAGE
    text = (await office.press(ADMIN, "下一页")).text
    assert "11. " in text
    assert (await office.press(ADMIN, "看 11")).text.startswith("“哪里能领到新的")
    await office.say(ADMIN, "", pressed="inbox:l:99")
    assert "上一页" in labels(office.last[ADMIN])


async def test_without_a_teacher_nothing_can_be_taught(office: Office) -> None:
    office.inbox.teacher = None
    await office.say(WANG, MISSED)
    assert labels(await office.open_first()) == ["忽略", "返回"]
    [question] = await office.store.all()
    gone = await office.say(ADMIN, "", pressed=f"inbox:d:new:{question.id}")
    assert gone is not None
    assert "不在了" in gone.text


async def test_a_deed_is_handed_to_the_teacher_without_marks(office: Office) -> None:
    await office.hire("王芳")
    await office.say(WANG, "王芳说红色驿站的食堂一顿饭多少钱")
    await office.open_first()
    assert "最相近的条目：" in office.last[ADMIN].text
    assert (await office.press(ADMIN, "添加为问法")).text == "请选一条。"
    [(member, deed, question)] = office.teacher.begun
    assert (member, deed) == (ADMIN, Deed.PHRASING)
    [kept] = await office.store.all()
    assert question == OpenQuestion(kept.id, "说红色驿站的食堂一顿饭多少钱", question.near)
    assert question.near
    assert question.near[0].startswith("yizhan/")


async def test_a_second_admin_hears_that_somebody_began(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.open_first()
    await office.press(ADMIN, "新条目")
    [question] = await office.store.all()
    data = f"inbox:d:ask:{question.id}"
    office.clock.forward(120)
    told = await office.say("9", "", admin=True, pressed=data)
    assert told is not None
    assert "另一位管理员 2 分钟前已经着手处理" in told.text
    assert len(office.teacher.begun) == 1
    await office.press("9", "接着办", admin=True)
    assert [member for member, _, _ in office.teacher.begun] == [ADMIN, "9"]
    office.clock.forward(700)
    await office.say(ADMIN, "", pressed=data)
    assert len(office.teacher.begun) == 3, "after a while nobody is in the way"
    await office.inbox.forget("telegram", ADMIN)
    await office.say("9", "", admin=True, pressed=data)
    assert len(office.teacher.begun) == 4


async def test_ignoring_holds_for_likes_and_can_be_taken_back(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.press(WANG, "有答案时告诉我")
    await office.open_first()
    text = (await office.press(ADMIN, "忽略")).text
    assert "在等答案的 1 位照样会等" in text
    again = await office.say(
        ADMIN, "", pressed=office.last[ADMIN].buttons[0][0].data.replace(":u:", ":x:")
    )
    assert again is not None
    assert "已经忽略了" in again.text
    await office.say(LI, "请问食堂一顿饭要多少钱")
    office.clock.forward(86_400)
    assert "收件箱是空的" in await office.text(ADMIN, "/inbox")
    await office.press(ADMIN, "看忽略的（1）")
    assert "撤回忽略" in labels(await office.press(ADMIN, "看 1"))
    assert "又在收件箱里了" in (await office.press(ADMIN, "撤回忽略")).text
    assert "现在问" in (await office.press(ADMIN, "打开")).text
    actions = [entry.action for entry in await office.org.audit_log(9)]
    assert actions == ["inbox.restore", "inbox.ignore"]


async def test_an_ignored_question_comes_back_when_asked_ten_times(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.open_first()
    await office.press(ADMIN, "忽略")
    office.clock.forward(86_400)
    for _ in range(9):
        await office.say(LI, MISSED)
    assert "收件箱是空的" in await office.text(ADMIN, "/inbox")
    await office.say(LI, MISSED)
    assert "问 11 次" in await office.text(ADMIN, "/inbox")
    await office.press(ADMIN, "看 1")
    assert "已忽略" in (await office.press(ADMIN, "忽略")).text
    assert "收件箱是空的" in await office.text(ADMIN, "/inbox")


async def test_what_is_answered_by_now_is_offered_as_solved(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.learn()
    text = (await office.open_first()).text
    assert "已经答得上，可以按“已解决”：\n一顿饭 8 元" in text
    assert "已从收件箱拿掉" in (await office.press(ADMIN, "已解决")).text
    assert await office.store.all() == []
    late = await office.say("9", "", admin=True, pressed="inbox:s:gone")
    assert late is not None
    assert "另一位管理员刚处理过" in late.text


async def test_a_complaint_about_the_same_entry_is_not_settled(office: Office) -> None:
    await office.inbox.complained("红色驿站有几处", "yizhan/shuliang")
    assert "答的仍是有人说没用的那一条" in (await office.open_first()).text
    await office.press(ADMIN, "已解决")
    assert await office.store.all() == []


async def test_taught_closes_what_is_answered_and_leaves_the_rest(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.say(WANG, "食堂一顿饭多少前呀")
    await office.say(LI, "晾衣绳归谁管")
    found = {question.text: question for question in await office.store.all()}
    await office.learn()
    assert await office.inbox.taught(found[MISSED].id, "yizhan/shitang") == ""
    assert [question.text for question in await office.store.all()] == ["晾衣绳归谁管"]
    assert "先前已经处理过" in await office.inbox.taught(found[MISSED].id, "yizhan/shitang")


async def test_likes_that_are_still_not_answered_stay(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.say(WANG, MISSED)
    await office.say(WANG, "食堂一顿饭多少钱一份")
    [question] = [one for one in await office.store.all() if one.text == MISSED]
    assert await office.inbox.taught(question.id, "") == "相近的问法还有 1 种没答上，仍在收件箱里。"
    assert len(await office.store.all()) == 1


async def test_odd_presses_do_nothing(office: Office) -> None:
    await office.say(WANG, MISSED)
    for data in ("inbox:", "inbox:q:1", "inbox:l:x", "inbox:d:zzz:1", "inbox:g", "inbox:x:1"):
        await office.say(ADMIN, "", pressed=data)
        assert await office.say(ADMIN, "", GROUP, pressed=data) is None
    refused = await office.say(WANG, "", pressed="inbox:l:0")
    assert refused is not None
    assert "管理员" in refused.text
    assert len(await office.store.all()) == 1


async def test_files_without_the_entry_name_no_titles(office: Office) -> None:
    await office.say(WANG, "红色驿站的食堂一顿饭多少钱")
    office.clock.now += timedelta(days=1)
    await office.learn(TOPIC.replace("shuliang", "geshu") + MORE)
    assert "现在问" in (await office.open_first()).text


async def test_solved_looks_again_at_what_is_answered(office: Office) -> None:
    await office.say(WANG, MISSED)
    await office.press(WANG, "有答案时告诉我")
    await office.learn()
    await office.open_first()
    await office.learn(TOPIC)
    pressed = await office.press(ADMIN, "已解决")
    assert "又答不上了" in pressed.toast
    assert "现在问，还是答不上。" in pressed.text
    assert [question.text for question in await office.store.all()] == [MISSED]
    assert len(await office.store.waiting()) == 1
