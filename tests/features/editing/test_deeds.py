"""Every deed, from the first press to the new answer; comments and order of the files stay."""

from __future__ import annotations

import re

import pytest

from bot.knowledge.load import load
from tests.features.editing.office import FILE, OTHER, TOPIC, Office
from tests.features.stage import BOSS, GROUP, labels

ASKED = "哪里有人帮着跑腿"


async def test_a_phrasing_in_four_presses(office: Office) -> None:
    assert "写在" not in (await office.say("/edit 窗口礼拜天休息不")).text
    card = await office.say(f"/edit {ASKED}")
    assert f"问“{ASKED}”" in card.text
    first = await office.tap("改成答别的" if "改成答别的" in labels(card) else "添加为问法")
    assert "该由哪一节来答" in first.text
    preview = await office.tap("便民代办：在哪里办")
    assert f"{FILE}:13，“便民代办：在哪里办”" in preview.text
    assert f"+ 问法：{ASKED}" in preview.text
    assert f"改好以后问“{ASKED}”，答：在柳溪社区党群服务中心一楼" in preview.text
    assert "1 句试问都对" in preview.text
    assert office.text() == TOPIC, "nothing is written before it is confirmed"
    done = await office.tap("确认")
    assert f"现在问“{ASKED}”，答：\n\n在柳溪社区党群服务中心一楼" in done.text
    line = "      - 代办点设在什么地方\n"
    assert office.text() == TOPIC.replace(line, f"{line}      - {ASKED}\n")
    assert office.asked(ASKED).startswith("在柳溪社区党群服务中心一楼")


async def test_a_phrasing_goes_from_the_wrong_entry_to_the_right_one(office: Office) -> None:
    await office.say("/edit 代办点设在什么地方")
    await office.tap("改成答别的")
    await office.say("能办什么")
    preview = await office.tap("便民代办：能办什么")
    assert "- 从“便民代办：在哪里办”删掉问法：代办点设在什么地方" in preview.text
    done = await office.tap("确认")
    assert "营业执照" in done.text
    assert [change.number for change in office.editor.changes()] == [1], "one file, one change"
    await office.tap("撤回")
    assert office.text() == TOPIC


async def test_another_answer_in_one_message(office: Office) -> None:
    new = "支部书记和老党员轮流讲: 每季度一位。"
    preview = await office.say(f"/edit 党课谁来讲\n{new}")
    assert "- 原来：支部书记主讲，每季度请一位老党员讲一次。" in preview.text
    assert f"+ 改成：{new}" in preview.text
    await office.tap("确认")
    assert office.asked("党课谁来讲").startswith(new)
    old = "支部书记主讲，每季度请一位老党员讲一次。"
    assert office.text("activities/dangke.yaml") == OTHER.replace(old, f'"{new}"')


async def test_an_answer_keeps_the_comment_on_its_line(office: Office) -> None:
    await office.say("/edit 便民代办在哪里办")
    assert "整段发来" in (await office.tap("改答案")).text
    assert "太短了，至少要 4 个字" in (await office.say("楼上")).text
    assert "太长了，有 400 个字，最多 320 个字" in (await office.say("长" * 400)).text
    await office.say("搬到二楼了，工作日都有人。")
    await office.tap("改一改")
    await office.say("搬到三楼了，工作日都有人。")
    await office.tap("确认")
    assert re.search(r"answer: 搬到三楼了，工作日都有人。 +# 核对过", office.text())


async def test_title_validity_and_what_goes(office: Office) -> None:
    await office.say("/edit 便民代办能办什么")
    await office.taps("更多改法", "改标题")
    await office.say("便民代办：办哪几样")
    await office.tap("确认")
    await office.say("/edit 便民代办能办什么")
    await office.taps("更多改法", "定到期日")
    assert "看不懂这个日期" in (await office.say("2026-02-31")).text
    await office.say("2026年6月30日")
    await office.tap("确认")
    assert "截至" in office.asked("便民代办能办什么")
    await office.say("/edit 便民代办能办什么")
    await office.taps("更多改法", "定到期日", "改成一直有效", "确认")
    assert "valid_to" not in office.text()
    await office.say("/edit 便民代办能办什么")
    await office.taps("删掉这句问法", "确认")
    assert "便民代办能办什么" not in office.text()
    await office.say("/edit 代办点管哪些手续")
    reply = await office.taps("更多改法", "删一句问法")
    assert "唯一的问法" in reply.text
    await office.say("/edit 代办点管哪些手续")
    await office.taps("更多改法", "删整节", "确认")
    start, end = TOPIC.index("  - id: shenme"), TOPIC.index("tests:")
    assert office.text() == TOPIC[:start] + TOPIC[end:]


async def test_what_the_files_do_not_say(office: Office) -> None:
    await office.say("/edit 便民代办要多少钱")
    await office.tap("资料未载")
    preview = await office.say("多少钱、 收费")
    assert f"{FILE}，主题“柳溪：便民代办”" in preview.text, "the topic that the question names"
    await office.taps("改一改", "改回话")
    await office.say("资料里没有写收费，请到窗口问。")
    await office.tap("确认")
    assert office.asked("便民代办要多少钱").startswith("资料里没有写收费，请到窗口问。")
    assert "not_covered:\n  - words: [多少钱, 收费]\n    say: 资料里没有写收费" in office.text()
    await office.say("/edit 党课要不要签到")
    await office.taps("资料未载", "就用整句")
    await office.taps("改一改", "换范围", "所有主题")
    await office.tap("确认")
    assert office.asked("党课要不要签到").startswith("资料里没有写“党课要不要签到”")
    assert "党课要不要签到" in office.text("guards.yaml")


async def test_a_word_that_would_stop_other_questions_is_told(office: Office) -> None:
    await office.say("/edit 代办点有没有停车场")
    await office.tap("资料未载")
    preview = await office.say("代办点")
    assert "注意：资料里有 2 句问法也带这些词，以后会被拦住" in preview.text
    assert "试问“代办点在哪”应是" in preview.text, "a test of the files would fail"
    assert "确认" not in labels(preview)


async def test_a_word_with_several_meanings(office: Office) -> None:
    await office.say("/edit 谁负责")
    await office.tap("有歧义")
    await office.say("谁负责")
    await office.say("党课")
    picked = await office.tap("每月党课：谁来讲")
    assert "选好了" not in " ".join(labels(picked)), "two at least"
    await office.say("代办")
    await office.tap("便民代办：在哪里办")
    await office.taps("选好了", "确认")
    assert "您问的可能是" in office.asked("谁负责")
    assert "choices: [dangke/jiangshi, zhaocha/nali]" in office.text("guards.yaml")


async def test_a_new_section(office: Office) -> None:
    await office.say("/edit 代办点哪天休息？")
    await office.taps("新条目", "柳溪：便民代办")
    await office.tap("就叫“代办点哪天休息”")
    preview = await office.say("周末和法定节假日休息，急事可以打窗口外贴着的值班电话。")
    assert "出处随主题：《一篇文章》" in preview.text
    done = await office.tap("确认")
    assert "现在问“代办点哪天休息？”，答：\n\n周末和法定节假日休息" in done.text
    assert "  - id: daibandiannatianxiuxi\n    title: 代办点哪天休息\n" in office.text()
    assert office.text().index("daibandian") < office.text().index("tests:")


async def test_a_new_topic_with_a_new_source_and_away_again(office: Office) -> None:
    before = office.text("sources.yaml")
    await office.say("/edit 图书角几点关门")
    await office.taps("新条目", "建一个新主题", "办事服务")
    await office.say("柳溪：图书角")
    await office.say("图书角每天早上八点开门，晚上八点关门，周一不开。")
    assert "看不懂这个地名" in (await office.say("那边")).text
    await office.say("山东省济宁市鱼台县柳溪社区")
    await office.tap("登记新出处")
    await office.say("《图书角开放通知》")
    preview = await office.say("2026年5月")
    assert "services/liuxi-tushujiao.yaml（新文件）" in preview.text
    done = await office.tap("确认")
    assert "《图书角开放通知》（2026年5月）" in done.text
    library = load(office.folder).library
    assert library is not None
    place = library.topics["liuxi-tushujiao"].place
    assert place is not None
    assert place.levels() == ("山东省", "济宁市", "鱼台县", "柳溪社区")
    await office.tap("撤回")
    assert not (office.folder / "services" / "liuxi-tushujiao.yaml").exists()
    assert office.text("sources.yaml") == before
    await office.tap("重做")
    assert "早上八点" in office.asked("图书角几点关门")


async def test_another_entry_is_found_and_changed(office: Office) -> None:
    start = await office.say("/edit")
    assert "/edit 红色代办在哪办" in start.text
    await office.tap("找一节来改")
    assert "换个词发来" in (await office.say("火星")).text
    assert "相近的有" in (await office.say("老党员")).text
    card = await office.tap("每月党课：谁来讲")
    assert "activities/dangke.yaml:10" in card.text
    assert "整段发来" in (await office.tap("改答案")).text
    assert "怎么改" in (await office.tap("返回")).text
    assert (await office.tap("取消")).text == "已取消，资料没有变。"


async def test_steps_can_be_gone_back(office: Office) -> None:
    await office.say("/edit 图书角几点关门")
    await office.taps("新条目", "建一个新主题", "办事服务")
    assert "哪一类" in (await office.tap("返回")).text
    assert "哪个主题" in (await office.tap("返回")).text
    assert "怎么改" in (await office.tap("返回")).text


async def test_what_would_break_the_files_cannot_be_confirmed(office: Office) -> None:
    await office.say("/edit 代办点在哪")
    await office.tap("改成答别的")
    preview = await office.tap("每月党课：谁来讲")
    assert "services/zhaocha.yaml:" in preview.text
    assert "试问“代办点在哪”应是" in preview.text
    assert "确认" not in labels(preview)
    assert office.editor.changes() == []
    assert "改哪一样" in (await office.tap("改一改")).text


async def test_odd_words_reach_the_files_as_words(office: Office) -> None:
    odd = "*星* {x} %s <b>甲</b> ../../etc #号: 'a\" OR 1=1"
    await office.say(f"/edit {odd}")
    await office.tap("添加为问法")
    await office.say("党课")
    await office.tap("每月党课：谁来讲")
    await office.tap("确认")
    library = load(office.folder).library
    assert library is not None
    assert library.topics["dangke"].sections[0].ask[-1] == odd
    assert sorted(path.name for path in office.folder.iterdir()) == [
        ".changes.jsonl", ".changes.lock", "activities", "services", "sources.yaml",
    ]  # fmt: skip


async def test_in_a_group_it_is_said_politely(office: Office) -> None:
    reply = await office.stage.say(BOSS, "/edit 党课谁来讲", GROUP)
    assert reply is not None
    assert reply.text == "这个命令请私聊我发。"


# --- the shipped knowledge -----------------------------------------------------------------------


@pytest.mark.unmeasured
async def test_the_shipped_knowledge_takes_every_deed(big: Office) -> None:
    files = {path: path.read_bytes() for path in sorted(big.folder.rglob("*.yaml"))}
    asked = "替我跑腿的人戴不戴胸牌"
    card = await big.say(f"/edit {asked}")
    first = "改成答别的" if "改成答别的" in labels(card) else "添加为问法"
    await big.tap(first)
    await big.say("红色代办是什么")
    await big.tap("鱼台代办：红色代办是什么")
    assert "红色代办" in (await big.tap("确认")).text
    await big.say(f"/edit {asked}\n资料里只写了窗口的名字叫“店小二”，没有写胸牌的事。")
    await big.tap("确认")
    assert big.asked(asked).startswith("资料里只写了窗口的名字")
    await big.say(f"/edit {asked}")
    await big.taps("更多改法", "定到期日")
    await big.say("2030-01-01")
    await big.tap("确认")
    await big.say("/edit 代办员的狗叫什么名字")
    await big.taps("资料未载", "就用整句", "确认")
    assert len(big.editor.changes()) == 4
    for number in (4, 3, 2, 1):
        await big.say("/undo")
        if number == 1:
            await big.tap("下一页")
        assert "已撤回" in (await big.tap(f"撤回 {number}")).text
    for path, raw in files.items():
        assert path.read_bytes() == raw, path


async def test_who_asked_before_is_answered_from_the_mended_entry(big: Office) -> None:
    """What the desk remembers of a moment ago must not lead back to the wrong answer."""
    asked, now = "史志馆谁去了", big.stage.clock()

    def hears() -> str:
        return big.live.edition.value.ask(asked, now, "-500", "40004").text

    assert hears().startswith("海南省史志馆有 3 个固定展厅")
    await big.say(f"/edit {asked}")
    await big.taps("改成答别的", "澄迈党日：哪些人参加", "确认")
    assert hears().startswith("写到姓名的有 4 位")
