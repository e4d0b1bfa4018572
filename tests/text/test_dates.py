"""Time words against a table of phrases on tricky days; spans, cutting and the clock's zone."""

from __future__ import annotations

import sys
import time as system_time
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from subprocess import run
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.text.dates import TimeSlot, cut_times, find_times

if TYPE_CHECKING:
    from collections.abc import Iterator

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
TABLE = Path(__file__).with_name("dates_table.yaml")


def rows() -> Iterator[tuple[datetime, str, str]]:
    for group in yaml.safe_load(TABLE.read_text(encoding="utf-8")):
        for phrase, expected in group["says"].items():
            yield datetime.fromisoformat(group["now"]), phrase, expected


def shown(slot: TimeSlot) -> str:
    span = str(slot.first) if slot.first == slot.last else f"{slot.first}..{slot.last}"
    parts = [span, slot.grain]
    if slot.at:
        parts.append(slot.at.strftime("@%H:%M"))
    if slot.lunar:
        parts.append("lunar")
    if not slot.exact_year:
        parts.append("no-year")
    if slot.month_only:
        parts.append("month-only")
    if slot.recurring:
        parts.append(slot.recurring)
    return " ".join(parts)


def answer(phrase: str, now: datetime) -> str:
    slots = find_times(phrase, now)
    rest = cut_times(phrase, slots)
    said = "; ".join(shown(slot) for slot in slots)
    return f"{said} | {rest}" if slots and rest else said


def test_table_is_large_enough_to_mean_something() -> None:
    assert len(list(rows())) >= 400


@pytest.mark.parametrize(("now", "phrase", "expected"), list(rows()))
def test_phrase(now: datetime, phrase: str, expected: str) -> None:
    assert answer(phrase, now) == expected


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("下周的活动有哪些", "活动有哪些"),
        ("这个月有什么活动", "有什么活动"),
        ("“七一”活动几点开始", "活动几点开始"),
        ("从6月30日到7月2日办什么", "办什么"),
        ("党费每月5日前交吗", "党费交吗"),
        ("党课怎么上", "党课怎么上"),
        ("", ""),
    ],
)
def test_cut(text: str, rest: str) -> None:
    assert cut_times(text, find_times(text, MONDAY)) == rest


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("请问一下下周三到周五忙吗", ["下周三到周五"]),
        ("明天下午三点半和后天", ["明天下午三点半", "后天"]),
        ("全角２０２６年７月１日", ["２０２６年７月１日"]),
        ("2026 年 7 月 1 日 下午 3 点", ["2026 年 7 月 1 日 下午 3 点"]),
        (
            "「八一」当天",
            [
                "「八一」",
            ],
        ),
        ("国庆前三天值班", ["国庆"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [slot.text for slot in find_times(text, MONDAY)] == words


def test_spaces_and_width_do_not_matter() -> None:
    plain, *others = (
        find_times(text, MONDAY)[0]
        for text in ("7月1日下午3点", "7 月 1 日 下午 3 点", "７月１日下午３点", "七月一号下午三点")
    )
    for other in others:
        assert (other.first, other.at) == (plain.first, plain.at) == (date(2026, 7, 1), time(15))


def test_today_is_counted_in_the_zone_of_now() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert find_times("今天", late)[0].first == date(2026, 12, 31)
    assert find_times("今天", late.astimezone(SHANGHAI))[0].first == date(2027, 1, 1)


def test_the_system_zone_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    phrases = ("今天", "下周三下午三点", "七一前后", "农历五月初五", "未来7天", "每月5日")
    before = [find_times(phrase, MONDAY) for phrase in phrases]
    monkeypatch.setenv("TZ", "America/New_York")
    system_time.tzset()
    try:
        assert [find_times(phrase, MONDAY) for phrase in phrases] == before
    finally:
        monkeypatch.undo()
        system_time.tzset()


def test_a_clock_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        find_times("今天", MONDAY.replace(tzinfo=None))


def test_the_lunar_library_waits_for_a_lunar_word() -> None:
    code = (
        "import sys; from datetime import datetime, timezone;"
        "from bot.text.dates import find_times;"
        "now = datetime(2026, 1, 1, tzinfo=timezone.utc);"
        "find_times('下周三七一', now); assert 'borax' not in sys.modules;"
        "find_times('端午', now); assert 'borax' in sys.modules"
    )
    root = Path(__file__).parents[2]
    done = run([sys.executable, "-c", code], cwd=root, check=False, capture_output=True)  # noqa: S603 - our own code
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar(year: int) -> None:
    now = datetime(year, 12 if year > 1 else 1, 31 if year > 1 else 1, tzinfo=SHANGHAI)
    for phrase in (
        "明天", "昨天", "下周", "上周", "下个月", "上个月", "去年", "明年", "三年前", "十年后",
        "最近", "七一前后",
        "每月31日", "每年2月29日", "春节", "本季度", "国庆后", "5号", "周三", "今晚12点",
        "未来7天", "年底前",
    ):  # fmt: skip
        find_times(phrase, now)
