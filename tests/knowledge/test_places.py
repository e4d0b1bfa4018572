"""How places are called in few characters."""

from __future__ import annotations

from bot.knowledge.places import short_place
from bot.knowledge.schema import Place
from tests.matching.small import small_library


def test_short_place() -> None:
    topics = small_library().topics
    assert short_place(topics["zhishu"]) == "南川柳溪石桥"
    assert short_place(topics["theme-yizhan"]) == ""
    place = Place.model_validate({"county": "柳溪县"})
    assert short_place(topics["zhishu"].model_copy(update={"place": place})) == "柳溪"
