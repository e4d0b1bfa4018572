"""A month as an iCalendar file (RFC 5545) for the calendars on members' phones.

What has a certain day becomes an entry of its own, each occurrence for itself: shifts to workdays
and lunar days have no RRULE. What has none stands together in one transparent entry over the whole
month. What has a day but no year is left out: it would look like something that is coming.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from bot.calendar.agenda import Due
from bot.calendar.month import Month, title_in
from bot.calendar.pages import bare_title, shift_words
from bot.knowledge.library import Library, Occasion
from bot.knowledge.written import Written, never_written

CATEGORY = "活动预告"
_DOMAIN = "dangbot"
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
"""Seconds since then fit the 31 bits of a SEQUENCE until 2088."""


def ics(month: Month, library: Library, zone: ZoneInfo, written: Written = never_written) -> bytes:
    """The month as the bytes of an ``.ics`` file; the same files give the same bytes.

    Args:
        month: what to export.
        library: for places and sources.
        zone: of the times of day; goes along as a VTIMEZONE.
        written: gives each entry its SEQUENCE and DTSTAMP: a calendar program takes over what was
            written later, and a counter or a digest of the words could go backwards.
    """
    made = icalendar.Calendar()
    made.add("prodid", "-//dangbot//calendar//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"{month.first.year}年{month.first.month}月日程")
    made.add("x-wr-timezone", zone.key)
    made.add_component(_timezone(zone, month.first))
    for due in month.dated:
        made.add_component(_event(due, library, zone, written))
    rest = [*(due for due in month.undated if due.year_known), *month.again]
    if rest:
        made.add_component(_undated(month, rest, library, written))
    return bytes(made.to_ical())


def _timezone(zone: ZoneInfo, first: date) -> icalendar.Timezone:
    made = icalendar.Timezone.from_tzid(
        zone.key,
        first_date=date(first.year - 1, 1, 1),
        last_date=date(first.year + 2, 1, 1),
    )
    made.pop("comment", None)
    return made


def _event(due: Due, library: Library, zone: ZoneInfo, written: Written) -> icalendar.Event:
    event = due.occasion.event
    nominal = due.nominal or due.first
    name = f"{due.occasion.ref.replace('/', '.')}.{nominal:%Y%m%d}"
    made = _entry(name, [due.occasion], written)
    made.add("summary", bare_title(event.title))
    if due.at is None:
        made.add("dtstart", due.first)
        made.add("dtend", due.last + timedelta(days=1))
        made.add("transp", "TRANSPARENT")
    else:
        made.add("dtstart", due.start(zone))
        if due.minutes:
            made.add("dtend", due.start(zone) + timedelta(minutes=due.minutes))
    place = event.where or str(due.occasion.about.place or "")
    if place:
        made.add("location", place)
    made.add("categories", [event.category or CATEGORY])
    lines = [event.note or "", shift_words(due)]
    if due.unsure:
        lines.append("放假安排没有公布，顺延只按周六、周日推算，请以通知为准。")
    made.add("description", _described(lines, [due], library))
    return made


def _undated(
    month: Month, dues: Sequence[Due], library: Library, written: Written
) -> icalendar.Event:
    key = hashlib.blake2b("\n".join(month.places).encode(), digest_size=4).hexdigest()
    name = f"undated.{month.first:%Y%m}.{key}"
    made = _entry(name, [due.occasion for due in dues], written)
    made.add("summary", f"{month.first.month}月还有 {len(dues)} 项（日期未定）")
    made.add("dtstart", month.first)
    made.add("dtend", month.last + timedelta(days=1))
    made.add("transp", "TRANSPARENT")
    made.add("categories", ["日期未定"])
    lines = [f"· {due.occasion.event.when} {title_in(due, '')}" for due in dues]
    made.add("description", _described(["资料没有写在哪一天：", *lines], dues, library))
    return made


def _entry(name: str, occasions: Sequence[Occasion], written: Written) -> icalendar.Event:
    topics = {topic.id for one in occasions for topic in (one.topic, one.about)}
    stamps = [stamp for topic in sorted(topics) if (stamp := written(topic)) is not None]
    stamp = max(stamps, default=_EPOCH)
    made = icalendar.Event()
    made.add("uid", f"{name}@{_DOMAIN}")
    made.add("dtstamp", stamp)
    made.add("last-modified", stamp)
    made.add("sequence", max(0, int((stamp - _EPOCH).total_seconds())))
    return made


def _described(lines: Sequence[str], dues: Sequence[Due], library: Library) -> str:
    sources = {
        f"《{source.title}》": None
        for due in dues
        for source in library.sources_of(due.occasion.about)
    }
    return "\n".join([*filter(None, lines), "出处：" + "".join(sources)])
