from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.orders import State
from bot.features.notices import report_words, rules
from bot.features.notices.model import Aim, Notice
from bot.features.notices.office import Line, NoticeReport
from bot.messages import Attachment, Reply, Span
from bot.organisation import BoundChat, QuietHours, Roles, Units
from tests.organisation.small import UNITS

NOW = datetime(2026, 7, 1, 23, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CATEGORIES = ("会议通知", "活动预告")
CHATS = [
    BoundChat("telegram", "-1", unit="qyc", title="沁园春群"),
    BoundChat("telegram", "-2", unit="xsl", refused=frozenset({"会议通知"})),
    BoundChat("telegram", "-3", unit="cun", quiet=QuietHours(time(22), time(7))),
    BoundChat("telegram", "-4"),
]


def notice(**more: object) -> Notice:
    values = {"category": "会议通知", "content": Reply("开会"), "aim": Aim("all")} | more
    return Notice(7, "telegram", "2", "2", NOW, **values)  # type: ignore[arg-type]


def test_the_message_keeps_its_formatting_behind_the_head() -> None:
    content = Reply(" 开会", (), (Span(1, 3, "bold"),), (Attachment("photo", "a", file_id="b"),))
    reply = rules.composed(notice(content=content))
    assert reply.text == "【会议通知】\n开会"
    assert [reply.text[span.start : span.end] for span in reply.spans] == ["【会议通知】", "开会"]
    assert reply.attachments == content.attachments
    assert reply.buttons == ()
    again = rules.composed(notice(content=Reply("【会议通知】开会", (), (Span(6, 8, "italic"),))))
    assert again.text == "【会议通知】开会"
    assert [again.text[span.start : span.end] for span in again.spans] == ["【会议通知】", "开会"]


def test_the_buttons_carry_the_counts() -> None:
    reply = rules.composed(notice(receipt=True, deadline=NOW), (3, 0, 12))
    assert [button.label for button in reply.buttons[0]] == ["收到 3", "请假", "有疑问 12"]
    assert [button.data for button in reply.buttons[0]] == [
        "notices:a:7:y",
        "notices:a:7:l",
        "notices:a:7:q",
    ]
    assert reply.text.endswith("看到请在7月1日（周三）23:00前按下面的按钮回执。")


@pytest.mark.parametrize(
    ("aim", "roles", "wanted"),
    [
        (Aim("all"), Roles(admin=True), ["-1", "-2", "-3", "-4"]),
        (Aim("all"), Roles(manages=frozenset({"sq", "qyc", "xsl"})), ["-1", "-2"]),
        (Aim("units", ("jd",)), Roles(admin=True), ["-1", "-2"]),
        (Aim("only", ("jd",)), Roles(admin=True), []),
        (Aim("only", ("cun",)), Roles(admin=True), ["-3"]),
        (Aim("chats", ("telegram:-4", "telegram:-1")), Roles(admin=True), ["-1", "-4"]),
        (Aim("chats", ("telegram:-4",)), Roles(manages=frozenset({"qyc"})), []),
        (None, Roles(admin=True), []),
    ],
)
def test_whom_a_notice_is_meant_for(aim: Aim | None, roles: Roles, wanted: list[str]) -> None:
    assert [chat.chat_id for chat in rules.meant(aim, CHATS, roles, Units(UNITS))] == wanted


def test_who_gets_it_and_who_is_passed_over() -> None:
    plan = rules.planned(notice(), CHATS, NOW)
    assert [(each.chat.chat_id, each.silent) for each in plan.go] == [
        ("-1", False),
        ("-3", True),
        ("-4", False),
    ]
    assert [(chat.chat_id, reason) for chat, reason in plan.skipped] == [
        ("-2", "本群不收“会议通知”")
    ]
    assert plan.hushed == 1
    morning = NOW + timedelta(hours=10)
    later = rules.planned(notice(send_at=morning), CHATS, NOW)
    assert {each.at for each in later.go} == {morning}
    assert later.hushed == 0
    past = rules.planned(notice(send_at=NOW - timedelta(hours=1)), CHATS, NOW)
    assert {each.at for each in past.go} == {NOW}


def test_the_one_line_form() -> None:
    text = "会议通知 发给:沁园春 时间：明天上午九点 回执:后天18:00 静音 三楼开会 时间另定"
    read = rules.read_shortcut(text, CATEGORIES)
    assert read is not None
    assert (read.category, read.aim, read.when) == ("会议通知", "沁园春", "明天上午九点")
    assert (read.receipt, read.deadline, read.silent) == (True, "后天18:00", True)
    assert text[read.start :] == "三楼开会 时间另定"


@pytest.mark.parametrize(
    ("text", "words", "receipt"),
    [
        ("会议通知：开会", "开会", False),
        ("会议通知 回执 开会", "开会", True),
        ("会议通知 回执单请交来", "回执单请交来", False),
        ("会议通知 时间 地点另定", "时间 地点另定", False),
        ("会议通知", "", False),
    ],
)
def test_words_that_only_look_like_options(text: str, words: str, receipt: bool) -> None:
    read = rules.read_shortcut(text, CATEGORIES)
    assert read is not None
    assert (text[read.start :], read.receipt) == (words, receipt)


def test_a_line_without_a_category() -> None:
    assert rules.read_shortcut("明天开会", CATEGORIES) is None


def test_late_and_recallable() -> None:
    assert not rules.is_late(None, NOW)
    assert not rules.is_late(NOW, NOW)
    assert rules.is_late(NOW, NOW + timedelta(seconds=1))
    assert rules.can_recall(NOW, NOW + timedelta(hours=47, minutes=59))
    assert not rules.can_recall(NOW, NOW + timedelta(hours=48))


def test_a_bar() -> None:
    assert rules.bar(0, 0) == ""
    assert rules.bar(1, 3).endswith("33%")
    assert rules.bar(834, 834) == "▓" * 20 + " 100%"


def line(number: int, state: State) -> Line:
    reason = "原因" if state is State.FAILED else ""
    message = "5" if state is State.SENT else ""
    return Line("telegram", str(-number), f"群{number}", state, reason, message, number)


def lines(*states: State) -> NoticeReport:
    return NoticeReport(tuple(line(number, state) for number, state in enumerate(states, 1)))


def test_the_report_in_words() -> None:
    report = lines(State.SENT, State.FAILED, State.UNCERTAIN, State.SENDING)
    text = report_words.progress(notice(), report, NOW)
    assert "75%  送达 1/4 个群" in text
    assert "正在发 1、没送到 1、不确定 1" in text
    assert "没送到 1 个：原因" in text
    assert "逐个处理" in text
    assert not report.finished
    assert report_words.table(report).splitlines()[-1].startswith("共 4 个群：")


def test_the_report_as_json() -> None:
    made = report_words.as_json(notice(), lines(State.SENT, State.SENDING, State.FAILED))
    assert list(made) == [
        "id", "total", "queued", "sent", "failed", "uncertain", "cancelled", "skipped", "targets",
    ]  # fmt: skip
    assert (made["total"], made["queued"], made["sent"], made["failed"]) == (3, 1, 1, 1)
    assert made["targets"] == [
        {"chat_id": -1, "state": "sent", "reason": "", "message_id": 5},
        {"chat_id": -2, "state": "queued", "reason": "", "message_id": None},
        {"chat_id": -3, "state": "failed", "reason": "原因", "message_id": None},
    ]
