"""The second look: courtesies that nobody wrote down, and nothing else."""

from __future__ import annotations

import pytest

from bot.knowledge.library import Library
from bot.knowledge.schema import SmallTalk
from bot.matching.likely import LikelyCourtesy
from bot.matching.smalltalk import SmallTalkMatcher
from bot.text.normalise import normalise
from tests.matching.small import Shelf


@pytest.fixture(scope="module")
def likely(shipped_library: Library) -> LikelyCourtesy:
    return LikelyCourtesy(shipped_library.smalltalk)


@pytest.mark.parametrize(
    "text",
    [
        "好嘞那我先去忙活了",
        "我这会儿心里头乱糟糟的难受得紧",
        "各位老少爷们晚上好呀",
        "你到底是个真人还是机器在回话嘛",
    ],
)
def test_a_courtesy_that_nobody_wrote_down_is_one(
    likely: LikelyCourtesy, shipped_library: Library, text: str
) -> None:
    assert SmallTalkMatcher(shipped_library.smalltalk).find(text) is None, "it was foreseen"
    assert likely.find(normalise(text)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "抛物线的焦点怎么求",
        "这药一天吃几回",
        "谁家的摩托车挡着路",
        "红色代办在哪办",
        "谢谢您，" * 9,
    ],
)
def test_anything_else_is_none(likely: LikelyCourtesy, text: str) -> None:
    assert likely.find(normalise(text)) is None


def test_what_was_built_is_kept_and_found_again() -> None:
    items = (
        SmallTalk(id="hi", ask=["你好呀", "大家好", "早上好"], answer="您好，请问。"),
        SmallTalk(id="bye", ask=["再见啦", "先走了", "回头聊"], answer="再见，您慢走。"),
    )
    shelf = Shelf()
    first = LikelyCourtesy(items, shelf).index
    [kept] = shelf.kept.values()
    again = LikelyCourtesy(items, shelf).index
    assert again.postings.values.tolist() == first.postings.values.tolist()
    assert list(shelf.kept.values()) == [kept]


def test_no_courtesies_are_no_courtesy() -> None:
    assert LikelyCourtesy(()).find("你好") is None


def test_a_telling_word_is_enough_for_what_asks_nothing() -> None:
    lonely = SmallTalk(id="mood", ask=["心里难过"], words=["冷清"], answer="您辛苦了。")
    glad = SmallTalk(id="happy", ask=["太高兴了"], answer="替您高兴。")
    likely = LikelyCourtesy((lonely, glad))
    assert likely.find("屋子里头冷清得很") is lonely
    assert likely.find("哪条街最冷清") is None
    assert likely.find("哪条街最冷清", lost=True) is None, "who asks is no courtesy"
    assert likely.find("怎么这么冷清") is lonely
    assert likely.find("干啥都冷清") is lonely


@pytest.mark.parametrize(
    "text",
    [
        "书记在不在办公室",
        "垃圾没人收",
        "路灯坏了好久都不修",
        "帮我查下社保",
        "各位同志，明天九点开会",
        "麻烦说一下地址",
        "我被狗咬了",
    ],
)
def test_what_is_wanted_or_told_to_everybody_is_no_courtesy(
    likely: LikelyCourtesy, text: str
) -> None:
    assert likely.find(normalise(text), lost=True) is None


def test_a_mere_remark_is_no_courtesy(likely: LikelyCourtesy) -> None:
    assert likely.find(normalise("母猪下了十二个崽"), lost=True) is None


def test_a_question_to_the_desk_about_itself_is_one_when_no_fact_comes_near(
    likely: LikelyCourtesy,
) -> None:
    assert likely.find("你会修脚吗", lost=True) is not None
    assert likely.find("你会修脚吗") is None
    assert likely.find("你会办低保吗", lost=True) is None


def test_a_question_that_says_no_you_is_one_only_when_nearly_all_is_known(
    likely: LikelyCourtesy,
) -> None:
    assert likely.find("谁把俺踢了又拉进来呀") is not None
    assert likely.find("谁把水管踢坏了") is None
    assert likely.find("谁来的") is None


ASKED = ["村里收水费吗", "水费交到哪里", "路灯几时修", "谁管垃圾清运", "补贴发多少", "到哪里报名"]
TALK = (
    SmallTalk(id="mood", ask=["累死我了", "困死了", "忙得脚不沾地"], answer="您辛苦了。"),
    SmallTalk(id="daily", ask=["今天吃了顿好的", "刚散步回来"], answer="听您说着呢。"),
)


@pytest.mark.parametrize("text", ["我累得困死了", "刚吃了顿好的回来"])
def test_what_is_said_in_the_words_of_chat_is_chat(text: str) -> None:
    assert LikelyCourtesy(TALK, asked=lambda: ASKED)._chat(text, asked=False) is not None


@pytest.mark.parametrize("text", ["水费交多少", "路灯报到哪里修", "补贴发到谁手里", "嗯"])
def test_what_is_said_in_the_words_of_questions_is_none(text: str) -> None:
    assert LikelyCourtesy(TALK, asked=lambda: ASKED)._chat(text, asked=False) is None


def test_without_questions_to_compare_nothing_is_chat() -> None:
    assert LikelyCourtesy(TALK).find("刚吃了顿好的回来", lost=True) is None


def test_chat_that_is_like_no_courtesy_gets_the_general_one() -> None:
    likely = LikelyCourtesy(TALK, asked=lambda: ASKED)
    found = likely._chat("刚从外头回来", asked=False)
    assert found is not None
    assert found.id == "daily"


def test_the_words_of_chat_are_kept_and_found_again() -> None:
    shelf = Shelf()
    LikelyCourtesy(TALK, shelf, asked=lambda: ASKED).prepare()
    kept = dict(shelf.kept)
    LikelyCourtesy(TALK, shelf, asked=lambda: ASKED).prepare()
    assert shelf.kept == kept
    assert len(kept) == 2
