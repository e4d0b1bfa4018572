"""One way of asking for many, and keys that stay what they mean."""

from __future__ import annotations

import pytest

from bot.matching.speech import plain_key, plainly


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("书记叫啥子", "书记叫什么"),
        ("咋个来的", "怎么来"),
        ("哪一天办", "什么时候办"),
        ("几多名党员", "多少党员"),
        ("多少项目", "多少项目"),
        ("几个支部", "多少支部"),
        ("哪几个村", "哪几个村"),
        ("总共有几家", "一共多少家"),
        ("哪位", "谁"),
    ],
)
def test_one_way_of_asking(said: str, plain: str) -> None:
    assert plainly(said) == plain


def test_a_key_that_would_mean_more_stays_as_it_is() -> None:
    assert plain_key("党员干了") == "党员干了"
    assert plain_key("主题叫啥") == "主题叫什么"
