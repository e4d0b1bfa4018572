"""The steps at which words are typed; what is wrong with them is said at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.features.editing.drawing import say_of
from bot.features.editing.model import Act, Body
from bot.features.editing.shelf import Shelf, clipped
from bot.features.editing.steps import Option, Step
from bot.knowledge.limits import plain, read_place, room, slip
from bot.knowledge.schema import UNKNOWN

_WORDS_MAX = 12
_ENDS = "？?。.！!，,吗呢吧啊 "
_TITLE_CHARS = 20


class Typed(Step):
    """Takes words of one kind."""

    kind = "line"

    def said(self, body: Body, text: str, shelf: Shelf) -> Body | str:
        """Take them if they fit."""
        del shelf
        text = plain(text)
        return slip(self.kind, text) or body.put(self.name, text)


class Wording(Typed):
    """How the question is written down as a phrasing."""

    name, short, kind = "wording", "改问法", "phrase"
    acts = frozenset({Act.PHRASING, Act.SECTION})

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        del shelf
        most = room("phrase")[1]
        asked = f"问的是：“{clipped(body.question, 120)}”。\n" if body.question else ""
        return f"{asked}群众会怎么问？打成一句话发来，像嘴里说的，不超过 {most} 个字。"

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """The question as it was asked."""
        del shelf
        fits = body.question and not slip("phrase", plain(body.question))
        return [Option("asked", clipped(f"就用“{plain(body.question)}”"))] if fits else []

    def chosen(self, body: Body, key: str, shelf: Shelf) -> Body | None:
        """Take the question."""
        del key, shelf
        return replace(body, wording=plain(body.question))


class Title(Typed):
    """What an entry is called on buttons."""

    name, short = "title", "改标题"
    acts = frozenset({Act.SECTION, Act.TITLE})

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        if body.act == Act.TITLE:
            return (
                f"现在的标题：{_part(body, shelf)}\n\n新标题叫什么？最好不超过 20 个字，直接发来。"
            )
        what = "新主题" if body.topic == "+" else "这一条"
        return f"{what}叫什么？按钮上要显示，最好不超过 20 个字，如“鱼台代办：到哪里办”。"

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """The question without its ending."""
        del shelf
        bare = _bare(body)
        fits = body.act == Act.SECTION and bare
        return [Option("asked", clipped(f"就叫“{bare}”"))] if fits else []

    def chosen(self, body: Body, key: str, shelf: Shelf) -> Body | None:
        """Take the question."""
        del key, shelf
        return replace(body, title=_bare(body))


def _bare(body: Body) -> str:
    bare = plain(body.question).strip(_ENDS)
    return bare if len(bare) <= _TITLE_CHARS else ""


def _part(body: Body, shelf: Shelf) -> str:
    entry = shelf.by_ref.get(body.ref)
    return entry.title if entry is not None else "（已经不在了）"


class AnswerText(Typed):
    """The answer."""

    name, short, kind = "answer", "改回答", "answer"
    acts = frozenset({Act.SECTION, Act.ANSWER})

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        fewest, most = room("answer")
        form = f"60 到 160 个字最好，{fewest} 到 {most} 个字都行；先答所问，数字姓名写全。"
        if body.act == Act.SECTION:
            return f"怎么回答？直接发来。{form}"
        entry = shelf.by_ref.get(body.ref)
        now = entry.answer if entry is not None else "（已经不在了）"
        return f"“{shelf.named(body.ref)}”现在的回答：\n\n{now}\n\n把新的回答整段发来。{form}"


class PlaceText(Typed):
    """Where a new topic holds."""

    name, short = "place", "改地方"
    acts = frozenset({Act.SECTION})

    def needed(self, body: Body) -> bool:
        """A section has the place of its topic."""
        return super().needed(body) and body.topic == "+"

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        del body, shelf
        return (
            "这是哪里的事？把地名从大到小发来，如“山东省济宁市鱼台县”；哪里都管用就按“不限地方”。"
        )

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """Nowhere in particular, and the places of near topics."""
        near = dict.fromkeys(str(topic.place) for topic in shelf.topics(body.near) if topic.place)
        return [Option("-", "不限地方"), *(Option(name, name) for name in near)]

    def said(self, body: Body, text: str, shelf: Shelf) -> Body | str:
        """Take it if it can be cut into levels."""
        del shelf
        text = "".join(plain(text).split())
        if read_place(text) is None:
            return "看不懂这个地名。从大到小写全，如“山东省济宁市鱼台县”，或按“不限地方”。"
        return replace(body, place=text)


class SourceTitle(Typed):
    """The title of a source that is not registered yet."""

    name, short = "source_title", "改出处"
    acts = frozenset({Act.SECTION})

    def needed(self, body: Body) -> bool:
        """Only of a new source."""
        return super().needed(body) and body.topic == "+" and body.source == "+"

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        del body, shelf
        return "新出处的标题是什么？照文章或文件的标题发来，不用书名号。"

    def said(self, body: Body, text: str, shelf: Shelf) -> Body | str:
        """Take it without its brackets."""
        return super().said(body, text.strip().strip("《》"), shelf)


class Dated(Typed):
    """When a new source is from."""

    name, short, kind = "dated", "改时间", "when"
    acts = frozenset({Act.SECTION})

    def needed(self, body: Body) -> bool:
        """Only of a new source."""
        return super().needed(body) and body.topic == "+" and body.source == "+"

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        del body, shelf
        return "文中写明的时间是什么？如“2026年7月”。看不出就按“未定”，不要猜。"

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """Not known."""
        del body, shelf
        return [Option(UNKNOWN, UNKNOWN)]


class GuardWords(Step):
    """The words that tell what is being asked."""

    name, short = "words", "改词"
    acts = frozenset({Act.NOT_COVERED, Act.AMBIGUOUS})

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        del shelf
        asked = f"问的是：“{clipped(body.question, 120)}”。\n" if body.question else ""
        what = "资料里没有的事" if body.act == Act.NOT_COVERED else "这个有几种意思的词"
        return (
            f"{asked}哪几个词一出现，就说明在问{what}？发来，几个词用顿号隔开，如“收费、多少钱”。\n"
            "词太短会误拦别的问题；拿不准就按“就用整句”。"
        )

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """The whole question."""
        del shelf
        whole = plain(body.question).strip(_ENDS)
        return [Option("asked", "就用整句")] if whole and not slip("word", whole) else []

    def chosen(self, body: Body, key: str, shelf: Shelf) -> Body | None:
        """Take the whole question."""
        del key, shelf
        return replace(body, words=(plain(body.question).strip(_ENDS),))

    def said(self, body: Body, text: str, shelf: Shelf) -> Body | str:
        """Take the words if they fit."""
        del shelf
        words = tuple(dict.fromkeys(filter(None, re.split(r"[、，,;；\s]+", plain(text)))))
        if not words or len(words) > _WORDS_MAX:
            return f"要 1 到 {_WORDS_MAX} 个词，用顿号隔开。"
        wrong = next((f"“{w[:20]}”{slip('word', w)}" for w in words if slip("word", w)), "")
        return wrong or replace(body, words=words)


class Say(Typed):
    """What is answered to what the files do not say; asked for only on wish."""

    name, short, kind = "say", "改回话", "answer"
    acts = frozenset({Act.NOT_COVERED})

    def done(self, body: Body) -> bool:
        """It has a default."""
        return body.step != self.name or bool(body.say)

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        del shelf
        return f"现在这样回话：\n\n{say_of(body)}\n\n想怎么回？整句发来，说明没有哪一条、可以问谁。"


class Until(Typed):
    """The last day on which an answer holds."""

    name, short = "until", "改日期"
    acts = frozenset({Act.UNTIL})
    _day = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        return (
            f"“{shelf.named(body.ref)}”到哪天为止有效（含当天）？发日期，如 2026-12-31。"
            "过了这天，回答会注明“截至”。"
        )

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """For ever, if it is not for ever now."""
        entry = shelf.by_ref.get(body.ref)
        return [Option("-", "改成一直有效")] if entry is not None and entry.valid_to else []

    def said(self, body: Body, text: str, shelf: Shelf) -> Body | str:
        """Take a day."""
        del shelf
        found = self._day.fullmatch(plain(text))
        try:
            return replace(body, until=str(date(*map(int, found.groups())))) if found else _NO_DAY
        except ValueError:
            return _NO_DAY


_NO_DAY = "看不懂这个日期。写成 2026-12-31 或 2026年12月31日，要有年月日。"
TYPED: tuple[Step, ...] = (
    Wording(),
    Title(),
    AnswerText(),
    PlaceText(),
    SourceTitle(),
    Dated(),
    GuardWords(),
    Say(),
    Until(),
)
