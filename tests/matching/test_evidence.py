"""What speaks for or against entries: for all of them at once, and by name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.decide import Carried, Context, Matcher
from bot.matching.evidence import BONUS, Additions, content_pairs, is_function_word
from bot.matching.terms import neighbour_codes, units
from bot.text.normalise import normalise
from tests.matching.small import LIUXI, SONGLING, small_library

MATCHER = Matcher(small_library())
HOMES = ((), ("南川省",), tuple(LIUXI.values()), tuple(SONGLING.values()), ("西边省",))
WORDS = (
    "驿站",
    "柳溪县",
    "松岭",
    "韩雪梅",
    "环湖植树",
    "多少钱",
    "我们",
    "各地",
    "那",
    "3月12日",
    "课",
)


def additions(question: str, context: Context) -> Additions:
    text = normalise(question)
    mentions = MATCHER.names.find(units(text), text.replace(" ", ""))
    return MATCHER.evidence.additions(mentions, context, text)


def named(question: str, ref: str, context: Context | None = None) -> dict[str, float]:
    return additions(question, context or Context()).named(MATCHER.index.numbers[ref])


@given(
    st.lists(st.sampled_from(WORDS), max_size=4).map("".join),
    st.sampled_from(HOMES),
    st.lists(st.sampled_from(["zhishu", "yexiao", "theme-yizhan", "gone"]), max_size=2),
    st.sampled_from(["", "yexiao/kecheng", "gone/x"]),
    st.booleans(),
)
def test_the_named_parts_sum_up_to_the_total(
    question: str, home: tuple[str, ...], topics: list[str], entry: str, dated: bool
) -> None:
    carried = Carried(tuple(topics), entry) if topics else None
    days = frozenset({(3, 12), (2, 30)} if dated else ())
    found = additions(question, Context(home, carried, days))
    total = found.total()
    assert total.shape == (len(MATCHER.entries),)
    for number in range(len(total)):
        parts = found.named(number)
        assert all(parts.values())
        assert sum(parts.values()) == pytest.approx(total[number], abs=1e-5)
        assert parts.keys() <= BONUS.keys()


OVERVIEW = {"overview": pytest.approx(-0.03)}
"""In each overview: a section that fits nearly as well is what was asked."""


def test_nothing_named_adds_nothing_but_to_themes() -> None:
    assert named("种了什么", "zhishu/renshu") == {}
    assert named("种了什么", "theme-yizhan/overview") == {"theme": pytest.approx(-0.12)} | OVERVIEW
    assert named("各地种了什么", "theme-yizhan/overview") == OVERVIEW
    assert Additions((), (), np.zeros(2, np.int32)).total().tolist() == [0.0, 0.0]


def test_places() -> None:
    for ref, part in (("liuxi-zhan/fuwu", "place"), ("songling-zhan/guanhu", "other place")):
        assert named("柳溪县的驿站", ref) == {part: pytest.approx(BONUS[part])}
    both = additions("柳溪和松岭的驿站", Context())
    assert all("other place" not in both.named(number) for number in range(len(MATCHER.entries)))


def test_the_chats_own_place() -> None:
    home = Context(home=tuple(SONGLING.values()))
    assert named("驿站", "songling-zhan/guanhu", home) == {"home": pytest.approx(BONUS["home"])}
    assert named("驿站", "liuxi-zhan/fuwu", home).keys() <= {"theme"}
    assert "place" in named("我们这里的驿站", "songling-zhan/guanhu", home)
    assert "home" not in named("柳溪的驿站", "songling-zhan/guanhu", home)


def test_topics_and_their_neighbours() -> None:
    own = named("环湖植树", "zhishu/renshu")["topic"]
    near = named("环湖植树", "liuxi-zhan/fuwu")["neighbour"]
    assert own > near > 0
    assert "neighbour" not in named("环湖植树", "zhishu/renshu")
    assert named("环湖植树", "yexiao/kecheng").keys() == {"other owner"}


def test_people() -> None:
    assert {"person", "person's topic"} <= named("韩雪梅", "yexiao/xiaozhang").keys()
    assert {"other person", "person's topic"} <= named("韩雪梅", "yexiao/kecheng").keys()
    assert "person's topic" not in named("韩雪梅", "zhishu/renshu")


def test_the_last_exchange() -> None:
    context = Context(carried=Carried(("zhishu",), "zhishu/renshu"))
    assert named("那天呢", "zhishu/renshu", context).keys() == {"carried", "carried entry"}
    assert named("那天呢", "liuxi-zhan/fuwu", context).keys() == {"carried place"}
    short = named("那天呢", "yexiao/kecheng", context)["not carried"]
    long = named("那天呢后来又怎么样了呢大家", "yexiao/kecheng", context)["not carried"]
    assert short == pytest.approx(2 * long)
    assert "carried" not in named("松岭呢", "zhishu/renshu", context)


def test_days_and_kinds_of_things() -> None:
    day = Context(days=frozenset({(3, 12)}))
    assert named("那天", "zhishu/renshu", day) == {"date": pytest.approx(BONUS["date"])}
    assert "date" not in named("那天", "yexiao/kecheng", day)
    assert "facet" in named("多少钱", "yexiao/kecheng")
    assert "facet" not in named("多少钱", "yexiao/jingfei")


def test_function_words_and_content_pairs() -> None:
    assert is_function_word("哪几家")
    assert not is_function_word("驿站")
    assert content_pairs(units("驿站有水桶")) == [
        neighbour_codes(*units("驿站")),
        neighbour_codes(*units("水桶")),
    ]
    assert content_pairs(units("站")) == []
