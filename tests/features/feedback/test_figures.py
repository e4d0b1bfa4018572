"""Figures from counts: what is a question, what is answered, which topics, which sections."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from bot.features.feedback import chart
from bot.features.feedback.chart import DAYS, HEIGHT, TEMPLATE, WIDTH, chart_data
from bot.features.feedback.figures import Day, Figures, Span, as_json, as_rows, by_day, figures
from bot.features.feedback.stats_words import PERIODS, Known, lines, page, span_words
from bot.features.feedback.store import Key, What
from bot.pictures.drawing import missing_glyphs
from tests.matching.small import small_library

TODAY = date(2026, 7, 1)
SPAN = Span.upto(TODAY, 7)
COUNTS = {
    Key(TODAY, "zhishu/gongju", What.ANSWERED, private=True): 5,
    Key(TODAY, "zhishu/renshu", What.ANSWERED, private=False): 4,
    Key(TODAY, "theme-yizhan/overview", What.ANSWERED, private=False): 1,
    Key(TODAY - timedelta(days=2), "", What.ASKED_BACK, private=True): 3,
    Key(TODAY - timedelta(days=2), "theme-yizhan/overview", What.CHOSEN, private=True): 2,
    Key(TODAY - timedelta(days=6), "", What.UNKNOWN, private=True): 4,
    Key(TODAY, "", What.TOLD_MISSING, private=False): 1,
    Key(TODAY, "", What.CALENDAR, private=False): 2,
    Key(TODAY, "", What.COURTESY, private=True): 50,
    Key(TODAY, "", What.SLIP, private=True): 50,
    Key(TODAY, "zhishu/gongju", What.USEFUL, private=True): 7,
    Key(TODAY, "zhishu/gongju", What.USELESS, private=True): 2,
    Key(TODAY, "zhishu/renshu", What.USELESS, private=True): 2,
    Key(TODAY - timedelta(days=7), "zhishu/gongju", What.ANSWERED, private=True): 100,
}
FOUND = figures(COUNTS, SPAN)
LIBRARY = small_library()


def test_questions_are_what_was_asked_and_no_more() -> None:
    assert (FOUND.questions, FOUND.private, FOUND.answered, FOUND.share) == (20, 12, 12, 60)
    assert FOUND.topics == (("zhishu", 9), ("theme-yizhan", 3))
    assert [vote.ref for vote in FOUND.worst()] == ["zhishu/renshu", "zhishu/gongju"]
    assert figures({}, SPAN).share == 0


def test_each_day_stands_for_itself() -> None:
    days = by_day(COUNTS, SPAN)
    assert [day.day for day in days] == SPAN.days()
    assert [day.total for day in days] == [4, 0, 0, 0, 3, 0, 13]
    assert days[-1] == Day(TODAY, 12, 0, 1)


def test_admins_read_words() -> None:
    told = lines(FOUND, Known(lambda: LIBRARY, inbox=True))
    assert told == [
        "问了 20 次：私聊 12，群里 8",
        "答上 12 次（60%）",
        "反问是哪一条 3 次，点了选项 2 次",
        "没答上 5 次，其中 1 次是编者写明“资料未载”的；发 /inbox 看都问了什么",
        "按“有用” 7 次，“没用” 4 次",
        "",
        "“没用”最多：",
        "· 植树：去了多少人：没用 2（activities/zhishu.yaml:20）",
        "· 植树：工具到哪里领：没用 2，有用 7",
        "",
        "问得最多：",
        "1. 柳溪环湖植树，9 次",
        "2. 各地驿站，3 次",
    ]
    assert not any("/inbox" in line for line in lines(FOUND, Known()))
    assert "· zhishu/gongju：没用 2，有用 7" in lines(FOUND, Known())
    assert lines(Figures(SPAN), Known()) == ["这段时间没有人提问。"]


@pytest.mark.parametrize(
    ("number", "first", "label"),
    [(0, "2026-06-29", "看本周"), (1, "2026-07-01", "看本月"), (2, "2026-06-02", "看近30天")],
)
def test_periods(number: int, first: str, label: str) -> None:
    period = PERIODS[number]
    assert period.span(TODAY) == Span(date.fromisoformat(first), TODAY)
    shown = page(figures(COUNTS, period.span(TODAY)), period, Known())
    labels = [button.label for row in shown.buttons for button in row]
    assert label not in labels
    assert len(labels) == 3
    assert all(len(each) <= 8 for each in labels)
    assert shown.text.startswith(f"【{period.title}】")


def test_spans_are_written_shortly() -> None:
    assert span_words(SPAN) == "6月25日至7月1日"
    assert span_words(Span(TODAY, TODAY)) == "7月1日"


def test_programs_read_json_and_rows() -> None:
    told = as_json(FOUND, by_day(COUNTS, SPAN))
    assert (told["from"], told["to"], told["questions"]) == ("2026-06-25", "2026-07-01", 20)
    assert told["private"] + told["group"] == told["questions"]
    assert told["sections"][1] == {"section": "zhishu/gongju", "useful": 7, "useless": 2}
    assert len(told["days"]) == 7
    rows = as_rows(COUNTS)
    assert rows[0] == ("2026-06-24", "zhishu/gongju", "answered", "private", 100)
    assert len(rows) == len(COUNTS)


def four_weeks(most: int) -> list[Day]:
    first = date(2026, 6, 1)
    return [Day(first + timedelta(days=n), most * n // 27, n % 3, n % 2) for n in range(DAYS)]


@pytest.mark.parametrize("most", [0, 1, 30, 5000])
def test_the_picture_has_its_size_and_every_glyph(most: int) -> None:
    days = four_weeks(most)
    png = chart.chart(days)
    assert png.startswith(b"\x89PNG")
    size = (int.from_bytes(png[16:20]), int.from_bytes(png[20:24]))
    assert size == (WIDTH, HEIGHT)
    assert missing_glyphs(TEMPLATE, chart_data(days)) == ""


def test_the_words_of_the_picture() -> None:
    days = [Day(date(2026, 6, 1) + timedelta(days=n), 3, 1, 1) for n in range(DAYS)]
    data = chart_data(days)
    assert data["span"] == "6月1日至6月28日"
    assert [item["number"] + item["unit"] for item in data["numbers"]] == ["140次", "60%", "28次"]
    assert [week["name"] for week in data["weeks"]][-1] == "6.22–6.28"
    assert {week["total"] for week in data["weeks"]} == {"35次"}
    assert data["levels"] == [0, 2, 4, 6]
    assert not re.search(r"[\u4e00-\u9fff]", _without_comments())


def _without_comments() -> str:
    return re.sub(r"(?m)//.*$", "", TEMPLATE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("most", "levels"),
    [
        (0, [0, 1, 2, 3, 4]),
        (7, [0, 2, 4, 6, 8]),
        (34, [0, 10, 20, 30, 40]),
        (401, [0, 200, 400, 600]),
    ],
)
def test_lines_are_few_and_round(most: int, levels: list[int]) -> None:
    assert chart._levels(most) == levels


def test_what_was_withheld_is_a_question_without_an_answer() -> None:
    counts = {
        Key(TODAY, "zhishu/gongju", What.WITHHELD, private=True): 2,
        Key(TODAY, "zhishu/gongju", What.ANSWERED, private=False): 2,
    }
    found, days = figures(counts, SPAN), by_day(counts, SPAN)
    assert (found.questions, found.private, found.answered, found.share) == (4, 2, 2, 50)
    assert "只给登记的党员看、没有说出来 2 次" in lines(found, Known())
    told = as_json(found, days)
    assert (told["withheld"], told["days"][-1]["withheld"]) == (2, 2)
    assert sum(day.total for day in days) == found.questions
    weeks = [*four_weeks(0)[:-1], Day(date(2026, 6, 28), 3, 1, 1, 2)]
    data = chart_data(weeks)
    assert data["days"][-1] == [3, 1, 1, 2]
    assert data["keys"][-1] == "没有说出来"
    assert missing_glyphs(TEMPLATE, data) == ""
    assert chart.chart(weeks).startswith(b"\x89PNG")
    assert chart_data(four_weeks(3))["keys"] == ["答上了", "反问是哪一条", "没答上"]
