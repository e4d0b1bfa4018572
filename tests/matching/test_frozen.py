"""An index comes back from its bytes as it was, and never from another's."""

from __future__ import annotations

from bot.matching.decide import Matcher
from bot.matching.frozen import digest, freeze, thaw
from bot.matching.index import Document, build
from bot.text.normalise import normalise
from tests.matching.small import small_library

ROWS = [Document("a/1", "a", ("驿站有几处", "一共几个驿站")), Document("b/1", "b", ("夜校几点",))]


class Shelf:
    """A store in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.reads = 0

    def get(self, name: str) -> bytes | None:
        self.reads += 1
        return self.kept.get(name)

    def put(self, name: str, data: bytes) -> None:
        self.kept[name] = data


def test_an_index_comes_back_as_it_was() -> None:
    index = build(ROWS, [["驿站", "歇脚点"]])
    again = thaw(freeze(index), ROWS, [["驿站", "歇脚点"]])
    assert again is not None
    assert again.postings == index.postings
    assert again.phrasings == index.phrasings
    assert (again.numbers, again.idf) == (index.numbers, index.idf)


def test_damaged_bytes_are_no_index() -> None:
    assert thaw(b"", ROWS, []) is None
    assert thaw(freeze(build(ROWS))[:40], ROWS, []) is None


def test_the_name_changes_with_what_is_in_it() -> None:
    other = [ROWS[0], Document("b/1", "b", ("夜校几点开",))]
    names = {digest(ROWS, []), digest(other, []), digest(ROWS, [["夜校", "夜课"]])}
    assert len(names) == 3
    assert digest(ROWS, []) == digest(list(ROWS), [])


def test_a_matcher_from_the_store_decides_the_same() -> None:
    shelf = Shelf()
    first = Matcher(small_library(), shelf)
    second = Matcher(small_library(), shelf)
    assert len(shelf.kept) == 1
    assert shelf.reads == 2
    for question in ("驿站有几处", "植树去了多少人", "护照怎么办", "管护队"):
        one, two = first.decide(normalise(question)), second.decide(normalise(question))
        assert (one.status, one.score, one.rule) == (two.status, two.score, two.rule)


def test_a_damaged_store_is_mended() -> None:
    shelf = Shelf()
    Matcher(small_library(), shelf)
    name = next(iter(shelf.kept))
    whole, shelf.kept[name] = shelf.kept[name], b"broken"
    Matcher(small_library(), shelf)
    assert shelf.kept[name] == whole
