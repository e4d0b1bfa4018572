"""The table of word vectors, and texts by meaning."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from bot.matching.index import Document, Index, build
from bot.matching.match import rank
from bot.matching.meanings import (
    FILE,
    WORD_CHARS_MAX,
    Meanings,
    meanings,
    unit,
    without,
)
from bot.matching.terms import units

NUMBERS = 64
WORDS_MIN = 19_000


def likeness(one: str, two: str) -> float:
    return float(meanings().of(one) @ meanings().of(two))


def test_the_shipped_table() -> None:
    with np.load(FILE, allow_pickle=False) as table:
        assert sorted(table.files) == ["shares", "vectors", "words"]
        words = bytes(table["words"]).decode().split("\n")
        shares, vectors = table["shares"], table["vectors"]
    assert len(words) == len(set(words)) == len(shares) == len(vectors) >= WORDS_MIN
    assert (vectors.shape[1], vectors.dtype, shares.dtype) == (NUMBERS, np.int8, np.float32)
    assert all(1 <= len(word) <= WORD_CHARS_MAX for word in words if "\u4e00" <= word <= "\u9fff")
    assert shares.min() > 0
    assert shares.max() < 0.1
    lengths = np.sqrt((vectors.astype(float) ** 2).sum(axis=1)) / 127
    assert_allclose(lengths, 1, atol=0.05)
    assert FILE.stat().st_size < 2_000_000


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("开会", "会议", "西瓜"),
        ("医院", "看病", "铁路"),
        ("学习", "教育", "水桶"),
        ("微信", "手机", "土豆"),
        ("母亲", "妈妈", "公路"),
        ("种树", "森林", "会计"),
    ],
)
def test_known_neighbours(word: str, near: str, far: str) -> None:
    assert likeness(word, near) > likeness(word, far) + 0.1


def test_the_longest_word_is_taken() -> None:
    vectors = np.eye(4, dtype=np.float32)
    words = {"会": 0, "开": 1, "开会": 2, "会开": 3}
    table = Meanings(words, np.eye(4, dtype=np.int8), np.ones(4, np.float32))
    assert table.size == 4
    assert_allclose(table.of("开会"), vectors[2])
    assert_allclose(table.of("开会开"), (vectors[2] + vectors[1]) / 2**0.5)
    assert_allclose(table.of("某开会某"), vectors[2])


def test_rare_words_and_long_ones_count_more() -> None:
    table = meanings()
    number = table.numbers
    size = np.sqrt((table.vectors(range(len(number))) ** 2).sum(axis=1))
    assert size[number["驿"]] > 4 * size[number["的"]]
    assert size[number["开会"]] > size[number["会"]]


@given(st.text("开会学习某〇zx 。", max_size=12))
def test_a_vector_has_length_one_or_none(text: str) -> None:
    length = float(np.linalg.norm(meanings().of(text)))
    assert length == 0 or length == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", ["", " ", "zxq", "\u3400", "？！"])
def test_nothing_known_is_no_meaning(text: str) -> None:
    assert not meanings().of(text).any()


def test_an_unknown_word_costs_nothing() -> None:
    assert_allclose(meanings().of("在线\u3400学习qzx"), meanings().of("在线学习"))


def test_zeros_stay_zeros() -> None:
    zero = np.zeros(3, np.float32)
    assert not unit(np.zeros((2, 3), np.float32)).any()
    assert not without(zero, np.ones(3, np.float32)).any()
    assert_allclose(without(np.ones(3, np.float32), np.ones(3, np.float32)), zero)


ROWS = [
    Document("tools", "tools", ("铁锹水桶",)),
    Document("school", "school", ("在线学习",)),
    Document("doctor", "doctor", ("免费体检",)),
]
OTHER_WORDS = [("上网听课", "school"), ("医生看病", "doctor"), ("锄头镰刀", "tools")]


@pytest.fixture(scope="module")
def index() -> Index:
    return build(ROWS)


@pytest.mark.parametrize(("question", "ref"), OTHER_WORDS)
def test_other_words_of_the_same_meaning_are_found(index: Index, question: str, ref: str) -> None:
    asks = [ask for row in ROWS if row.ref == ref for ask in row.asks]
    assert not set(question) & set("".join(asks))
    found = rank(index, question, units(question))
    assert index.documents[found[0].number].ref == ref
    assert found[0].parts["coverage"] == 0
    assert found[0].parts["meaning"] > max(c.parts["meaning"] for c in found[1:])


def test_questions_without_known_words_have_no_meaning(index: Index) -> None:
    found = rank(index, "\u3400\u3401\u3402\u3403", units("\u3400\u3401\u3402\u3403"))
    assert [c.parts["meaning"] for c in found] == [0.0] * len(found)


def test_entries_without_known_words_have_no_meaning() -> None:
    built = build([Document("x", "x", ("ppt",)), Document("y", "y", ("wwwxyz",))])
    assert np.isfinite(built.meaning).all()
    assert not built.meaning.any()
    assert rank(built, "ppt", units("ppt"))[0].number == 0


def test_what_all_phrasings_share_tells_nothing(index: Index) -> None:
    assert not index.meaning_of("zxq").any()
    alone = build([Document("x", "x", ("在线学习",))])
    assert not alone.meaning.any()


@given(
    st.lists(st.text(alphabet="学习教育红色代办在哪里 a1\n开会网上课𠀀", max_size=12), max_size=6)
)
def test_many_texts_mean_what_each_means_alone(texts: list[str]) -> None:
    plain = [text.replace("\n", "") for text in texts]
    wanted = np.array([meanings().of(text) for text in plain]).reshape(-1, NUMBERS)
    assert_allclose(meanings().of_many(plain), wanted, atol=1e-5)
