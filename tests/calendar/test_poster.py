"""The poster: right size, right words, no missing glyph."""

from __future__ import annotations

import struct
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.calendar.agenda import Agenda
from bot.calendar.month import Month, month_of
from bot.calendar.poster import HEIGHT, WIDTH, missing_glyphs, poster, poster_data
from bot.knowledge.folder import shipped_folder
from bot.knowledge.library import Library
from bot.knowledge.load import load_or_raise
from tests.calendar.small import event, small_calendar

ZONE = ZoneInfo("Asia/Shanghai")
ROOT = Path(__file__).resolve().parents[2]
SHIPPED = load_or_raise(shipped_folder())
EXAMPLE = load_or_raise(ROOT / "docs" / "posters" / "example")


def month(library: Library, first: str, *places: str) -> Month:
    return month_of(Agenda(library), date.fromisoformat(first), places)


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    found: tuple[int, int] = struct.unpack(">II", png[16:24])
    return found


@pytest.mark.parametrize(
    ("library", "first", "places"),
    [
        (SHIPPED, "2020-07-01", ("中泰街道",)),
        (SHIPPED, "2020-06-01", ()),
        (SHIPPED, "2031-02-01", ("火星",)),
        (EXAMPLE, "2026-09-01", ()),
    ],
)
def test_a_poster_has_its_size_and_every_glyph(
    library: Library, first: str, places: tuple[str, ...]
) -> None:
    found = month(library, first, *places)
    assert size(poster(found, library, ZONE)) == (WIDTH, HEIGHT)
    assert missing_glyphs(found, library, ZONE) == ""


def test_a_pdf_has_one_page() -> None:
    found = poster(month(EXAMPLE, "2026-09-01"), EXAMPLE, ZONE, "pdf")
    assert found.startswith(b"%PDF")
    assert b"/Type/Pages/Count 1/" in found


def test_every_month_of_the_shipped_calendar_has_its_glyphs() -> None:
    for number in range(1, 13):
        found = month(SHIPPED, f"2020-{number:02}-01")
        assert missing_glyphs(found, SHIPPED, ZONE) == ""


def test_a_glyph_that_the_font_lacks_is_named() -> None:
    library = small_calendar(event("odd", "\U00013000\U000e0fff开会", "2026年9月3日"))
    assert missing_glyphs(month(library, "2026-09-01"), library, ZONE) == "\U00013000"


def test_words_of_a_full_poster() -> None:
    data = poster_data(month(SHIPPED, "2020-07-01", "中泰街道"), SHIPPED, ZONE)
    assert data["title"] == ["中泰街道", "红色七月十项活动"]
    assert data["over"] == "浙江省杭州市余杭区中泰街道 · 2020年"
    [day] = data["dated"]
    assert (day["day"], day["week"], day["until"]) == ("1", "周三", "")
    assert len(data["undated"]) == 9
    assert "党性体检" in data["undated"]
    assert data["source"].startswith("出处：《杭州余杭区中泰街道")
    assert "北京时间" not in data["small"]


def test_times_are_given_with_their_zone() -> None:
    found = month(EXAMPLE, "2026-09-01")
    assert "时间为北京时间。" in poster_data(found, EXAMPLE, ZONE)["small"]
    urumqi = poster_data(found, EXAMPLE, ZoneInfo("Asia/Urumqi"))
    assert "时间为Asia/Urumqi。" in urumqi["small"]
    [moved] = [day for day in urumqi["dated"] if day["day"] == "7"]
    assert moved["events"][0]["time"] == "15:00"
    assert "原为9月5日" in moved["events"][0]["note"]


def test_what_has_no_year_is_no_date() -> None:
    data = poster_data(month(SHIPPED, "2026-06-01"), SHIPPED, ZONE)
    assert data["dated"] == []
    assert len(data["yearless"]) == 3
    assert all(day["mark"] == "" for day in data["grid"])


def test_the_grid_begins_on_monday_and_marks_days() -> None:
    data = poster_data(month(EXAMPLE, "2026-09-01"), EXAMPLE, ZONE)
    assert [day["number"] for day in data["grid"][:3]] == ["", "1", "2"]
    marks = {day["number"]: day["mark"] for day in data["grid"]}
    assert (marks["7"], marks["15"], marks["21"]) == ("day", "run", "")
    tags = {day["number"]: day["tag"] for day in data["grid"]}
    assert (tags["20"], tags["25"], tags["26"], tags["7"]) == ("班", "休", "", "")
    # A year without a notice: no tag is made up.
    far = poster_data(month(EXAMPLE, "2037-10-01"), EXAMPLE, ZONE)
    assert {day["tag"] for day in far["grid"]} == {""}


def test_a_crowded_month_says_what_is_not_printed() -> None:
    first = date(2026, 5, 1)
    many = [
        event(
            f"e{n}", f"第{n}场很长很长名字的活动", f"{first + timedelta(days=n)}".replace("-", "-")
        )
        for n in range(24)
    ]
    vague = [event(f"v{n}", f"未定的第{n}件", "2026年5月") for n in range(30)]
    library = small_calendar(*many, *vague)
    found = month(library, "2026-05-01")
    data = poster_data(found, library, ZONE)
    assert data["more"] == 10
    assert data["undated"][-1] == "……还有 12 项"
    assert size(poster(found, library, ZONE)) == (WIDTH, HEIGHT)


def test_the_example_posters_are_small_enough_for_the_readme() -> None:
    files = sorted((ROOT / "docs" / "posters").glob("*.png"))
    assert len(files) == 2
    for file in files:
        assert size(file.read_bytes()) == (WIDTH, HEIGHT)
        assert file.stat().st_size < 300_000
