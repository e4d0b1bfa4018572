"""From what was said to patches of files, and to the same in plain words; writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import Refused
from bot.features.editing.model import Act, Body
from bot.features.editing.shelf import Shelf, slug
from bot.knowledge import patches, rewrites
from bot.knowledge.library import OVERVIEW
from bot.knowledge.limits import read_place
from bot.knowledge.patches import Patch
from bot.knowledge.schema import UNKNOWN
from bot.text.normalise import normalise

GUARDS, SOURCES = "guards.yaml", "sources.yaml"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A change, ready to be looked at."""

    patches: tuple[Patch, ...]
    """In the order in which they are written; each of another file."""
    lines: tuple[str, ...]
    """What changes, as ``+`` and ``-`` in plain words."""
    where: str
    """File and section."""
    ref: str
    """The entry that should answer the question afterwards; empty if none should."""
    notes: tuple[str, ...] = ()
    """What the editor should know before confirming."""

    @property
    def what(self) -> str:
        """In one line."""
        return "；".join(patch.what for patch in self.patches)


Raw = Callable[[str], "bytes | None"]


def draw(body: Body, shelf: Shelf, raw: Raw) -> Drawn:
    """The change that a draft says.

    Args:
        body: every step that its act needs is filled.
        shelf: the edition in use.
        raw: the contents of a file as it is now; None if it is not there.

    Raises:
        Refused: it cannot be done; says why, and what else to do.
    """
    try:
        return _DRAW[Act(body.act)](body, shelf, raw)
    except KeyError:
        raise Refused("要改的地方已经不在了，可能刚被别人改过。请返回重选一次。") from None
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        # A hand may have left anything in the file since it was last read.
        hint = _WHY.get(str(error), "这个文件现在读不了，里面有格式错误。发 /reload 看错在哪一行。")
        raise Refused(hint) from None


_WHY = {
    "the only phrasing": "这是那一节唯一的问法，不能删。先给它另加一句，再来删。",
    "cannot be written safely": "这个文件的写法特别，自动改不稳妥。请直接打开文件改。",
    "a topic needs its overview": "概况不能删，每个主题都要有。可以改它的回答。",
}


def _have(raw: Raw, file: str) -> bytes:
    found = raw(file) if file else None
    if found is None:
        raise KeyError(file)
    return found


def _phrasing(body: Body, shelf: Shelf, raw: Raw) -> Drawn:
    entry = shelf.by_ref[body.target]
    holders = shelf.holding(body.wording)
    if any(holder.ref == entry.ref for holder in holders):
        raise Refused(f"“{shelf.named(entry.ref)}”已经有这句问法了。换个说法，或返回另选一节。")
    made: dict[str, Patch] = {}
    lines: list[str] = []
    for holder in holders:
        file = shelf.file(holder.ref)
        for ask in holder.asks:
            if normalise(ask) == normalise(body.wording):
                before = _now(made, raw, file)
                _joined(made, rewrites.remove_phrasing(file, before, holder.id, ask))
                lines.append(f"- 从“{shelf.named(holder.ref)}”删掉问法：{ask}")
    file = shelf.file(entry.ref)
    _joined(made, patches.add_phrasing(file, _now(made, raw, file), entry.id, body.wording))
    lines.append(f"+ 问法：{body.wording}")
    return Drawn(tuple(made.values()), tuple(lines), _place(shelf, entry.ref), entry.ref)


def _now(made: dict[str, Patch], raw: Raw, file: str) -> bytes:
    """A file with what is drawn so far."""
    done = made.get(file)
    return done.raw if done is not None and done.raw is not None else _have(raw, file)


def _joined(made: dict[str, Patch], patch: Patch) -> None:
    """Make a patch part of the one of the same file, if there is one."""
    before = made.get(patch.file)
    if before is None:
        made[patch.file] = patch
        return
    what, diff = f"{before.what}；{patch.what}", f"{before.diff}\n{patch.diff}"
    made[patch.file] = Patch(patch.file, before.base, patch.raw, what, diff)


def _unask(body: Body, shelf: Shelf, raw: Raw) -> Drawn:
    entry = shelf.by_ref[body.ref]
    file = shelf.file(entry.ref)
    patch = rewrites.remove_phrasing(file, _have(raw, file), entry.id, body.phrase)
    return Drawn((patch,), (f"- 问法：{body.phrase}",), _place(shelf, entry.ref), "")


def _remove(body: Body, shelf: Shelf, raw: Raw) -> Drawn:
    entry = shelf.by_ref[body.ref]
    file = shelf.file(entry.ref)
    patch = rewrites.remove_section(file, _have(raw, file), entry.id)
    lines = (f"- 这一节：{entry.title}（{len(entry.asks)} 句问法）", f"- 回答：{entry.answer}")
    return Drawn((patch,), lines, _place(shelf, entry.ref), "")


def _answer(body: Body, shelf: Shelf, raw: Raw) -> Drawn:
    return _rewritten(body, shelf, raw, "answer", body.answer)


def _title(body: Body, shelf: Shelf, raw: Raw) -> Drawn:
    return _rewritten(body, shelf, raw, "title", body.title)


def _until(body: Body, shelf: Shelf, raw: Raw) -> Drawn:
    return _rewritten(body, shelf, raw, "valid_to", "" if body.until == "-" else body.until)


def _rewritten(body: Body, shelf: Shelf, raw: Raw, key: str, text: str) -> Drawn:
    entry = shelf.by_ref[body.ref]
    file = shelf.file(entry.ref)
    old = str(getattr(entry, key) or "一直有效")
    if old == (text or "一直有效"):
        raise Refused("和现在写的一样，不用改。")
    patch = rewrites.change(file, _have(raw, file), entry.id, key, text)
    lines = (f"- 原来：{old}", f"+ 改成：{text or '一直有效'}")
    return Drawn((patch,), lines, _place(shelf, entry.ref), entry.ref)


def _place(shelf: Shelf, ref: str) -> str:
    return f"{shelf.where(ref)}，“{shelf.named(ref)}”"


def _section(body: Body, shelf: Shelf, raw: Raw) -> Drawn:
    if body.topic == "+":
        return _new_topic(body, shelf, raw)
    topic = shelf.library.topics[body.topic]
    file = shelf.file(topic.id)
    taken = {section.id for section in topic.sections} | {event.id for event in topic.events}
    name = slug(body.title.rpartition("：")[2], taken)
    _free(body, shelf)
    fields = {"id": name, "title": body.title, "ask": [body.wording], "answer": body.answer}
    patch = patches.add_section(file, _have(raw, file), fields)
    lines = (f"+ 标题：{body.title}", f"+ 问法：{body.wording}", f"+ 回答：{body.answer}")
    notes = (f"出处随主题：{_sources(shelf, topic.id)}",)
    where = f"{file}，主题“{topic.title}”的最后"
    return Drawn((patch,), lines, where, f"{topic.id}/{name}", notes)


def _free(body: Body, shelf: Shelf) -> None:
    """Nobody may have the phrasing already: the desk could not tell whose it is."""
    for holder in shelf.holding(body.wording):
        raise Refused(
            f"这句问法已经写在“{shelf.named(holder.ref)}”（{shelf.where(holder.ref)}）里。"
            "按“改一改”换句问法；或取消，用“改答案”改那一节。"
        )


def _sources(shelf: Shelf, topic: str) -> str:
    titles = (one.title for one in shelf.library.sources_of(shelf.library.topics[topic]))
    return "".join(f"《{title}》" for title in titles)


def _new_topic(body: Body, shelf: Shelf, raw: Raw) -> Drawn:
    _free(body, shelf)
    library = shelf.library
    made: list[Patch] = []
    source, told = body.source, ""
    if source == "+":
        source = slug(body.source_title, library.sources)
        fields = {"id": source, "title": body.source_title, "dated": body.dated or UNKNOWN}
        made.append(rewrites.add_source(SOURCES, _have(raw, SOURCES), fields))
        told = f"《{body.source_title}》（{body.dated}），新登记在 {SOURCES}"
    else:
        told = f"《{library.sources[source].title}》"
    names = {file for file, _ in library.places.values()}
    name = slug(body.title, library.topics)
    file = f"{body.kind}/{name}.yaml"
    if file in names or raw(file) is not None:
        raise Refused(f"已经有 {file} 这个文件了。按“改一改”换个标题。")
    place = read_place(body.place) if body.place != "-" else None
    levels = place.model_dump(exclude_none=True) if place is not None else {}
    general = f"介绍一下{body.title}"
    asks = [body.wording] if shelf.holding(general) else [body.wording, general[:80]]
    made.append(
        rewrites.new_topic(
            file,
            {
                "id": name,
                "title": body.title,
                "place": levels,
                "source": source,
                "ask": asks,
                "answer": body.answer,
            },
        )
    )
    lines = (
        f"+ 主题：{body.title}（{str(place) if place else '不限地方'}）",
        f"+ 问法：{'；'.join(asks)}",
        f"+ 回答：{body.answer}",
        f"+ 出处：{told}",
    )
    return Drawn(tuple(made), lines, f"{file}（新文件）", f"{name}/{OVERVIEW}")


CAUGHT_SHOWN = 3


def _not_covered(body: Body, shelf: Shelf, raw: Raw) -> Drawn:
    topic = where_of(body, shelf)
    file = GUARDS if topic == "+" else shelf.file(topic)
    before = raw(file) if topic == "+" else _have(raw, file)
    say = say_of(body)
    patch = patches.add_not_covered(file, before, body.words, say)
    lines = (f"+ 问到：{'、'.join(body.words)}", f"+ 就答：{say}")
    place = "对所有主题管用" if topic == "+" else f"主题“{shelf.library.topics[topic].title}”"
    return Drawn((patch,), lines, f"{file}，{place}", "", _caught(body, shelf, topic))


def say_of(body: Body) -> str:
    """What is answered to what the files do not say."""
    return body.say or f"资料里没有写“{'、'.join(body.words)}”。可以问本支部书记或管理员。"


def where_of(body: Body, shelf: Shelf) -> str:
    """The topic whose guard it is: the one that the question names, else all."""
    if body.where:
        return body.where
    topic = shelf.about(body.question)
    return topic.id if topic is not None else "+"


def _caught(body: Body, shelf: Shelf, topic: str) -> tuple[str, ...]:
    caught = shelf.caught(body.words, topic)
    if not caught:
        return ()
    shown = "、".join(f"“{ask}”" for ask in caught[:CAUGHT_SHOWN])
    return (f"资料里有 {len(caught)} 句问法也带这些词，以后会被拦住：{shown}。词可以写长一点。",)


def _ambiguous(body: Body, shelf: Shelf, raw: Raw) -> Drawn:
    topics = {ref.partition("/")[0] for ref in body.choices}
    topic = topics.pop() if len(topics) == 1 else "+"
    file = GUARDS if topic == "+" else shelf.file(topic)
    before = raw(file) if topic == "+" else _have(raw, file)
    patch = patches.add_ambiguous(file, before, body.words, body.choices)
    names = "；".join(shelf.named(ref) for ref in body.choices)
    lines = (f"+ 问到：{'、'.join(body.words)}", f"+ 就让人选：{names}")
    place = "对所有主题管用" if topic == "+" else f"主题“{shelf.library.topics[topic].title}”"
    return Drawn((patch,), lines, f"{file}，{place}", "", _caught(body, shelf, topic))


_DRAW: dict[Act, Callable[[Body, Shelf, Raw], Drawn]] = {
    Act.PHRASING: _phrasing,
    Act.SECTION: _section,
    Act.NOT_COVERED: _not_covered,
    Act.AMBIGUOUS: _ambiguous,
    Act.ANSWER: _answer,
    Act.TITLE: _title,
    Act.UNTIL: _until,
    Act.UNASK: _unask,
    Act.REMOVE: _remove,
}
