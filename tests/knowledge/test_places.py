"""How a place is called in a few characters."""

from __future__ import annotations

import pytest

from bot.knowledge.places import short_place
from bot.knowledge.schema import Place
from tests.matching.small import small_library


@pytest.mark.parametrize(
    ("levels", "short"),
    [
        ({"county": "柳溪县"}, "柳溪"),
        ({"province": "浙江省", "county": "余杭区", "township": "中泰街道"}, "浙江余杭中泰"),
        ({"province": "四川省", "city": "泸州市", "county": "江阳区"}, "四川泸州江阳"),
        # Without its kind the name of a 社区 means nothing.
        ({"county": "柳溪县", "village": "河东社区"}, "柳溪河东社区"),
        ({"county": "柳溪县", "village": "河东村"}, "柳溪河东"),
    ],
)
def test_short_place(levels: dict[str, str], short: str) -> None:
    topic = small_library().topics["zhishu"]
    place = Place.model_validate(levels)
    assert short_place(topic.model_copy(update={"place": place})) == short


def test_a_topic_of_no_place() -> None:
    assert short_place(small_library().topics["theme-yizhan"]) == ""
