"""Forms: a family of courtesies in one line."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.knowledge.schema import SmallTalk
from bot.matching.chatting import one_way
from bot.matching.forms import Forms

WEATHER = SmallTalk(
    id="weather", ask=["下雨了"], forms=["（又｜快）下（雨|雪）（了|）"], answer="您看看预报。"
)
TIRED = SmallTalk(id="tired", ask=["累了"], forms=["俺（手｜脚）疼"], answer="您歇一歇。")
FORMS = Forms((WEATHER, TIRED))


@pytest.mark.parametrize(
    ("text", "item"),
    [("又下雪了", WEATHER), ("快下雨咯", WEATHER), ("我手疼", TIRED), ("俺脚疼得", None)],
)
def test_a_form_stands_for_many(text: str, item: SmallTalk | None) -> None:
    assert FORMS.find(one_way(text)) is item


@pytest.mark.parametrize("text", ["下雨", "又下", "又下雨开会吗", "雨", ""])
def test_it_must_be_the_whole_clause(text: str) -> None:
    assert FORMS.find(text) is None


def test_without_forms_nothing_is_found() -> None:
    assert Forms(()).find("又下雨") is None


@pytest.mark.parametrize("form", ["（又｜快下雨", "又）下雨", "（又（快））下雨"])
def test_brackets_must_match(form: str) -> None:
    with pytest.raises(ValidationError):
        SmallTalk(id="bad", ask=["好"], forms=[form], answer="您看看预报。")
