"""The index: what it counts, how telling each term is, and knowledge of odd sizes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bot.matching.index import Document, Index, build
from bot.matching.match import rank
from bot.matching.terms import LENGTH, PAIR, Codes, families, gram_list, pair_codes, units
from bot.text.normalise import normalise


def best(index: Index, question: str) -> list[str]:
    plain = normalise(question)
    return [index.documents[c.number].ref for c in rank(index, plain, units(plain))]


def weights(index: Index, codes: list[int] | Codes) -> list[float]:
    at, known = index.vocabulary.find(np.array(codes, np.uint64))
    assert known.all()
    return [float(index.vocabulary.weights[place]) for place in at]


def held(index: Index, codes: list[int]) -> list[set[int]]:
    """The documents that each term stands in."""
    at, known = index.vocabulary.find(np.array(codes, np.uint64))
    assert known.all()
    starts, columns = index.postings.starts, index.postings.columns
    return [set(columns[starts[place] : starts[place + 1]].tolist()) for place in at]


def test_an_unseen_term_tells_most() -> None:
    index = build([Document("a/x", "a", ("红色驿站", "驿站"), "主街")])
    common, once, body_only = weights(index, [gram_list(units(word))[0] for word in "驿红街"])
    # two phrasings and one answer are counted
    assert common == pytest.approx(math.log(1 + 3 / 2))
    assert once == pytest.approx(math.log(1 + 3))
    assert body_only == pytest.approx(math.log(1 + 3))
    assert index.vocabulary.unknown == pytest.approx(math.log(1 + 3))
    assert index.vocabulary.unknown >= index.vocabulary.weights.max() - 1e-6


def test_words_of_names_alone_are_rare_ones() -> None:
    index = build([Document("a/x", "a", ("驿站",), names=("柳溪县",))])
    assert weights(index, gram_list(units("柳"))[:1]) == [pytest.approx(index.vocabulary.unknown)]


def test_the_vocabulary_is_sorted_and_finds_its_own() -> None:
    index = build([Document("a/x", "a", ("红色驿站", "驿站"), "主街")])
    codes = index.vocabulary.codes
    assert (np.diff(codes.astype(np.float64)) > 0).all()
    at, known = index.vocabulary.find(codes)
    assert known.all()
    assert at.tolist() == list(range(len(codes)))
    _, known = index.vocabulary.find(np.array([0, 2**63], np.uint64))
    assert not known.any()


def test_answers_and_names_count_for_coverage_alone() -> None:
    rows = [
        Document("answer", "a", ("夜校",), body="铁锹水桶"),
        Document("title", "b", ("驿站",), names=("铁锹水桶",)),
        Document("none", "c", ("植树",)),
    ]
    index = build(rows)
    found = {c.number: c.parts for c in rank(index, "铁锹水桶", units("铁锹水桶"))}
    for number in (0, 1):
        assert found[number]["coverage"] > 0.9
        assert found[number]["profile"] == found[number]["phrasing"] == 0
    assert 2 not in found
    at = held(index, gram_list(units("锹"))[:1])[0]
    assert at == {0, 1}


def test_the_length_of_an_answer_is_nothing_asked() -> None:
    long = "铁锹水桶锄头镰刀" * 3
    index = build([Document("a", "a", ("夜校",), body=long), Document("b", "b", ("驿站",))])
    kinds = families(index.vocabulary.codes)
    lengths = index.vocabulary.codes[kinds == LENGTH]
    every = held(index, [int(code) for code in lengths])
    assert set().union(*every) == {0, 1}
    assert [owners for owners in every if owners] == [{0, 1}]


def test_pairs_stand_in_profiles_and_not_in_answers() -> None:
    index = build([Document("a", "a", ("红色驿站",), body="铁锹水桶")])
    pairs = set(index.vocabulary.codes[families(index.vocabulary.codes) == PAIR].tolist())
    assert pairs == set(pair_codes(units("红色驿站")).tolist())


def test_no_knowledge_at_all() -> None:
    index = build([])
    assert rank(index, "驿站", units("驿站")) == []
    assert rank(index, "", units("")) == []
    assert rank(index, "驿站", units("驿站"), np.zeros(0, np.float32)) == []


def test_one_entry_alone() -> None:
    index = build([Document("a/x", "a", ("红色驿站",))])
    assert best(index, "驿站") == ["a/x"]
    assert best(index, "夜校") == []
    assert index.numbers == {"a/x": 0}


@pytest.mark.parametrize("odd", ["？？", "", " ", "……", "👍"])
def test_phrasings_without_words(odd: str) -> None:
    rows = [
        Document("odd", "o", (odd,)),
        Document("odds", "o", (odd, "驿站", odd)),
        Document("none", "n", ()),
        Document("b", "b", ("夜校",)),
    ]
    index = build(rows)
    assert np.isfinite(index.postings.values).all()
    assert np.isfinite(index.phrasings.terms.values).all()
    assert len(index.phrasings.texts) == len(index.phrasings.lengths) == 5
    assert index.phrasings.lengths.min() >= 1
    assert best(index, "驿站")[0] == "odds"
    assert best(index, "夜校")[0] == "b"
    assert best(index, odd) == []
    found = rank(index, "驿站", units("驿站"))[0]
    assert found.nearest == "驿站"


def test_an_index_without_thesaurus_knows_no_concepts() -> None:
    rows = [Document("a", "a", ("铁锹",)), Document("b", "b", ("水桶",))]
    assert build(rows).concepts is None
    assert best(build(rows, [("铁锹", "锄头")]), "锄头")[0] == "a"
    assert build(rows, [("铁锹", "锄头")]).concepts is not None


def test_an_index_is_built_the_same_every_time() -> None:
    rows = [Document(f"t{n}", "t", (f"第{n}处驿站", f"驿站{n}")) for n in range(20)]
    one, two = build(rows), build(rows)
    assert one.postings.values.tobytes() == two.postings.values.tobytes()
    assert one.postings.columns.tobytes() == two.postings.columns.tobytes()
    assert one.meaning.tobytes() == two.meaning.tobytes()
