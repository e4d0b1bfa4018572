"""Ranking: each ingredient does its part, and all agrees with plain sums over dictionaries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching import reading
from bot.matching.index import Document, Index, build
from bot.matching.match import PARTS, WEIGHTS, Candidate, rank
from bot.matching.terms import units
from bot.text.normalise import normalise
from tests.matching.plain import Plain


def ask(
    index: Index, question: str, added: Sequence[float] | None = None, limit: int = 8
) -> list[Candidate]:
    plain = normalise(question)
    bonus = None if added is None else np.array(added, np.float32)
    return rank(index, plain, units(plain), bonus, limit=limit)


def one_each(*asks: str) -> Index:
    return build([Document(ask, ask, (ask,)) for ask in asks])


def ahead(index: Index, question: str, part: str = "profile") -> str:
    """The document whose part of the score is strictly the largest."""
    values = {index.documents[c.number].ref: c.parts[part] for c in ask(index, question)}
    first, *rest = sorted(values, key=values.__getitem__, reverse=True)
    assert not rest or values[first] > values[rest[0]] + 1e-3, values
    return first


def test_sounds() -> None:
    index = one_each("夜校", "驿站")
    assert not set("一战") & set("驿站")
    assert ahead(index, "一战") == "驿站"
    assert ahead(index, "yizhan") == "驿站"
    assert ahead(index, "yizan") == "驿站"


@pytest.mark.parametrize(
    ("question", "wanted"), [("站红", "站水"), ("红站", "水站")], ids=["begin", "end"]
)
def test_neighbours_tell_how_a_text_begins_and_ends(question: str, wanted: str) -> None:
    assert ahead(one_each("水站", "站水"), question) == wanted


def test_neighbours_tell_the_order() -> None:
    assert ahead(one_each("红水站电", "红站水电"), "有站水吗") == "红站水电"


def test_pairs_in_no_order_tell_what_stands_together() -> None:
    index = build(
        [Document("apart", "a", ("站水", "校话")), Document("joined", "b", ("站话", "校水"))]
    )
    assert ahead(index, "话的站") == "joined"


def test_words_in_another_order_are_found() -> None:
    assert (
        ahead(one_each("驿站电话多少", "多少人上夜校", "站里有水吗"), "多少电话驿站")
        == "驿站电话多少"
    )


def test_the_length_of_a_question_tells_a_little() -> None:
    long, short = "铁锹水桶到哪里去领", "驿站"
    index = one_each(short, long)
    assert ahead(index, "王好先生农民合影") == long
    assert [c.parts["coverage"] for c in ask(index, "王好先生农民合影")] == [0.0]


def test_concepts() -> None:
    rows = [Document("tools", "t", ("铁锹",)), Document("water", "w", ("水桶",))]
    assert ahead(build(rows, [("铁锹", "锄头")]), "锄头") == "tools"
    plain = {c.parts["profile"] for c in ask(build(rows), "锄头")}
    assert len(plain) == 1, "without the thesaurus both are equally far"


def test_the_nearest_phrasing_is_named() -> None:
    index = build([Document("a", "a", ("驿站有几处", "驿站几点开门", "谁管驿站"))])
    found = ask(index, "驿站几点开门呀")[0]
    assert found.nearest == "驿站几点开门"
    assert 0.7 < found.parts["phrasing"] < 1
    assert found.parts["letters"] > 0.8
    exact = ask(index, "谁管 驿站？")[0]
    assert exact.nearest == "谁管驿站"
    assert exact.parts["phrasing"] == pytest.approx(1)
    assert exact.parts["letters"] == 1


def test_nothing_asked_or_nothing_in_common() -> None:
    index = one_each("红色驿站")
    assert ask(index, "") == ask(index, "？？") == ask(index, "夜校") == []


def test_the_best_come_first_and_no_more_than_wanted() -> None:
    index = one_each(*("驿站" + char for char in "甲乙丙丁戊己庚辛"))
    found = ask(index, "驿站丙", limit=5)
    assert len(found) == 5
    assert index.documents[found[0].number].ref == "驿站丙"
    scores = [(-c.score, c.number) for c in found]
    assert scores == sorted(scores)


def test_a_bonus_alone_brings_a_document_in() -> None:
    index = one_each("红色驿站", "铁锹水桶到哪里领")
    found = ask(index, "驿站在", [-1.0, 5.0])
    assert [c.number for c in found] == [1, 0]
    assert found[0].nearest == ""
    assert found[0].parts["bonus"] == 5.0
    assert found[0].content == pytest.approx(found[0].score - WEIGHTS["bonus"] * 5.0)
    assert [c.number for c in ask(index, "驿站在", [0.0, -1.0])] == [0]


def test_the_score_is_the_weighted_sum() -> None:
    index = build([Document("a/x", "a", ("红色驿站有几处", "几处"), "十二处")])
    candidate = ask(index, "红色驿站有几处", [0.25])[0]
    assert list(candidate.parts) == list(PARTS) == list(WEIGHTS)
    total = sum(WEIGHTS[name] * value for name, value in candidate.parts.items())
    assert candidate.score == pytest.approx(total)
    assert candidate.parts["phrasing"] == pytest.approx(1.0)
    assert candidate.nearest == "红色驿站有几处"
    assert candidate.content == pytest.approx(total - 0.25 * WEIGHTS["bonus"])


def many() -> Index:
    rows = [Document(f"t{n}", "t", ("的驿站", "的的")) for n in range(30)]
    return build([*rows, Document("rare", "r", ("稀的",))])


def test_a_cap_on_postings_keeps_the_rarest(monkeypatch: pytest.MonkeyPatch) -> None:
    index = many()
    assert len(ask(index, "稀的", limit=99)) == 31
    monkeypatch.setattr(reading, "POSTINGS_MAX", 1)
    assert [index.documents[c.number].ref for c in ask(index, "稀的", limit=99)] == ["rare"]
    assert ask(index, "的") != []


def test_terms_that_stand_everywhere_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    index = many()
    monkeypatch.setattr(reading, "COMMON_MIN", 0)
    assert [index.documents[c.number].ref for c in ask(index, "稀的", limit=99)] == ["rare"]
    rest = one_each("驿站", "驿站")
    assert len(ask(rest, "驿站")) == 2, "unless there are no others"


WORDS = st.text("红驿一站校 ", max_size=7)
DOCUMENTS = st.lists(
    st.builds(
        Document,
        ref=st.uuids().map(str),
        group=st.just(""),
        asks=st.lists(WORDS, max_size=2).map(tuple),
        body=WORDS,
        names=st.lists(WORDS, max_size=2).map(tuple),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=150)
@given(DOCUMENTS, WORDS)
def test_all_sums_agree_with_plain_ones(documents: list[Document], question: str) -> None:
    index = build(documents)
    found = {c.number: c.parts for c in ask(index, question, limit=99)}
    wanted = Plain(documents).parts(question)
    assert found.keys() == wanted.keys()
    for number, parts in wanted.items():
        for name, value in parts.items():
            assert found[number][name] == pytest.approx(value, abs=1e-4), (number, name)


@settings(max_examples=50)
@given(DOCUMENTS, st.lists(WORDS, max_size=4))
def test_a_question_leaves_no_trace(documents: list[Document], questions: list[str]) -> None:
    """The scratch row of an index is shared: one thread at a time, and clean in between."""
    index = build(documents)
    first = [ask(index, question) for question in questions]
    assert not index.scratch.any()
    assert [ask(index, question) for question in questions] == first
