"""Every word that admins read about the figures: /stats, the weekly word, the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.features.feedback.figures import NOT_KNOWN, Figures, Span, Voted
from bot.features.feedback.store import What
from bot.knowledge.library import Library
from bot.messages import Button, Reply

NAME = "stats"
TOPICS_MAX = 5
WORST_MAX = 5
NO_PICTURE = Reply("", toast="这里画不了图：没有装画图的组件。看文字就行。")
PICTURE = "近四周的提问，每根柱子是一天。"


@dataclass(frozen=True, slots=True)
class Known:
    """What figures can be told with."""

    library: Callable[[], Library] | None = None
    """The knowledge of this moment, for titles and files; None leaves the references."""
    inbox: bool = False
    """Whether the unanswered questions can be seen with /inbox."""

    def now(self) -> Library | None:
        """The knowledge; take it once for each text."""
        return self.library() if self.library is not None else None


@dataclass(frozen=True, slots=True)
class Period:
    """A span that can be asked for by a button."""

    act: str
    title: str
    label: str

    def span(self, today: date) -> Span:
        """Its days up to today."""
        if self.act == "w":
            return Span(today - timedelta(days=today.weekday()), today)
        if self.act == "m":
            return Span(today.replace(day=1), today)
        return Span.upto(today, 30)


PERIODS = (
    Period("w", "本周", "看本周"),
    Period("m", "本月", "看本月"),
    Period("d", "近30天", "看近30天"),
)


def page(found: Figures, period: Period, known: Known) -> Reply:
    """The figures of a period, with buttons for the others and the picture."""
    others = tuple(_button(each) for each in PERIODS if each is not period)
    rows = (others, (Button("看四周的图", f"{NAME}:g"),))
    head = f"【{period.title}】{span_words(found.span)}"
    return Reply("\n".join([head, *lines(found, known)]), rows)


def digest(found: Figures, known: Known) -> str:
    """The word of the week."""
    head = f"【一周提问】{span_words(found.span)}"
    tail = ["", "发 /stats 看本周、本月和近30天。"]
    return "\n".join([head, *lines(found, known), *tail])


def table(found: Figures, known: Known) -> str:
    """The figures for a terminal."""
    head = f"{found.span.first} 至 {found.span.last}"
    return "\n".join([head, *lines(found, known)])


def lines(found: Figures, known: Known) -> list[str]:
    """What was asked, what became of it, what members thought of it."""
    library = known.now()
    if not found.questions:
        return ["这段时间没有人提问。", *_votes(found, library)]
    count = found.by_what.get
    back = count(What.ASKED_BACK, 0)
    chosen = count(What.CHOSEN, 0)
    asked = (
        f"问了 {found.questions} 次：私聊 {found.private}，群里 {found.questions - found.private}"
    )
    told = [asked, f"答上 {found.answered} 次（{found.share}%）"]
    if back:
        told.append(f"反问是哪一条 {back} 次" + (f"，点了选项 {chosen} 次" if chosen else ""))
    if found.of(NOT_KNOWN):
        told.append(_not_known(found, inbox=known.inbox))
    if found.by_what.get(What.WITHHELD):
        told.append(f"只给登记的党员看、没有说出来 {found.by_what[What.WITHHELD]} 次")
    told += _votes(found, library)
    if found.topics:
        told += ["", "问得最多："]
        told += [
            f"{number}. {_title(topic, library)}，{times} 次"
            for number, (topic, times) in enumerate(found.topics[:TOPICS_MAX], 1)
        ]
    return told


def span_words(span: Span) -> str:
    """11月16日至11月22日."""
    first = f"{span.first.month}月{span.first.day}日"
    if span.first == span.last:
        return first
    return f"{first}至{span.last.month}月{span.last.day}日"


def _not_known(found: Figures, *, inbox: bool) -> str:
    unknown = found.by_what.get(What.UNKNOWN, 0)
    missing = found.by_what.get(What.TOLD_MISSING, 0)
    said = f"没答上 {unknown + missing} 次"
    if missing:
        said += f"，其中 {missing} 次是编者写明“资料未载”的"
    return said + ("；发 /inbox 看都问了什么" if unknown and inbox else "")


def _votes(found: Figures, library: Library | None) -> list[str]:
    useful = found.by_what.get(What.USEFUL, 0)
    useless = found.by_what.get(What.USELESS, 0)
    if not useful and not useless:
        return []
    told = [f"按“有用” {useful} 次，“没用” {useless} 次"]
    worst = found.worst()
    if worst:
        told += ["", "“没用”最多："]
        told += [_worst(vote, library) for vote in worst[:WORST_MAX]]
    return told


def _worst(vote: Voted, library: Library | None) -> str:
    said = f"没用 {vote.useless}" + (f"，有用 {vote.useful}" if vote.useful else "")
    return f"· {_entry_title(vote.ref, library)}：{said}{_where(vote.ref, library)}"


def _where(ref: str, library: Library | None) -> str:
    file, line = library.places.get(ref, ("", 0)) if library is not None else ("", 0)
    return f"（{file}:{line}）" if file else ""


def _title(topic: str, library: Library | None) -> str:
    found = library.topics.get(topic) if library is not None else None
    return found.title if found is not None else topic


def _entry_title(ref: str, library: Library | None) -> str:
    topic = library.topics.get(ref.partition("/")[0]) if library is not None else None
    titles: Sequence[str] = ()
    if library is not None and topic is not None:
        titles = [entry.title for entry in library.entries_of(topic) if entry.ref == ref]
    return titles[0] if titles else ref


def _button(period: Period) -> Button:
    return Button(period.label, f"{NAME}:{period.act}")
