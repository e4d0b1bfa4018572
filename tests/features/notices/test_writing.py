"""A secretary writes, previews, changes and sends; all against the server."""

from __future__ import annotations

from pathlib import Path

from tests.bot_api import png
from tests.features.notices.bureau import Bureau, make_bureau
from tests.features.notices.writing import sent, write


async def test_from_the_first_word_to_the_report(bureau: Bureau) -> None:
    await write(bureau)
    private = bureau.private(bureau.wang)
    preview = bureau.server.ledger.sent(private.id)[-2]
    assert preview.text.startswith("【会议通知】\n明天下午三点开会")
    assert preview.labels == ("收到", "请假", "有疑问")
    shown = bureau.server.ledger.sent(private.id)[-1]
    assert "发给：2 个群（沁园春群、小树林群）" in shown.text
    assert "北京时间" in shown.text
    assert "发成 1 条" in shown.text
    assert shown.labels == ("确认发送", "修改", "改成不响铃", "放弃")
    await bureau.press(bureau.wang, "确认发送", "送达 2/2 个群")
    first, second, third = bureau.groups
    for group in (first, second):
        (sent,) = bureau.server.ledger.sent(group.id)
        assert sent.text == preview.text
        assert sent.labels == preview.labels
        assert sent.message is not None
        assert preview.message is not None
        assert sent.message.entities == preview.message.entities
    assert bureau.server.ledger.sent(third.id) == []
    log = await bureau.org.audit_log(5)
    assert (log[0].action, log[0].member_id) == ("notice.send", str(bureau.wang.id))


async def test_confirming_twice_sends_once(bureau: Bureau) -> None:
    await write(bureau)
    private = bureau.private(bureau.wang)
    bureau.press_in(private, bureau.wang, "确认发送")
    bureau.press_in(private, bureau.wang, "确认发送")
    await bureau.read(private, "送达 2/2 个群")
    await bureau.say(bureau.wang, "/notices", "发过的通知")
    assert [len(bureau.server.ledger.sent(group.id)) for group in bureau.groups] == [1, 1, 0]


async def test_an_old_preview_cannot_send_what_was_not_seen(bureau: Bureau) -> None:
    await write(bureau)
    private = bureau.private(bureau.wang)
    old = bureau.server.ledger.sent(private.id)[-1].message
    assert old is not None
    confirm = old.buttons[0]["callback_data"]
    await bureau.press(bureau.wang, "改成不响铃", "提醒：不响铃")
    bureau.server.press_data(old, bureau.wang, confirm)
    await bureau.read(private, "内容改过了，请再看一遍")
    await bureau.press(bureau.wang, "确认发送", "送达 2/2 个群")
    (call,) = bureau.server.ledger.sent(bureau.groups[0].id)
    assert call.params["disable_notification"] is True


async def test_a_scheduled_notice_waits_and_can_be_taken_back(bureau: Bureau) -> None:
    wang = bureau.wang
    await bureau.say(wang, "/notice 活动预告 时间:明天上午九点 红色电影放映", "发给：2 个群")
    shown = bureau.server.ledger.sent(bureau.private(wang).id)[-1]
    assert "时间：7月2日（周四）09:00（北京时间" in shown.text
    await bureau.press(wang, "确认发送", "定在7月2日（周四）09:00发")
    assert bureau.server.ledger.sent(bureau.groups[0].id) == []
    bureau.clock.forward(hours=24)
    await bureau.read(bureau.private(wang), "送达 2/2 个群")
    (call,) = bureau.server.ledger.sent(bureau.groups[0].id)
    assert call.text == "【活动预告】\n红色电影放映"
    assert call.labels == ()


async def test_times_are_asked_back(bureau: Bureau) -> None:
    wang = bureau.wang
    await bureau.say(wang, "/notice", "先选类别")
    await bureau.press(wang, "活动预告", "请发给我")
    await bureau.say(wang, "看电影", "发给谁")
    await bureau.say(wang, "沁园春", "什么时候发")
    await bureau.say(wang, "昨天上午九点", "已经过了")
    await bureau.say(wang, "下周", "不止一天")
    await bureau.say(wang, "明天八点", "上午还是下午")
    await bureau.press(wang, "7月2日（周四）20:00", "要不要回执")
    await bureau.press(wang, "返回", "什么时候发")
    await bureau.press(wang, "返回", "发给谁")
    await bureau.press(wang, "取消", "已放弃，什么也没有发")
    await bureau.say(wang, "党课几点", "好的")


async def test_a_picture_with_words(bureau: Bureau) -> None:
    wang = bureau.wang
    await bureau.say(wang, "/notice", "先选类别")
    await bureau.press(wang, "党建动态", "请发给我")
    bureau.server.say_photo(bureau.private(wang), wang, "七一合影", data=png(30, 20))
    await bureau.read(bureau.private(wang), "发给谁")
    await bureau.press(wang, "沁园春小区党支部（1）", "现在在")
    await bureau.press(wang, "沁园春小区党支部及以下（1）", "什么时候发")
    await bureau.press(wang, "现在就发", "要不要回执")
    await bureau.press(wang, "要回执", "上面就是群里将看到的样子")
    await bureau.press(wang, "确认发送", "送达 1/1 个群")
    (call,) = bureau.server.ledger.sent(bureau.groups[0].id)
    assert (call.method, call.text[:11]) == ("sendPhoto", "【党建动态】\n七一合影")
    bureau.press_in(bureau.groups[0], bureau.li, "收到")
    edit = await bureau.changed(bureau.groups[0], "收到 1", "请假", "有疑问")
    assert edit.method == "editMessageCaption"


async def test_groups_that_do_not_take_the_category_are_passed_over(bureau: Bureau) -> None:
    await bureau.bind(bureau.groups[1], "xsl", refused=frozenset({"会议通知"}))
    await write(bureau, receipt="不要回执")
    shown = bureau.server.ledger.sent(bureau.private(bureau.wang).id)[-1]
    assert "发给：1 个群（沁园春群）" in shown.text
    assert "跳过 1 个群：本群不收“会议通知”" in shown.text
    await bureau.press(bureau.wang, "确认发送", "跳过 1 个：本群不收“会议通知”")


async def test_at_night_it_does_not_ring(bureau: Bureau) -> None:
    await bureau.bind(bureau.groups[0], "qyc", quiet="09:00-12:00")
    await write(bureau, receipt="不要回执")
    shown = bureau.server.ledger.sent(bureau.private(bureau.wang).id)[-1]
    assert "1 个群那时在免打扰时段：照常送达，不响铃" in shown.text
    await bureau.press(bureau.wang, "确认发送", "送达 2/2 个群")
    calls = [bureau.server.ledger.sent(group.id)[0] for group in bureau.groups[:2]]
    assert [call.params.get("disable_notification") for call in calls] == [True, None]


async def test_members_are_refused_politely(bureau: Bureau) -> None:
    for command in ("/notice", "/notices", "/notice 会议通知 开会"):
        await bureau.say(bureau.li, command, "发通知的是各组织的书记和管理员")
    await sent(bureau)
    report = bureau.server.ledger.edited(bureau.private(bureau.wang).id)[-1].message
    assert report is not None
    recall = next(b for b in report.buttons if b["text"] == "撤回")
    bureau.server.press_data(report, bureau.li, recall["callback_data"])
    await bureau.read(bureau.private(bureau.wang), "发通知的是各组织的书记和管理员")
    await bureau.make_secretary(bureau.li, "cun")
    await bureau.say(bureau.li, "/notices", "还没有发过通知")


async def test_an_admin_picks_groups_one_by_one(bureau: Bureau) -> None:
    boss = bureau.boss
    await bureau.say(boss, "/notice 会议通知 发给:不存在 开会", "请选一下")
    await bureau.press(boss, "一个群一个群地选", "点一下选中")
    await bureau.press(boss, "况场群", "点一下选中")
    await bureau.press(boss, "沁园春群", "点一下选中")
    await bureau.press(boss, "✓ 况场群", "点一下选中")
    await bureau.press(boss, "选好了（1 个）", "发给：1 个群（沁园春群）")
    await bureau.press(boss, "确认发送", "送达 1/1 个群")


async def test_a_draft_survives_a_restart(tmp_path: Path) -> None:
    async with make_bureau(tmp_path) as bureau:
        group = bureau.group("沁园春群")
        async with bureau.open():
            await bureau.bind(group, "qyc")
            await bureau.make_secretary(bureau.wang, "qyc")
            await bureau.say(bureau.wang, "/notice", "先选类别")
            await bureau.press(bureau.wang, "会议通知", "请发给我")
        async with bureau.open():
            await bureau.say(bureau.wang, "明天开会", "发给谁")
            await bureau.say(bureau.wang, "/notice", "没写完的会议通知“明天开会”")
            await bureau.press(bureau.wang, "接着写", "发给谁")


async def test_what_is_unclear_in_one_line_is_asked_one_by_one(bureau: Bureau) -> None:
    wang = bureau.wang
    await bureau.say(wang, "/notice 活动预告 发给:石家庄 时间:明天八点 看电影", "对应 0 个组织")
    await bureau.press(wang, "沁园春小区党支部（1）", "现在在")
    await bureau.press(wang, "沁园春小区党支部及以下", "什么时候发")
    await bureau.say(wang, "明天八点", "上午还是下午")
    shown = await bureau.press(wang, "7月2日（周四）20:00", "上面就是")
    assert "时间：7月2日（周四）20:00" in shown.text
    assert "发给：1 个群（沁园春群）" in shown.text


async def test_words_without_a_category_are_kept(bureau: Bureau) -> None:
    wang = bureau.wang
    await bureau.say(wang, "/notice 明天下午三点开会", "“明天下午三点开会”是哪一类")
    await bureau.press(wang, "会议通知", "上面就是群里将看到的样子")
    preview = bureau.server.ledger.sent(bureau.private(wang).id)[-2]
    assert preview.text == "【会议通知】\n明天下午三点开会"


async def test_a_corrected_message_is_not_taken_for_the_next_step(bureau: Bureau) -> None:
    wang = bureau.wang
    await bureau.say(wang, "/notice", "先选类别")
    await bureau.press(wang, "会议通知", "请发给我")
    message = bureau.server.say(bureau.private(wang), wang, "明天开会")
    await bureau.read(bureau.private(wang), "发给谁")
    bureau.server.edit_message(message, "后天开会")
    await bureau.read(bureau.private(wang), "请把改好的重新发一遍")
