"""After sending: receipts, who is missing, corrections, recalls, history; against the server."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from bot.features.notices.office import NoticeOptions
from tests.bot_api import LoseAnswer
from tests.features.notices.bureau import Bureau, three_groups
from tests.features.notices.writing import sent, write

PATH = "江阳区委 → 北城街道大工委 → 学士山社区大党委 → 沁园春小区党支部"


async def test_receipts_change_and_are_counted_on_the_message(bureau: Bureau) -> None:
    await sent(bureau)
    group = bureau.groups[0]
    query = bureau.press_in(group, bureau.li, "收到")
    assert await bureau.toast(query) == "已记下：收到。改主意可以再按别的。"
    await bureau.changed(group, "收到 1", "请假", "有疑问")
    bureau.press_in(group, bureau.li, "请假")
    bureau.press_in(group, bureau.wang, "收到")
    await bureau.changed(group, "收到 1", "请假 1", "有疑问")
    assert len(bureau.server.ledger.sent(group.id)) == 1
    assert bureau.server.ledger.edited(bureau.groups[1].id) == []
    preview = await bureau.toast(bureau.press_in(bureau.private(bureau.wang), bureau.wang, "请假"))
    assert preview == "这是预览，群里按了才算。"


async def test_who_is_missing_and_a_nudge_that_names_nobody(bureau: Bureau) -> None:
    await bureau.enrol("qyc", ("李小明", bureau.li), ("赵大强", bureau.wang), ("孙未绑", None))
    await sent(bureau)
    first, second, _ = bureau.groups
    await bureau.toast(bureau.press_in(first, bureau.li, "收到"))
    shown = await bureau.press(bureau.wang, "看回执", "还差")
    assert "收到 1，请假 0，有疑问 0，一共 1 人" in shown.text
    assert "沁园春群：3 人里还差 2 人：赵大强、孙未绑。其中 1 人没绑定花名册" in shown.text
    await bureau.press(bureau.wang, "催一催", "不点名")
    await bureau.press(bureau.wang, "提醒一次", "正在 2 个群里提醒")
    nudge = await bureau.read(first, "提醒：会议通知")
    assert "赵大强" not in nudge.text
    await bureau.read(second, "提醒：会议通知")
    await bureau.press(bureau.wang, "返回", "送达 2/2 个群")
    await bureau.press(bureau.wang, "催一催", "刚催过")
    texts = [call.text for group in bureau.groups for call in bureau.server.ledger.sent(group.id)]
    assert not [text for text in texts if "李小明" in text or "孙未绑" in text]


async def test_without_a_roster_it_is_said_plainly(bureau: Bureau) -> None:
    await sent(bureau)
    await bureau.press(bureau.wang, "看回执", "没有花名册，说不出还差谁")
    await bureau.press(bureau.wang, "催一催", "没有花名册，分不出哪个群差人")


async def test_the_table_for_excel(bureau: Bureau) -> None:
    await bureau.enrol("qyc", ("李小明", bureau.li), ("孙未绑", None))
    await sent(bureau)
    await bureau.toast(bureau.press_in(bureau.groups[0], bureau.li, "请假"))
    await bureau.press(bureau.wang, "导出表格", "表格发在下面")
    private = bureau.private(bureau.wang)
    file = next(c for c in bureau.server.ledger.sent(private.id) if c.method == "sendDocument")
    assert file.message is not None
    stored = bureau.server.world.files[file.message.content["document"]["file_id"]]
    assert stored.name == "回执-1.xlsx"
    rows = list(load_workbook(BytesIO(stored.data)).active.values)  # type: ignore[union-attr]
    assert [row[:4] for row in rows[1:]] == [
        ("沁园春群", PATH, "李小明", "请假"),
        ("沁园春群", PATH, "孙未绑", "未回（未绑定）"),
    ]


async def test_a_press_after_the_deadline_is_late(bureau: Bureau) -> None:
    await bureau.enrol("qyc", ("李小明", bureau.li))
    wang = bureau.wang
    await write(bureau, receipt="不要回执")
    await bureau.press(wang, "修改", "要改哪一项")
    await bureau.press(wang, "回执", "要不要回执")
    await bureau.press(wang, "要，定截止时间", "截止到什么时候")
    await bureau.say(wang, "昨天下午六点", "已经过了")
    await bureau.say(wang, "今天下午六点", "回执：要，7月1日（周三）18:00截止")
    await bureau.press(wang, "确认发送", "送达 2/2 个群")
    group = bureau.groups[0]
    assert (
        "请在7月1日（周三）18:00前按下面的按钮回执" in bureau.server.ledger.sent(group.id)[0].text
    )
    bureau.clock.forward(hours=9)
    toast = await bureau.toast(bureau.press_in(group, bureau.li, "收到"))
    assert toast.startswith("已记下：收到（迟到")
    await bureau.press(wang, "看回执", "其中迟到 1 人")


async def test_a_correction_changes_every_copy_and_keeps_the_counts(bureau: Bureau) -> None:
    await sent(bureau)
    first, second, _ = bureau.groups
    bureau.press_in(first, bureau.li, "收到")
    await bureau.changed(first)
    await bureau.press(bureau.wang, "改正", "改好的正文")
    await bureau.say(bureau.wang, "改到后天下午三点", "上面是改正后的样子，2 个群")
    await bureau.press(bureau.wang, "确认改正", "改正：完成 2/2 个群")
    for group in (first, second):
        await bureau.changed(group, words="后天下午三点")
    assert bureau.server.ledger.edited(first.id)[-1].labels == ("收到 1", "请假", "有疑问")
    assert len(bureau.server.ledger.sent(first.id)) == 1


async def test_words_after_going_back_are_no_correction(bureau: Bureau) -> None:
    await sent(bureau)
    await bureau.press(bureau.wang, "改正", "改好的正文")
    await bureau.press(bureau.wang, "返回", "送达 2/2 个群")
    await bureau.say(bureau.wang, "党课几点", "好的")


async def test_a_recall_takes_every_copy_back(bureau: Bureau) -> None:
    await sent(bureau)
    asked = await bureau.press(bureau.wang, "撤回", "要从 2 个群里撤回")
    assert "48 小时" in asked.text
    await bureau.press(bureau.wang, "确认撤回", "撤回：完成 2/2 个群")
    for group in bureau.groups[:2]:
        await bureau.gone(group)
        assert not [m for m in group.messages.values() if m.from_bot]


async def test_after_48_hours_nothing_is_recalled(bureau: Bureau) -> None:
    await sent(bureau)
    bureau.clock.forward(hours=49)
    await bureau.press(bureau.wang, "撤回", "撤不回了")
    assert bureau.server.ledger.deleted() == []


async def test_what_may_have_arrived_is_shown_and_settled(bureau: Bureau) -> None:
    await write(bureau, receipt="不要回执")
    first, second, _ = bureau.groups
    bureau.server.faults.next(LoseAnswer(), chat_id=first.id)
    bureau.server.remove_bot(second, bureau.wang)
    await bureau.press(bureau.wang, "确认发送", "不确定 1")
    await bureau.press(bureau.wang, "逐个处理（2）", "先到群里看有没有")
    await bureau.press(bureau.wang, "算已达", "沁园春群：算已送达了")
    bureau.server.add_bot(second, bureau.wang)
    await bureau.press(bureau.wang, "重发：小树林群", "没有要处理的了")
    await bureau.read(second, "明天下午三点开会")
    await bureau.read(bureau.private(bureau.wang), "送达 2/2 个群")
    assert len(bureau.server.ledger.sent(first.id)) == 1


async def test_history_and_search(bureau: Bureau) -> None:
    await sent(bureau)
    await bureau.say(bureau.wang, "/notice 活动预告 看电影", "发给：2 个群")
    await bureau.press(bureau.wang, "确认发送", "送达 2/2 个群")
    shown = await bureau.say(bureau.wang, "/notices", "发过的通知")
    assert shown.labels == ("2. 活动预告：看电影", "1. 会议通知：明天下午三点开会")
    shown = await bureau.say(bureau.wang, "/notices 电影", "含“电影”的通知")
    assert shown.labels == ("2. 活动预告：看电影",)
    await bureau.say(bureau.boss, "/notices", "发过的通知")
    await bureau.press(bureau.boss, "1. 会议通知", "送达 2/2 个群")


async def test_a_second_person_approves(tmp_path: Path) -> None:
    options = NoticeOptions(second_person=True, count_seconds=0)
    async with three_groups(tmp_path, options) as bureau:
        bureau.private(bureau.boss)
        await write(bureau, receipt="不要回执")
        await bureau.press(bureau.wang, "送去审", "已送审，等另一位")
        question = await bureau.read(bureau.private(bureau.boss), "请您看过再发")
        assert question.labels == ("同意发送", "退回修改")
        assert bureau.server.ledger.sent(bureau.groups[0].id) == []
        await bureau.press(bureau.boss, "退回修改", "已退回通知")
        await bureau.read(bureau.private(bureau.wang), "被退回，还没有发")
        await bureau.press(bureau.wang, "修改", "上面就是群里将看到的样子")
        await bureau.press(bureau.wang, "送去审", "已送审，等另一位")
        await bureau.press(bureau.boss, "同意发送", "已同意")
        await bureau.read(bureau.private(bureau.wang), "送达 2/2 个群")
        log = await bureau.org.audit_log(3)
        assert [entry.action for entry in log] == ["notice.send", "notice.submit", "notice.return"]
        assert log[0].member_id == str(bureau.boss.id)


async def test_forgotten_members_and_moved_groups(bureau: Bureau) -> None:
    await sent(bureau)
    first = bureau.groups[0]
    await bureau.toast(bureau.press_in(first, bureau.li, "收到"))
    await bureau.changed(first, "收到 1", "请假", "有疑问")
    notices = bureau.features.notices
    await notices.forget("telegram", str(bureau.li.id))
    await bureau.changed(first, "收到", "请假", "有疑问")
    await bureau.toast(bureau.press_in(bureau.groups[1], bureau.li, "收到"))
    await notices.moved("telegram", str(bureau.groups[1].id), "-9")
    await notices.moved("telegram", str(bureau.groups[1].id), "-9")
    await bureau.press(bureau.wang, "看回执", "收到 1")
    await notices.forget("telegram", str(bureau.wang.id))
    await bureau.say(bureau.boss, "/notices", "发过的通知")


async def test_old_receipts_are_deleted(bureau: Bureau) -> None:
    await sent(bureau)
    await bureau.toast(bureau.press_in(bureau.groups[0], bureau.li, "收到"))
    await bureau.press(bureau.wang, "看回执", "收到 1")
    bureau.clock.forward(days=181)
    await bureau.press(bureau.wang, "返回", "送达 2/2 个群")
    for _ in range(50):
        shown = await bureau.press(bureau.wang, "看回执", "的回执")
        if "收到 0" in shown.text:
            return
        await bureau.press(bureau.wang, "返回", "送达 2/2 个群")
    raise AssertionError("the receipts are still there")
