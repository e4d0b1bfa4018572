"""The desk: one message in, one reply out; on a small invented knowledge."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.answers import REPLY_CHARS_MAX
from bot.dialogue.engine import Desk
from bot.dialogue.explain import _BONUS_WORDS, explain
from bot.dialogue.memory import AGE_MAX
from bot.dialogue.words import CHOICES_HEAD, NO_CHOICES, NOTHING_SAID
from bot.knowledge.cache import Cache
from bot.knowledge.library import Library
from bot.matching.evidence import BONUS
from bot.messages import BUTTON_DATA_BYTES_MAX, Incoming
from tests.calendar.small import small_calendar
from tests.matching.small import small_library

NOW = datetime(2020, 7, 10, 10, tzinfo=UTC)


def whole_library() -> Library:
    """The small knowledge and the small calendar in one."""
    one, two = small_library(), small_calendar()
    return Library(
        {**one.topics, **two.topics},
        {**one.kinds, **two.kinds},
        {**two.sources, **one.sources},
        one.smalltalk,
        one.thesaurus,
        one.not_covered,
        one.ambiguous,
        one.places,
    )


LIBRARY = whole_library()


@pytest.fixture
def desk() -> Desk:
    return Desk(LIBRARY)


def message(text: str, **more: object) -> Incoming:
    row: dict[str, object] = {
        "channel": "console",
        "chat_id": "g",
        "member_id": "wang",
        "message_id": "1",
        "text": text,
        "sent_at": NOW,
    }
    return Incoming(**(row | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "status", "rule"),
    [
        ("你好", "answer", "smalltalk/hello"),
        ("👍", "answer", "smalltalk/signs"),
        ("", "unknown", "empty"),
        ("🚩🚩", "unknown", "empty"),
        ("植树去了多少人", "answer", "score"),
        ("驿站有几处", "choices", "ambiguous"),
        ("护照怎么办", "unknown", "not_covered"),
        ("成都的驿站", "unknown", "foreign place"),
        ("这个月有什么活动", "answer", "calendar"),
        ("有什么活动", "answer", "calendar"),
        ("8月10日有什么活动", "unknown", "calendar"),
    ],
)
def test_each_kind_of_outcome(desk: Desk, text: str, status: str, rule: str) -> None:
    outcome = desk.ask(text, NOW)
    assert (outcome.status, outcome.rule) == (status, rule)
    assert outcome.text.strip()
    assert len(outcome.text) <= REPLY_CHARS_MAX


def test_an_answer_carries_its_source(desk: Desk) -> None:
    outcome = desk.ask("植树去了多少人", NOW)
    assert outcome.source == "《湖边种下五千棵树》（2020年3月） · 南川柳溪石桥"
    assert outcome.entry is not None
    assert outcome.text == desk.text_of(outcome.entry) or "相关" in outcome.text


def test_nothing_said_shows_a_way(desk: Desk) -> None:
    assert desk.ask("   ", NOW).text == NOTHING_SAID


def test_today_is_in_the_desks_zone() -> None:
    late = datetime(2020, 6, 28, 20, tzinfo=UTC)
    text = Desk(LIBRARY).ask("今天有什么活动", late).text
    assert text.startswith("2020年6月29日")
    text = Desk(LIBRARY, zone=ZoneInfo("UTC")).ask("今天有什么活动", late).text
    assert text.startswith("2020年6月28日")
    west = late.astimezone(timezone(timedelta(hours=-8)))
    assert Desk(LIBRARY).ask("今天有什么活动", west).text.startswith("2020年6月29日")


def test_a_follow_up_uses_what_was_asked(desk: Desk) -> None:
    assert desk.ask("夜校上什么课", NOW, "g", "wang").entry is not None
    found = desk.ask("那经费有多少", NOW + timedelta(minutes=1), "g", "wang").entry
    assert found is not None
    assert found.ref == "yexiao/jingfei"


def test_what_about_another_word_asks_the_same_again(desk: Desk) -> None:
    desk.ask("柳溪的驿站有几处", NOW, "g", "wang")
    found = desk.ask("那松岭呢", NOW, "g", "wang").entry
    assert found is not None
    assert found.ref == "songling-zhan/shuliang"


@pytest.mark.parametrize("other", [("g", "li"), ("h", "wang")])
def test_members_and_chats_do_not_mix(desk: Desk, other: tuple[str, str]) -> None:
    desk.ask("驿站有几处", NOW, "g", "wang")
    assert desk.ask("第二个", NOW, *other).rule != "ordinal"
    assert desk.ask("第二个", NOW, "g", "wang").rule == "ordinal"


def test_what_was_asked_long_ago_is_gone(desk: Desk) -> None:
    desk.ask("驿站有几处", NOW, "g", "wang")
    assert desk.ask("第二个", NOW + AGE_MAX * 2, "g", "wang").rule != "ordinal"


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("第一个", "liuxi-zhan/overview"),
        ("第二个", "songling-zhan/shuliang"),
        ("第2个", "songling-zhan/shuliang"),
        ("选第三个吧", "theme-yizhan/overview"),
        ("2", "songling-zhan/shuliang"),
        ("第二条呢", "songling-zhan/shuliang"),
    ],
)
def test_choices_are_picked_by_number(desk: Desk, text: str, ref: str) -> None:
    assert desk.ask("驿站有几处", NOW, "g", "wang").text == CHOICES_HEAD
    outcome = desk.ask(text, NOW, "g", "wang")
    assert outcome.entry is not None
    assert (outcome.rule, outcome.entry.ref) == ("ordinal", ref)


def test_a_number_without_choices_picks_nothing(desk: Desk) -> None:
    assert desk.ask("第二个", NOW, "g", "wang").rule != "ordinal"
    desk.ask("驿站有几处", NOW, "g", "wang")
    outcome = desk.ask("第五个", NOW, "g", "wang")
    assert outcome.status == "unknown"
    assert "只列了" in outcome.text


def test_a_number_out_of_the_blue_is_no_question(desk: Desk) -> None:
    outcome = desk.ask("第三个", NOW, "g", "wang")
    assert (outcome.status, outcome.text) == ("unknown", NO_CHOICES)
    assert desk.ask("3", NOW, "g", "li").text != NO_CHOICES


def test_the_list_stays_after_a_pick(desk: Desk) -> None:
    desk.ask("驿站有几处", NOW, "g", "wang")
    desk.ask("第二个", NOW, "g", "wang")
    found = desk.ask("第一个", NOW, "g", "wang").entry
    assert found is not None
    assert found.ref == "liuxi-zhan/overview"


async def test_the_list_stays_after_a_press(desk: Desk) -> None:
    shown = await desk.handle(message("驿站有几处"))
    assert shown is not None
    await desk.handle(message("", pressed=shown.buttons[1][0].data))
    reply = await desk.handle(message("第一个"))
    assert reply is not None
    assert reply.text == desk.text_of(desk.matcher.by_ref["liuxi-zhan/overview"])


def test_a_courtesy_ends_no_subject(desk: Desk) -> None:
    desk.ask("夜校上什么课", NOW, "g", "wang")
    desk.ask("谢谢", NOW, "g", "wang")
    found = desk.ask("经费有多少", NOW, "g", "wang").entry
    assert found is not None
    assert found.ref == "yexiao/jingfei"


def test_an_unknown_keeps_the_subject(desk: Desk) -> None:
    desk.ask("夜校上什么课", NOW, "g", "wang")
    assert desk.ask("护照怎么办", NOW, "g", "wang").status == "unknown"
    found = desk.ask("那经费有多少", NOW, "g", "wang").entry
    assert found is not None
    assert found.ref == "yexiao/jingfei"


def test_an_answer_about_another_place_says_so() -> None:
    home = Desk(LIBRARY, home="松岭区")
    assert home.home == ("北原省", "黑水市", "松岭区")
    assert "不是本地" in home.ask("植树去了多少人", NOW).text
    assert "不是本地" not in home.ask("夜校上什么课", NOW).text
    found = home.ask("驿站有几处", NOW).entry
    assert found is not None
    assert found.topic.id == "songling-zhan"


async def test_choices_become_buttons(desk: Desk) -> None:
    reply = await desk.handle(message("驿站有几处"))
    assert reply is not None
    buttons = [button for row in reply.buttons for button in row]
    assert len(buttons) == 3
    assert len({button.data for button in buttons}) == 3
    assert all(len(button.data.encode()) <= BUTTON_DATA_BYTES_MAX for button in buttons)
    pressed = await desk.handle(message("", pressed=buttons[1].data))
    assert pressed is not None
    assert pressed.text.startswith("7 处")
    assert not pressed.buttons


async def test_buttons_work_after_a_restart(desk: Desk) -> None:
    reply = await desk.handle(message("驿站有几处"))
    assert reply is not None
    again = await Desk(LIBRARY).handle(message("", pressed=reply.buttons[0][0].data))
    assert again is not None
    assert "12 处" in again.text


async def test_a_button_of_old_knowledge_asks_again(desk: Desk) -> None:
    reply = await desk.handle(message("", pressed="e:ffffffffffff"))
    assert reply is not None
    assert "再问一次" in reply.text


async def test_somebody_elses_button_is_left_alone(desk: Desk) -> None:
    assert await desk.handle(message("", pressed="approve:1")) is None
    assert await desk.handle(message("", pressed="")) is None


async def test_forum_topics_are_chats_of_their_own(desk: Desk) -> None:
    await desk.handle(message("驿站有几处", thread_id="7"))
    other = await desk.handle(message("第二个", thread_id="8"))
    same = await desk.handle(message("第二个", thread_id="7"))
    assert same is not None
    assert same.text.startswith("7 处")
    assert other != same


async def test_overheard_words_are_answered_only_when_certain(desk: Desk) -> None:
    assert await desk.handle(message("植树去了多少人", overheard=True)) is not None
    for text in ("你好", "驿站有几处", "护照怎么办", "我看植树也就那么回事", "这个月有什么活动"):
        assert await desk.handle(message(text, overheard=True)) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("植树去了多少人", ["候选 1：zhishu/renshu（activities/zhishu.yaml:20）", "规则 score"]),
        ("驿站有几处", ["规则 ambiguous", "驿站"]),
        ("护照怎么办", ["规则 not_covered", "护照"]),
        ("成都的驿站", ["规则 foreign place", "别处地名：成都"]),
        ("韩雪梅是谁", ["人名：韩雪梅", "提到人名"]),
        ("柳溪的红色驿站", ["地名：柳溪县", "主题：liuxi-zhan（“红色驿站”）", "提到地名"]),
        ("你好", ["规则：smalltalk/hello"]),
        ("这个月有什么活动", ["时间：这个月 = 2020-07-01 至 2020-07-31", "规则：calendar"]),
        ("7月2日植树去了多少人", ["时间：7月2日 = 2020-07-02 至 2020-07-02"]),
    ],
)
def test_every_decision_explains_itself(desk: Desk, text: str, words: list[str]) -> None:
    told = explain(desk, desk.ask(text, NOW))
    for word in words:
        assert word in told, told


def test_every_kind_of_evidence_has_chinese_words() -> None:

    assert _BONUS_WORDS.keys() == BONUS.keys()


def test_a_question_is_answered_the_same_way_again() -> None:
    one, two = Desk(LIBRARY), Desk(LIBRARY)
    for text in ("植树去了多少人", "驿站有几处", "这个月有什么活动", "护照怎么办", "你好"):
        assert one.ask(text, NOW) == two.ask(text, NOW) == one.ask(text, NOW, "x", "y")


HOSTILE = Desk(LIBRARY)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=80), st.integers(0, 3))
def test_any_text_gets_a_reply(text: str, member: int) -> None:
    outcome = HOSTILE.ask(text, NOW, "g", str(member))
    assert outcome.status in {"answer", "choices", "unknown"}
    assert outcome.text
    assert len(outcome.text) <= REPLY_CHARS_MAX
    assert explain(HOSTILE, outcome)


async def test_features_are_told_what_was_answered(desk: Desk) -> None:
    asked = {
        "第三个": "slip",
        "松岭夜校是什么": "answered",
        "谢谢": "courtesy",
        "火星上几点开会": "unknown",
    }
    for text, became in asked.items():
        reply = await desk.handle(Incoming("telegram", "1", "1", "1", f"小党，{text}", NOW))
        assert reply is not None
        assert reply.about is not None
        assert (reply.about.asked, reply.about.question) == (became, text)
        assert bool(reply.about.ref) == (became == "answered")


class Counted(Cache):
    """Counts what is written."""

    puts = 0

    def put(self, name: str, pieces: Iterable[bytes | memoryview]) -> None:
        self.puts += 1
        super().put(name, pieces)


def test_a_second_start_builds_nothing(shipped_library: Library, tmp_path: Path) -> None:
    store = Counted(tmp_path)
    Desk(shipped_library, store=store).prepare()
    assert store.puts > 2
    store.puts = 0
    Desk(shipped_library, store=store).prepare()
    assert store.puts == 0


@pytest.mark.parametrize("text", ["儿子掉水里了", "我爸突然喘不上气", "我妈晕倒了", "家里进贼了"])
def test_an_emergency_is_no_chat(shipped_library: Library, text: str) -> None:
    outcome = Desk(shipped_library).ask(text, NOW)
    assert outcome.status == "unknown"
    assert "110" in outcome.text


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("锣鼓坳是湖南的还是湖北的", True),
        ("2018年镇平县还是贫困县吗", False),
        ("江阳区在上海还是有党群服务中心吗", False),
    ],
)
def test_of_two_things_one_may_be_true(shipped_library: Library, text: str, known: bool) -> None:
    assert (Desk(shipped_library).ask(text, NOW).status == "answer") is known


def test_a_refusal_by_meaning_may_want_mending(shipped_library: Library) -> None:
    desk = Desk(shipped_library)
    outcome = desk.ask("三十来万的集体收入里，太阳能那块占多大一份", NOW)
    assert outcome.rule == "unsaid"
    assert desk.about(outcome, "").asked == "unknown"
