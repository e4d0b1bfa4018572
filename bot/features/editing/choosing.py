"""The steps at which something that is there is chosen, by a button or a searched word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.features.editing.model import Act, Body
from bot.features.editing.shelf import Shelf
from bot.features.editing.steps import Choosing, Option, Step

CHOICES_MAX = 5
KINDS_SAID = {
    "services": "办事服务",
    "activities": "活动",
    "practices": "做法和成效",
    "contacts": "找谁",
    "calendar": "日历",
}
_TYPE = "不在里面的，打一个词发来就按它找。"


def _entries(body: Body, shelf: Shelf, without: str = "") -> list[Option]:
    refs: Sequence[str] = shelf.search(body.seek) if body.seek else body.near
    found = shelf.entries(ref for ref in refs if ref != without)
    return [Option(entry.ref, shelf.named(entry.ref)) for entry in found]


class Target(Choosing):
    """Which entry is to answer the question."""

    name, short = "target", "换一节"
    acts = frozenset({Act.PHRASING})

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        head = f"“{body.wording}”该由哪一节来答？"
        return f"{head}\n{_listed(body, self.options(body, shelf))}"

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """The nearest entries, or those that were searched for."""
        return _entries(body, shelf, body.ref)


def _listed(body: Body, options: Sequence[Option]) -> str:
    if body.seek:
        return f"按“{body.seek}”找，相近的有 {len(options)} 个。不对就换个词发来。"
    return _TYPE if options else "打一个词发来，我按它找，如“代办”“党课”。"


class Find(Target):
    """Which entry is to be changed."""

    name = "ref"
    acts = frozenset({Act.FIND})

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        return f"要改哪一节？\n{_listed(body, self.options(body, shelf))}"

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """The nearest entries, or those that were searched for."""
        return _entries(body, shelf)


class Where(Choosing):
    """Which topic a new section belongs to."""

    name, short = "topic", "换主题"
    acts = frozenset({Act.SECTION})

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        return f"新条目放进哪个主题？\n{_listed(body, self.options(body, shelf)[:-1])}"

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """Topics, and a new one."""
        return [*_topics(body, shelf), Option("+", "建一个新主题")]

    def said(self, body: Body, text: str, shelf: Shelf) -> Body | str:
        """Search among topics."""
        found = replace(body, seek=text[:40], page=0)
        if not _topics(found, shelf):
            return f"没有和“{text[:20]}”有关的主题。换个词再发，或按“建一个新主题”。"
        return found


def _topics(body: Body, shelf: Shelf) -> list[Option]:
    topics = shelf.search_topics(body.seek) if body.seek else shelf.topics(body.near)
    return [Option(topic.id, topic.title) for topic in topics if topic.id in shelf.library.kinds]


class GuardWhere(Choosing):
    """Which topic an approved “the files do not say” belongs to; asked for only on wish."""

    name, short = "where", "换范围"
    acts = frozenset({Act.NOT_COVERED})

    def done(self, body: Body) -> bool:
        """It has a default."""
        return body.step != self.name or bool(body.where)

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        return f"在什么范围里这样答？\n{_listed(body, self.options(body, shelf)[:-1])}"

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """Topics, and all of them."""
        return [*_topics(body, shelf), Option("+", "所有主题")]


class KindOf(Choosing):
    """The kind of a new topic: the folder it lies in."""

    name, short = "kind", "换类别"
    acts = frozenset({Act.SECTION})
    searched = False

    def needed(self, body: Body) -> bool:
        """Only of a new topic."""
        return super().needed(body) and body.topic == "+"

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        del body, shelf
        return "这个新主题属于哪一类？"

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """All kinds."""
        del body, shelf
        return [Option(kind, word) for kind, word in KINDS_SAID.items()]


class SourceOf(Choosing):
    """Where a new topic's facts come from."""

    name, short = "source", "换出处"
    acts = frozenset({Act.SECTION})

    def needed(self, body: Body) -> bool:
        """A section has the source of its topic."""
        return super().needed(body) and body.topic == "+"

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        del shelf
        found = f"按“{body.seek}”找到的在下面。" if body.seek else "打一个词发来就按标题找。"
        return f"这些内容出自哪里？登记过的按一下；没登记过的按“登记新出处”。\n{found}"

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """Registered sources, those of near topics first, and a new one."""
        sources = shelf.library.sources_of
        near = [one.id for topic in shelf.topics(body.near) for one in sources(topic)]
        names = dict.fromkeys([*near, *shelf.library.sources])
        found = [shelf.library.sources[name] for name in names]
        if body.seek:
            found = [one for one in found if body.seek in f"{one.title}{one.place}{one.authors}"]
        rows = [Option(one.id, one.title) for one in found]
        return [Option("+", "登记新出处"), *rows] if not body.seek or rows else []


class Several(Choosing):
    """What an ambiguous word may mean; ``chosen`` ends it."""

    name, short = "chosen", "换选项"
    acts = frozenset({Act.AMBIGUOUS})

    def cleared(self, body: Body) -> Body:
        """What was chosen stays chosen."""
        return replace(body, chosen="", seek="", page=0)

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        picked = "；".join(shelf.named(ref) for ref in body.choices) or "还没有选"
        head = f"问到“{'、'.join(body.words)}”时让人选哪几样？选 2 到 {CHOICES_MAX} 个。"
        found = _listed(body, self.options(body, shelf))
        return f"{head}\n已选：{picked}\n{found}"

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """Those chosen, then the nearest or those that were searched for."""
        rows = [Option(ref, f"✓ {shelf.named(ref)}") for ref in body.choices]
        rows += [row for row in _entries(body, shelf) if row.key not in body.choices]
        ready = [Option("ok", f"选好了（{len(body.choices)} 个）")]
        return [*ready, *rows] if len(body.choices) >= 2 else rows

    def chosen(self, body: Body, key: str, shelf: Shelf) -> Body | None:
        """Take one in or out, or end."""
        del shelf
        if key == "ok":
            return replace(body, chosen="y")
        if key in body.choices:
            return replace(body, choices=tuple(ref for ref in body.choices if ref != key))
        if len(body.choices) >= CHOICES_MAX:
            return body
        return replace(body, choices=(*body.choices, key), seek="", page=0)


class WhichPhrasing(Choosing):
    """Which phrasing is to go."""

    name, short = "phrase", "换一句"
    acts = frozenset({Act.UNASK})

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        count = len(self.options(replace(body, seek=""), shelf))
        return f"“{shelf.named(body.ref)}”有 {count} 句问法，删哪一句？打一个词发来可以找。"

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """Its phrasings."""
        entry = shelf.by_ref.get(body.ref)
        asks = entry.asks if entry is not None else ()
        return [Option(ask, ask) for ask in asks if body.seek in ask]


CHOOSING: tuple[Step, ...] = (
    Find(),
    Target(),
    Where(),
    KindOf(),
    SourceOf(),
    Several(),
    WhichPhrasing(),
    GuardWhere(),
)
