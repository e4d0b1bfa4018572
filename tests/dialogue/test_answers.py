"""The words of a reply: what was asked, what is related, where it comes from."""

from __future__ import annotations

import pytest

from bot.dialogue.answers import REPLY_CHARS_MAX, Wording, source_line
from bot.knowledge.library import Library
from bot.knowledge.schema import Source
from bot.matching.decide import Matcher
from tests.matching.small import small_library

LIBRARY = small_library()
REFS = Matcher(LIBRARY).by_ref


def reply(ref: str, *ranked: str, home: tuple[str, ...] = ()) -> str:
    return Wording(LIBRARY).reply(REFS[ref], ranked, home)


def test_the_asked_comes_first_and_the_source_last() -> None:
    text = reply("zhishu/renshu")
    assert text.startswith("260 名党员、40 名志愿者")
    assert text.endswith("出处：《湖边种下五千棵树》（2020年3月） · 南川柳溪石桥")


def test_related_sections_come_in_the_order_of_their_fit() -> None:
    text = reply("zhishu/renshu", "zhishu/gongju", "yexiao/kecheng", "zhishu/mingci")
    related = [line for line in text.splitlines() if line.startswith("· ")]
    assert related[0].startswith("· 工具到哪里领：")
    assert related[1].startswith("· 名次：")
    assert len(related) == 2
    assert "夜校" not in text


def test_a_topic_without_sections_has_nothing_related() -> None:
    text = reply("theme-yizhan/overview")
    assert "相关" not in text
    assert text.endswith("出处：《湖边种下五千棵树》（2020年3月）《夜校的灯亮了》（时间未载）")


def test_at_most_three_are_related_and_all_fits() -> None:
    topic = LIBRARY.topics["zhishu"]
    first = topic.sections[0]
    long = first.model_copy(update={"answer": "讲得很长的一句话。" * 30})
    short = [first.model_copy(update={"id": f"s{n}", "answer": f"第{n}句。"}) for n in range(6)]
    for sections, count in (([long, *short], 3), ([long, long.model_copy(update={"id": "b"})], 1)):
        odd = topic.model_copy(update={"sections": sections})
        library = Library({"zhishu": odd}, LIBRARY.kinds, LIBRARY.sources)
        entry = next(e for e in library.entries() if e.id == "renshu")
        text = Wording(library).reply(entry, ())
        assert len(text) <= REPLY_CHARS_MAX
        assert text.count("\n· ") == count
        assert "出处" in text


def test_what_does_not_fit_is_left_out_at_a_sentence() -> None:
    topic = LIBRARY.topics["zhishu"]
    first = topic.sections[0]
    long = first.model_copy(update={"answer": "字" * 310})
    other = first.model_copy(update={"id": "other", "answer": "甲" * 100 + "。" + "乙" * 200})
    endless = first.model_copy(update={"id": "endless", "answer": "丙" * 319})
    odd = topic.model_copy(update={"sections": [long, endless, other]})
    library = Library({"zhishu": odd}, LIBRARY.kinds, LIBRARY.sources)
    entry = next(e for e in library.entries() if e.id == "renshu")
    text = Wording(library).reply(entry, ())
    assert "甲。" in text
    assert "乙" not in text
    assert "丙" not in text
    assert len(text) <= REPLY_CHARS_MAX


@pytest.mark.parametrize(
    ("ref", "home", "said"),
    [
        ("zhishu/renshu", (), False),
        ("zhishu/renshu", ("南川省", "白沙市", "柳溪县"), False),
        ("zhishu/renshu", ("北原省", "黑水市", "松岭区"), True),
        ("theme-yizhan/overview", ("北原省", "黑水市", "松岭区"), False),
    ],
)
def test_another_places_answer_says_whose_it_is(
    ref: str, home: tuple[str, ...], said: bool
) -> None:
    text = reply(ref, home=home)
    assert ("不是本地" in text) == said
    assert ("南川省白沙市柳溪县石桥镇" in text) == said


def test_many_sources_are_named_in_short() -> None:
    more = {
        f"s{n}": Source(id=f"s{n}", title=f"第{n}篇文章的很长很长的题目", dated="未定", place=place)
        for n, place in ((3, "柳溪县"), (4, "松岭区"), (5, None))
    }
    topic = LIBRARY.topics["theme-yizhan"].model_copy(update={"source": ["s3", "s4", "s5"]})
    library = Library({topic.id: topic}, LIBRARY.kinds, more)
    line = source_line(library, next(library.entries()))
    assert line == "出处：《柳溪县》《松岭区》《第5篇文章的很长很长的题》"
