"""Names in a question: topics, places, people; and places that the files do not know."""

from __future__ import annotations

import pytest

from bot.matching.mentions import Mentions, Names, divisions_in
from bot.matching.prepared import normalise_all
from bot.matching.terms import units
from bot.text.normalise import normalise
from tests.matching.small import small_library


@pytest.fixture(scope="module")
def names() -> Names:
    library = small_library()
    known = [normalise_all((e.answer, *e.asks)) for e in library.entries()]
    return Names(library, "\n".join(known))


def find(names: Names, text: str) -> Mentions:
    return names.find(units(normalise(text)), normalise(text).replace(" ", ""))


@pytest.mark.parametrize(
    ("text", "topic", "word"),
    [
        ("环湖植树去了多少人", "zhishu", "环湖植树"),
        ("绿带", "zhishu", "绿带"),
        ("红色驿站", "liuxi-zhan", "红色驿站"),
        ("柳溪红色驿站", "liuxi-zhan", "柳溪红色驿站"),
        ("寰湖值树", "zhishu", "环湖植树"),
        ("hongse yizhan", "liuxi-zhan", "红色驿站"),
    ],
)
def test_topics_by_alias(names: Names, text: str, topic: str, word: str) -> None:
    found = find(names, text)
    assert found.words[topic] == word
    assert 0 < found.topics[topic] <= 1


def test_an_exact_alias_is_surer_than_one_by_sound(names: Names) -> None:
    exact = find(names, "环湖植树").topics["zhishu"]
    heard = find(names, "寰湖值树").topics["zhishu"]
    assert exact > heard


def test_a_two_character_alias_is_not_found_by_its_sound(names: Names) -> None:
    assert find(names, "绿代").topics == {}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("柳溪县石桥镇的驿站", {"柳溪县", "石桥镇"}),
        ("柳溪", {"柳溪县"}),
        ("流溪", {"柳溪县"}),
        ("松林区", {"松岭区"}),
        ("宋岭", {"松岭区"}),
        ("黑水和白沙", {"黑水市", "白沙市"}),
        ("驿站", set()),
    ],
)
def test_places(names: Names, text: str, places: set[str]) -> None:
    assert find(names, text).places == places


def test_people(names: Names) -> None:
    found = find(names, "韩雪梅和周广林")
    assert found.people == {"韩雪梅", "周广林"}
    assert found.spans == ((0, 3), (4, 7))
    assert find(names, "未载").people == frozenset()
    assert names.all_people == {"韩雪梅", "周广林"}


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("成都有吗", "成都"),
        ("龙马潭区的情况", "龙马潭区"),
        ("王家村也有吗", "王家村"),
        ("我们村有吗", ""),
        ("哪个村有", ""),
        ("石桥镇有吗", ""),
        ("柳西县有吗", ""),
        ("柳溪县的王家村", ""),
    ],
)
def test_foreign_places(names: Names, text: str, foreign: str) -> None:
    assert find(names, text).foreign == foreign


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("南川省白沙市柳溪县", ("南川省", "白沙市", "柳溪县")),
        ("柳溪", ("南川省", "白沙市", "柳溪县")),
        ("石桥镇", ("南川省", "白沙市", "柳溪县", "石桥镇")),
        ("松岭区", ("北原省", "黑水市", "松岭区")),
        ("  ", ()),
        ("", ()),
        ("火星", ("火星",)),
    ],
)
def test_levels_of_a_chats_place(names: Names, written: str, levels: tuple[str, ...]) -> None:
    assert names.levels(written) == levels


def test_places_leave_the_text(names: Names) -> None:
    assert names.without_places("这个月柳溪县有什么活动") == (
        "这个月 有什么活动",
        frozenset({"柳溪县"}),
    )
    rest, places = names.without_places("liuxi xian you huodong ma")
    assert places == {"柳溪县"}
    assert "huodong" in rest
    assert names.without_places("有什么活动") == ("有什么活动", frozenset())


def test_divisions_take_the_longest_name() -> None:
    assert divisions_in("从成都市到龙马潭区") == ["成都市", "龙马潭区"]
    assert divisions_in("") == []
    assert divisions_in("好") == []
