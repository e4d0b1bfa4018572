"""Any text at all: no error, spans in order, dates round trip, and time grows with length only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from time import process_time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.text.dates import cut_times, find_times
from bot.text.dates_core import fold, number

ALPHABET = (
    "0123456789０１一二三四五六七八九十两〇廿百几半"
    "年月日号天周星期礼拜末旬初底中上下这本当个今明昨前后大去每逢隔第最近未来过内之以起"
    "点分刻时早晚晨夜午到至-—~～./:： 、,，。农历闰正腊冬国庆节元旦清端秋春除夕党建“”的是有课X"
)
texts = st.one_of(st.text(max_size=60), st.text(alphabet=ALPHABET, max_size=60))
moments = st.datetimes(
    min_value=datetime(1890, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2110, 12, 31),  # noqa: DTZ001 - the strategy adds the zone
    timezones=st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)
ONES = "〇一二三四五六七八九"


def chinese(value: int) -> str:
    tens, one = divmod(value, 10)
    head = {0: "", 1: "十"}.get(tens, f"{ONES[tens]}十")
    return head + (ONES[one] if one else "")


@settings(max_examples=600, deadline=None)
@given(text=texts, now=moments)
def test_any_text_gives_ordered_spans(text: str, now: datetime) -> None:
    done = 0
    slots = find_times(text, now)
    for slot in slots:
        assert done <= slot.start < slot.end <= len(text)
        assert text[slot.start : slot.end] == slot.text
        assert slot.first <= slot.last
        assert slot.recurring is None or slot.recurring.startswith("FREQ=")
        done = slot.end
    assert len(cut_times(text, slots)) <= len(text)


@settings(max_examples=300, deadline=None)
@given(day=st.dates(date(1000, 1, 1), date(9998, 12, 31)), now=moments)
def test_explicit_dates_round_trip(day: date, now: datetime) -> None:
    year = "".join(ONES[int(digit)] for digit in f"{day.year}")
    for text in (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month} 月 {day.day} 号",
        f"{year}年{chinese(day.month)}月{chinese(day.day)}日",
        f"{year}年{day.month}月{chinese(day.day)}号",
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month:02}.{day.day:02}",
        f"{day.year}年{day.month}月{day.day}日".translate(
            {ord(str(i)): "０１２３４５６７８９"[i] for i in range(10)}
        ),
    ):
        (slot,) = find_times(f"问{text}活动", now)
        assert (slot.first, slot.last, slot.text) == (day, day, text)
        assert slot.exact_year


@settings(max_examples=200, deadline=None)
@given(day=st.dates(date(2000, 1, 1), date(2090, 12, 31)), length=st.integers(1, 60))
def test_explicit_ranges_round_trip(day: date, length: int) -> None:
    last = day + timedelta(days=length)
    now = datetime(day.year, 6, 15, tzinfo=UTC)
    assume("2-29" not in {f"{day.month}-{day.day}", f"{last.month}-{last.day}"})
    for link in ("到", "至", "—", "-", " ~ "):
        (slot,) = find_times(f"{day.month}月{day.day}日{link}{last.month}月{last.day}日", now)
        assert (slot.first, slot.last, slot.exact_year) == (day, last, False)


@given(value=st.integers(1, 99))
def test_numerals_round_trip(value: int) -> None:
    assert number(chinese(value)) == number(str(value)) == value


@given(text=st.text(max_size=80))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@settings(max_examples=200, deadline=None)
@given(now=moments, count=st.integers(1, 99))
def test_lengths_start_today(now: datetime, count: int) -> None:
    (slot,) = find_times(f"未来{count}天", now)
    assert slot.first == now.date()
    assert (slot.last - slot.first).days + 1 == count


@settings(max_examples=100, deadline=None)
@given(now=moments)
def test_weeks_start_on_monday(now: datetime) -> None:
    this, following = find_times("本周，下周", now)
    assert this.first <= now.date() <= this.last
    assert this.first.weekday() == 0
    assert following.first == this.last + timedelta(days=1)


@pytest.mark.parametrize(
    "unit",
    [
        "一",
        "1",
        "今天",
        "7月1日到",
        "周",
        "下",
        "最近",
        "国庆",
        "每周一、",
        "正月初一到",
        "2020年",
        "1:",
        " ",
        "二月三十日",
    ],
)
def test_long_hostile_text_takes_linear_time(unit: str) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)

    def seconds(length: int) -> float:
        """The processor time of the fastest of three runs: a busy machine does not count."""
        text = (unit * length)[:length]
        runs = []
        for _ in range(3):
            begun = process_time()
            find_times(text, now)
            runs.append(process_time() - begun)
        return min(runs)

    # Eight times the text takes about eight times as long; a square would take sixty-four.
    assert seconds(20_000) < 30 * max(seconds(2_500), 0.003)
