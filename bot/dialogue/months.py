"""/calendar: a month's page with buttons to turn it, its poster and its file."""

from __future__ import annotations

import hashlib
import logging
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from bot.calendar import pages
from bot.calendar.agenda import Agenda
from bot.calendar.month import YEARS, Month, month_of
from bot.errors import DangbotError
from bot.knowledge.library import Library
from bot.knowledge.written import Written, never_written
from bot.matching.mentions import Names
from bot.messages import Attachment, Button, Reply
from bot.pictures.drawing import available
from bot.text.dates import find_times
from bot.text.normalise import normalise

if TYPE_CHECKING:
    import asyncio
    from zoneinfo import ZoneInfo

_log = logging.getLogger(__name__)

POSTERS_KEPT_MAX = 6
_PRESSED = re.compile(r"^c:(\d{4})-(\d{2})(?:@([0-9a-f]{8}))?(?::(png|ics))?$")
_NOT_A_MONTH = Reply("看不懂是哪个月。可以发 /calendar 7月，或 /calendar 下个月。")
_OUT_OF_RANGE = Reply("这个月份超出了日历的范围。")
_NO_POSTER = Reply("这里还不能画海报。可以看文字，也可以下载日历文件；要海报请告诉管理员。")


class MonthDesk:
    """Shows months from one library.

    Args:
        library: the knowledge.
        agenda: of it.
        names: to find a place in “/calendar 7月 中泰街道”.
        zone: of the times of day.
        written: for the file's entries.
    """

    def __init__(
        self,
        library: Library,
        agenda: Agenda,
        names: Names,
        zone: ZoneInfo,
        written: Written = never_written,
    ) -> None:
        self._library = library
        self._agenda = agenda
        self._names = names
        self._zone = zone
        self._written = written
        self._places: Mapping[str, str] = {
            _token(level): level
            for topic in library.topics.values()
            for level in (topic.place.levels() if topic.place else ())
        }
        self._eventful = {
            level
            for occasion in library.occasions()
            for level in (occasion.about.place.levels() if occasion.about.place else ())
        }
        self._posters: OrderedDict[str, bytes] = OrderedDict()

    @cached_property
    def _drawing(self) -> asyncio.Lock:
        import asyncio  # noqa: PLC0415 - who asks one question on the command line draws nothing

        return asyncio.Lock()

    def command(self, rest: str, now: datetime, home: Sequence[str] = ()) -> Reply:
        """A month's page; without a month, the current one; a place may stand beside it.

        Args:
            rest: what follows the command.
            now: in the desk's zone.
            home: where the group is, widest first; its own page is shown if it has events.
        """
        plain, places = self._names.without_places(normalise(rest)) if rest else ("", frozenset())
        slots = find_times(plain, now) if plain.strip() else []
        if plain.strip() and not slots:
            return _NOT_A_MONTH
        place = next((known for known in self._places.values() if known in places), "")
        if not place and home and home[-1] in self._eventful:
            place = home[-1]
        day = slots[0].first if slots else now.date()
        return self._page(day.year, day.month, place)

    async def pressed(self, data: str) -> Reply | None:
        """The reply to a button of ours; None if it is somebody else's."""
        found = _PRESSED.match(data)
        if found is None:
            return None
        year, number = int(found[1]), int(found[2])
        place = self._places.get(found[3] or "", "")
        if found[4] is None or year not in YEARS or not 1 <= number <= 12:
            return self._page(year, number, place)
        month = self._month(date(year, number, 1), place)
        return self._file(month) if found[4] == "ics" else await self._poster(month, data)

    def _month(self, first: date, place: str) -> Month:
        return month_of(self._agenda, first, (place,) if place else ())

    def _page(self, year: int, number: int, place: str) -> Reply:
        if year not in YEARS or not 1 <= number <= 12:
            return _OUT_OF_RANGE
        first = date(year, number, 1)
        span = (first, pages.month_end(first))
        places = (place,) if place else ()
        page = pages.page(self._agenda, self._library, span, places)
        at = f"@{_token(place)}" if place else ""
        turn = [
            Button(f"{word}（{day.month}月）", f"c:{day:%Y-%m}{at}")
            for word, day in (
                ("上个月", first - timedelta(days=1)),
                ("下个月", span[1] + timedelta(days=1)),
            )
            if day.year in YEARS
        ]
        take = [Button("日历文件", f"c:{first:%Y-%m}{at}:ics")]
        if available():
            take.insert(0, Button("海报", f"c:{first:%Y-%m}{at}:png"))
        if place:
            take.append(Button("看各地", f"c:{first:%Y-%m}"))
        head = f"【{place}】" if place else ""
        return Reply(head + page.text, (tuple(turn), tuple(take)))

    async def _poster(self, month: Month, key: str) -> Reply:
        import asyncio  # noqa: PLC0415 - like the poster, only for who asks for one

        from bot.calendar import poster  # noqa: PLC0415

        # One after the other: a drawing takes a whole processor for half a second.
        async with self._drawing:
            if key not in self._posters:
                try:
                    drawn = await asyncio.to_thread(poster.poster, month, self._library, self._zone)
                except DangbotError as error:
                    _log.warning("%s", error)
                    return _NO_POSTER
                self._posters[key] = drawn
                while len(self._posters) > POSTERS_KEPT_MAX:
                    self._posters.popitem(last=False)
            self._posters.move_to_end(key)
        picture = Attachment("photo", f"{month.first:%Y-%m}.png", self._posters[key])
        said = f"{month.first.year}年{month.first.month}月的海报。"
        return Reply(said, attachments=(picture,))

    def _file(self, month: Month) -> Reply:
        from bot.calendar.ics import ics  # noqa: PLC0415 - its library is slow to load

        made = ics(month, self._library, self._zone, self._written)
        attachment = Attachment("document", f"{month.first:%Y-%m}.ics", made)
        said = (
            f"{month.first.year}年{month.first.month}月的日历文件。"
            "在手机上打开它，就能加进自己的日历；再打开一次只会更新，不会重复。"
        )
        missing = month.yearless_count()
        if missing:
            said += f"有 {missing} 项资料没有写年份，没有放进去。"
        return Reply(said, attachments=(attachment,))


def _token(place: str) -> str:
    """A short name of a place for a button, the same after a restart."""
    return hashlib.blake2b(place.encode(), digest_size=4).hexdigest()
