"""The calendar file: read back with the library, it says what the files say and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from bot.calendar.agenda import Agenda
from bot.calendar.ics import ics
from bot.calendar.month import month_of
from bot.knowledge.library import Library
from bot.knowledge.load import load_or_raise
from bot.knowledge.written import Written, never_written, written_in
from tests.calendar.small import event, small_calendar
from tests.knowledge.folder import build

SHANGHAI = ZoneInfo("Asia/Shanghai")
TIMED = event("dangri", "主题党日（柳溪县）", "每月5日") | {
    "time": "15:00",
    "duration": "2小时",
    "where": "党群服务中心二楼",
    "workday": "顺延",
    "category": "会议通知",
    "note": "带党徽",
}
SHORT = event("duban", "读报", "每周三") | {"time": "9:30"}
LIBRARY = small_calendar(TIMED, SHORT)
AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def made(
    library: Library, first: str, zone: ZoneInfo = SHANGHAI, written: Written = never_written
) -> Any:
    month = month_of(Agenda(library), date.fromisoformat(first))
    parsed = icalendar.Calendar.from_ical(ics(month, library, zone, written))
    assert isinstance(parsed, icalendar.Calendar)
    assert not parsed.errors
    return parsed


def events(calendar: Any) -> dict[str, Any]:
    found = {str(one["uid"]): one for one in calendar.events}
    assert len(found) == len(calendar.events)
    assert all(not one.errors for one in calendar.events)
    return found


def test_a_timed_event() -> None:
    found = events(made(LIBRARY, "2026-09-01"))
    one = found["gedi.dangri.20260905@dangbot"]  # named by its rule, wherever it is shifted
    start = one["dtstart"].dt
    assert start == datetime(2026, 9, 7, 15, tzinfo=SHANGHAI)
    assert one["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert one["dtend"].dt - start == timedelta(hours=2)
    assert str(one["summary"]) == "主题党日"
    assert str(one["location"]) == "党群服务中心二楼"
    assert one.categories == ["会议通知"]
    assert "原为9月5日，遇休息日顺延" in one["description"]
    assert "出处：《湖边的一年" in one["description"]
    assert "transp" not in one


def test_no_end_is_made_up() -> None:
    one = events(made(LIBRARY, "2026-09-01"))["gedi.duban.20260902@dangbot"]
    assert "dtend" not in one
    assert "duration" not in one


def test_an_event_of_days_lasts_through_its_last_day() -> None:
    one = events(made(LIBRARY, "2020-03-01"))["liuxi.zhishu.20200312@dangbot"]
    assert one["dtstart"].dt == date(2020, 3, 12)
    assert one["dtend"].dt == date(2020, 3, 13)
    assert one["transp"] == "TRANSPARENT"


def test_undated_events_are_told_and_not_placed() -> None:
    found = events(made(small_calendar(), "2020-07-01"))
    [one] = [one for uid, one in found.items() if uid.startswith("undated.202007.")]
    assert (one["dtstart"].dt, one["dtend"].dt) == (date(2020, 7, 1), date(2020, 8, 1))
    assert one["transp"] == "TRANSPARENT"
    assert str(one["summary"]) == "7月还有 3 项（日期未定）"
    for title in ("义剪", "捐书", "走访"):
        assert title in one["description"]


def test_an_event_without_a_year_is_left_out_and_counted() -> None:
    month = month_of(Agenda(small_calendar()), date(2026, 6, 1))
    assert month.yearless_count() == 2
    assert [one["summary"] for one in made(small_calendar(), "2026-06-01").events] == [
        "6月还有 1 项（日期未定）"
    ]


def test_the_zone_goes_along() -> None:
    for zone, offset in (("Asia/Shanghai", 8), ("Asia/Urumqi", 6)):
        calendar = made(LIBRARY, "2026-09-01", ZoneInfo(zone))
        [part] = calendar.timezones
        assert part.tz_name == zone
        moment = datetime(2026, 9, 7, 15, tzinfo=part.to_tz(lookup_tzid=False))
        assert moment.utcoffset() == timedelta(hours=offset)
        assert str(calendar["x-wr-timezone"]) == zone


def test_the_same_knowledge_gives_the_same_bytes() -> None:
    month = month_of(Agenda(LIBRARY), date(2026, 9, 1))
    assert ics(month, LIBRARY, SHANGHAI) == ics(month, LIBRARY, SHANGHAI)


CALENDAR = """
id: x1
title: 日程
source: s1
overview: {ask: [日程概况], answer: 这是概况。}
events:
  - {id: a, title: 党课, when: 2026年9月8日}
"""


def test_a_change_of_the_file_raises_the_sequence_and_keeps_the_uid(tmp_path: Path) -> None:
    file = tmp_path / "calendar" / "x1.yaml"
    seen: list[tuple[str, int, str]] = []
    for seconds, words in ((0, CALENDAR), (60, CALENDAR.replace("党课", "专题党课"))):
        build(tmp_path, {"calendar/x1.yaml": words})
        stamp = (AT + timedelta(seconds=seconds)).timestamp()
        os.utime(file, (stamp, stamp))
        library = load_or_raise(tmp_path)
        calendar = made(library, "2026-09-01", written=written_in(tmp_path, library))
        [one] = calendar.events
        seen.append((str(one["uid"]), int(one["sequence"]), str(one["summary"])))
        assert one["dtstamp"].dt == AT + timedelta(seconds=seconds)
    (uid, before, _), (same, after, summary) = seen
    assert uid == same
    assert (after - before, summary) == (60, "专题党课")
    assert 0 < after < 2**31


def test_lines_are_folded_and_end_as_the_standard_wants() -> None:
    raw = ics(month_of(Agenda(LIBRARY), date(2026, 9, 1)), LIBRARY, SHANGHAI)
    assert b"\r\n" in raw
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0


PROGRAM = """
import sys
from datetime import date
from zoneinfo import ZoneInfo
from bot.calendar.agenda import Agenda
from bot.calendar.ics import ics
from bot.calendar.month import month_of
from tests.calendar.test_ics import LIBRARY
month = month_of(Agenda(LIBRARY), date(2026, 12, 1))
sys.stdout.buffer.write(ics(month, LIBRARY, ZoneInfo("Asia/Shanghai")))
"""


def test_the_system_s_zone_does_not_matter() -> None:
    root = Path(__file__).resolve().parents[2]
    said = {
        zone: subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "TZ": zone},
            cwd=root,
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for zone in ("UTC", "America/New_York")
    }
    assert said["UTC"] == said["America/New_York"]
    assert b"DTSTART;TZID=Asia/Shanghai:20261207T150000" in said["UTC"]
