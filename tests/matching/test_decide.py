"""Each ingredient of understanding, shown on a small invented knowledge."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.knowledge.library import Library
from bot.matching import case, evidence, guards, rules
from bot.matching.decide import Carried, Context, Decision, Matcher
from bot.matching.facets import question_part
from bot.matching.match import doubt
from bot.text.normalise import normalise
from tests.matching.small import small_library

LIUXI = ("南川省", "白沙市", "柳溪县")
SONGLING = ("北原省", "黑水市", "松岭区")


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(small_library())


def ask(matcher: Matcher, question: str, context: Context | None = None) -> Decision:
    return matcher.decide(normalise(question), context)


def refs(decision: Decision) -> list[str]:
    return [entry.ref for entry in decision.choices]


ANSWERS = [
    ("its own phrasing", "植树去了多少人", "zhishu/renshu"),
    ("alias", "绿带去了多少人", "zhishu/renshu"),
    ("alias by sound", "寰湖值树去了多少人", "zhishu/renshu"),
    ("overview", "介绍一下绿带", "zhishu/overview"),
    ("place in full", "石桥镇的驿站有几处", "liuxi-zhan/shuliang"),
    ("short place", "松岭的驿站有几处", "songling-zhan/shuliang"),
    ("other short place", "柳溪的驿站有几处", "liuxi-zhan/shuliang"),
    ("place by homophone", "流西的驿站有几处", "liuxi-zhan/shuliang"),
    ("place by near sound", "送岭区的驿站有几处", "songling-zhan/shuliang"),
    ("province", "北原省的驿站有几处", "songling-zhan/shuliang"),
    ("person", "韩雪梅是谁", "yexiao/xiaozhang"),
    ("person by sound", "寒雪梅是谁", "yexiao/xiaozhang"),
    ("thesaurus", "锄头到哪里领", "zhishu/gongju"),
    ("thesaurus phrase", "挖树坑的家伙到哪里领", "zhishu/gongju"),
    ("typed pinyin", "zhishu qu le duoshao ren", "zhishu/renshu"),
    ("pinyin in one word", "yexiaoshangshenmeke", "yexiao/kecheng"),
    ("homophone typos", "夜笑上神么客", "yexiao/kecheng"),
    ("traditional", "夜校上什麼課", "yexiao/kecheng"),
    ("width and signs", "夜校，　上什么课？？？", "yexiao/kecheng"),
    ("rank that is known", "植树第三名是哪个村", "zhishu/mingci"),
    ("year that is known", "2019年夜校上什么课", "yexiao/kecheng"),
    ("word of the answer", "电商课在夜校讲吗", "yexiao/kecheng"),
    ("topic across places", "各地驿站有什么不同", "theme-yizhan/overview"),
    ("打分 is a word of the files", "植树打分的名次怎么样", "zhishu/mingci"),
]


@pytest.mark.parametrize(
    ("question", "ref"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
def test_answers(matcher: Matcher, question: str, ref: str) -> None:
    decision = ask(matcher, question)
    assert decision.entry is not None, decision.reason
    assert (decision.status, decision.entry.ref) == ("answer", ref)
    assert decision.rule == "score"
    assert decision.score >= case.ANSWER_MIN


@pytest.mark.parametrize(
    ("question", "place"),
    [("打分的名次怎么样", "大分县"), ("管护队有多少人", "管湖县")],
)
def test_a_word_of_the_files_is_no_misspelt_place(question: str, place: str) -> None:
    library = small_library()
    topic = library.topics["songling-zhan"]
    assert topic.place is not None
    moved = topic.model_copy(
        update={"place": topic.place.model_copy(update={"county": place, "city": None})}
    )
    changed = Library({**library.topics, "songling-zhan": moved}, library.kinds, library.sources)
    assert ask(Matcher(changed), question).mentions.places == frozenset()


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("成都市的驿站有几处", "成都市"),
        ("东莞有驿站吗", "东莞"),
        ("李家村的驿站有几处", "李家村"),
        ("夜校在赵王镇也办了吗", ""),
    ],
)
def test_a_place_that_no_file_knows(matcher: Matcher, question: str, name: str) -> None:
    decision = ask(matcher, question)
    if not name:
        assert decision.rule != "nothing"
        return
    assert (decision.status, decision.rule) == ("unknown", "foreign place")
    assert decision.mentions.foreign == name
    assert name in decision.say
    assert name in decision.reason


def test_a_foreign_place_in_the_story_before_the_question_is_not_asked_about(
    matcher: Matcher,
) -> None:
    asked = ask(matcher, "我刚从东莞坐车回来，柳溪县的驿站有几处")
    assert asked.rule != "foreign place"
    assert ask(matcher, "柳溪县和东莞的驿站有几处").rule == "foreign place"


@pytest.mark.parametrize(
    "question", ["柳溪县的驿站有几处", "流溪县的驿站有几处", "桥头村得了第几名", "桥投村得了第几名"]
)
def test_a_known_or_misspelt_place_is_not_foreign(matcher: Matcher, question: str) -> None:
    assert ask(matcher, question).status == "answer"


def test_nothing_in_common(matcher: Matcher) -> None:
    decision = ask(matcher, "qwrtp zxcv")
    assert (decision.status, decision.rule) == ("unknown", "nothing")
    assert decision.candidates == []


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("护照怎么办", "护照"),
        ("護照怎麼辦", "护照"),
        ("植树的时候能办护照吗", "护照"),
        ("环湖植树的树苗多少钱", "树苗多少钱"),
        ("环湖植树以后浇水谁负责", "浇水"),
        ("打分标准是什么", "打分标准"),
    ],
)
def test_what_is_not_covered(matcher: Matcher, question: str, word: str) -> None:
    decision = ask(matcher, question)
    assert (decision.status, decision.rule) == ("unknown", "not_covered")
    assert decision.guard is not None
    assert decision.guard.word == word
    assert decision.say.startswith("资料里没有写")


@pytest.mark.parametrize(
    "question",
    ["植树的水桶和浇水的东西去哪里领", "植树名次按成活率的打分标准怎么样", "夜校也浇水上什么课"],
    ids=["unless of a topic", "unless of all", "guard of another topic"],
)
def test_what_is_covered_after_all(matcher: Matcher, question: str) -> None:
    assert ask(matcher, question).rule == "score"


def test_a_guard_word_in_a_story_is_no_question(matcher: Matcher) -> None:
    story = "我昨天去城里给老伴办护照排了半天队，回来路上看见湖边好多红旗，听人讲是党员在种树，"
    assert ask(matcher, story + "环湖植树去了多少人").rule == "score"
    assert ask(matcher, "我想办护照，环湖植树去了多少人").status in {"answer", "unknown"}
    assert ask(matcher, story + "护照怎么办").rule == "not_covered"


def test_question_part() -> None:
    assert question_part("我要写总结 有多少个") == "有多少个"
    assert question_part("写总结 交材料") == "写总结交材料"


@pytest.mark.parametrize("question", ["驿站有几处", "驿站", "那些驿站怎么样"])
def test_a_word_with_several_meanings(matcher: Matcher, question: str) -> None:
    decision = ask(matcher, question)
    assert (decision.status, decision.rule) == ("choices", "ambiguous")
    expected = ["liuxi-zhan/overview", "songling-zhan/shuliang", "theme-yizhan/overview"]
    assert refs(decision) == expected
    assert len(decision.choice_scores) == len(expected)
    assert "驿站" in decision.reason


def test_a_word_that_is_ambiguous_within_its_topic(matcher: Matcher) -> None:
    decision = ask(matcher, "课时")
    assert refs(decision) == ["yexiao/kecheng", "yexiao/jingfei"]


SETTLED = [
    ("a place", "松岭的驿站", None, "songling-zhan"),
    ("unless", "各地驿站的不同", None, "theme-yizhan"),
    ("a longer alias", "暖心驿站的情况", None, "songling-zhan"),
    ("a word that one meaning owns", "公交站旁边的驿站", None, "songling-zhan"),
    ("its other owner", "环卫工人歇脚的驿站", None, "liuxi-zhan"),
    ("the chat's place", "驿站有几处", Context(home=SONGLING), "songling-zhan"),
    ("the chat's other place", "驿站有几处", Context(home=LIUXI), "liuxi-zhan"),
    (
        "the last exchange",
        "驿站有几处",
        Context(carried=Carried(("songling-zhan",), "songling-zhan/overview", "暖心驿站概况")),
        "songling-zhan",
    ),
    (
        "a neighbour of the last exchange",
        "驿站有几处",
        Context(carried=Carried(("zhishu",), "zhishu/renshu", "植树去了多少人")),
        "liuxi-zhan",
    ),
]


@pytest.mark.parametrize(
    ("question", "context", "topic"), [row[1:] for row in SETTLED], ids=[row[0] for row in SETTLED]
)
def test_ambiguity_is_settled(
    matcher: Matcher, question: str, context: Context | None, topic: str
) -> None:
    decision = ask(matcher, question, context)
    assert decision.entry is not None, decision.reason
    assert (decision.status, decision.entry.topic.id) == ("answer", topic)


def test_the_chats_place_does_not_settle_what_it_has_not(matcher: Matcher) -> None:
    assert ask(matcher, "驿站有几处", Context(home=("西边省",))).rule == "ambiguous"


@pytest.mark.parametrize(
    ("question", "odd"),
    [
        ("植树第一名是哪个村", "第一名"),
        ("植树的冠军是哪个村", "第一名"),
        ("植树第2名是哪个村", "第2名"),
        ("2021年夜校上什么课", "2021 年"),
    ],
)
def test_contradiction(matcher: Matcher, question: str, odd: str) -> None:
    decision = ask(matcher, question)
    assert (decision.status, decision.rule) == ("unknown", "contradiction")
    assert odd in decision.reason


@pytest.mark.parametrize("question", ["红色驿站多少钱一晚", "夜校的电话是多少", "暖心驿站面积多大"])
def test_what_is_asked_for_is_not_there(matcher: Matcher, question: str) -> None:
    decision = ask(matcher, question)
    assert (decision.status, decision.rule) == ("unknown", "facet")


def test_a_bare_word_of_two_places(matcher: Matcher) -> None:
    decision = ask(matcher, "管护队")
    assert (decision.status, decision.rule) == ("choices", "bare word")
    assert set(refs(decision)) == {"liuxi-zhan/guanhu", "songling-zhan/guanhu"}
    assert ask(matcher, "柳溪管护队").status == "answer"
    assert ask(matcher, "管护队有多少人").rule == "score"
    assert ask(matcher, "管护队", Context(home=LIUXI)).rule == "score"


def test_a_bare_word_of_one_place(matcher: Matcher) -> None:
    decision = ask(matcher, "植树")
    assert decision.entry is not None
    assert decision.entry.topic.id == "zhishu"


@pytest.mark.parametrize(
    "question", ["人居环境", "喝水", "植树", "今晚吃什么", "电商", "老人", "党员"]
)
def test_the_thresholds_hold(matcher: Matcher, question: str) -> None:
    decision = ask(matcher, question)
    if decision.rule != "score":
        return
    score, needed = decision.candidates[0].score, case.ANSWER_MIN + doubt(question)
    if decision.status == "answer":
        assert score >= needed
    elif decision.status == "choices":
        assert rules.CHOICES_MIN <= score < needed
    else:
        assert score < rules.CHOICES_MIN


def test_every_status_occurs(matcher: Matcher) -> None:
    found = {ask(matcher, q).status for q in ("植树去了多少人", "管护队", "护照怎么办")}
    assert found == {"answer", "choices", "unknown"}


@pytest.mark.parametrize(
    "question", ["植树去了多少人", "驿站有几处", "喝水", "管护队", "党员", "多少"]
)
def test_choices_are_few_and_of_different_topics(matcher: Matcher, question: str) -> None:
    decision = ask(matcher, question)
    assert len(decision.choices) <= case.CHOICES_MAX
    assert len(decision.choices) == len(decision.choice_scores)
    shown = decision.choices + ([decision.entry] if decision.entry else [])
    if decision.rule == "score":
        topics = [entry.topic.id for entry in shown]
        assert all(topics.count(topic) <= rules.CHOICES_PER_TOPIC for topic in topics)
        assert all(a >= b for a, b in pairwise(decision.choice_scores))
    assert len(set(refs(decision))) == len(refs(decision))


def test_a_follow_up_leans_on_what_was_asked(matcher: Matcher) -> None:
    carried = Context(carried=Carried(("yexiao",), "yexiao/kecheng", "夜校上什么课"))
    decision = ask(matcher, "那经费呢", carried)
    assert decision.entry is not None
    assert decision.entry.ref == "yexiao/jingfei"
    assert "carried" in decision.bonus(decision.candidates[0])
    away = ask(matcher, "柳溪的驿站有几处", carried)
    assert away.entry is not None
    assert away.entry.topic.id == "liuxi-zhan"


def test_evidence_is_named(matcher: Matcher) -> None:
    home = ask(matcher, "我们县的驿站有几处", Context(home=LIUXI))
    assert "place" in home.bonus(home.candidates[0])
    day = ask(matcher, "那天种了什么树", Context(days=frozenset({(3, 12)})))
    assert matcher.entries[day.candidates[0].number].topic.id == "zhishu"
    assert "date" in day.bonus(day.candidates[0])
    person = ask(matcher, "植树名次由周广林公布吗")
    assert {"person", "person's topic"} <= set(person.bonus(person.candidates[0]))
    for question in ("驿站", "植树去了多少人", "韩雪梅是谁"):
        decision = ask(matcher, question)
        for candidate in decision.candidates:
            total = sum(decision.bonus(candidate).values())
            assert candidate.parts["bonus"] == pytest.approx(total)


def test_candidates_come_in_order_and_each_once(matcher: Matcher) -> None:
    candidates = ask(matcher, "驿站有多少人").candidates
    assert all(a.score >= b.score for a, b in pairwise(candidates))
    numbers = [candidate.number for candidate in candidates]
    assert len(set(numbers)) == len(numbers)


def test_the_same_question_is_always_decided_the_same_way() -> None:
    one, two = Matcher(small_library()), Matcher(small_library())
    for question in [row[1] for row in ANSWERS] + ["驿站", "管护队", "护照怎么办", "党员有几名"]:
        first, second = ask(one, question), ask(two, question)
        assert first == second
        assert ask(one, question) == first


def test_resolve(matcher: Matcher) -> None:
    overview, part = matcher.resolve("yexiao"), matcher.resolve("yexiao/kecheng")
    assert overview is not None
    assert overview.ref == "yexiao/overview"
    assert part is not None
    assert part.id == "kecheng"
    assert matcher.resolve("nobody") is None
    assert matcher.resolve("yexiao/nothing") is None


def test_an_empty_question(matcher: Matcher) -> None:
    assert ask(matcher, "").rule == "nothing"


def test_a_bare_attribute_is_about_no_place(matcher: Matcher) -> None:
    bare = ask(matcher, "浇水几次")
    assert bare.guard is not None
    assert (bare.status, bare.guard.topic, bare.say) == ("unknown", "zhishu", "")
    about = ask(matcher, "环湖植树浇水几次")
    assert about.say.startswith("资料里没有写")


def test_a_question_that_no_word_settles_is_asked_back_without_an_authored_word() -> None:
    library = small_library()
    plain = {
        name: topic.model_copy(update={"ambiguous": []}) for name, topic in library.topics.items()
    }
    matcher = Matcher(replace(library, topics=plain, ambiguous=()))
    decision = ask(matcher, "驿站是干什么的")
    assert (decision.status, decision.rule) == ("choices", "several places")
    assert {e.topic.id for e in decision.choices} == {"liuxi-zhan", "songling-zhan"}
    settled = [
        ask(matcher, "柳溪的驿站是干什么的"),
        ask(matcher, "驿站是干什么的", Context(home=LIUXI)),
        ask(matcher, "等车的老人避风的驿站"),
        ask(matcher, "我昨天路过听人家讲起来说的那个驿站是干什么的"),
    ]
    assert "several places" not in {one.rule for one in settled}


def test_a_prepared_matcher_looks_nothing_up_while_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    questions = [normalise(text) for text in ("护照怎么办", "驿站有几处", "植树要多少钱")]
    lazy = Matcher(small_library())
    wanted = [lazy.decide(question) for question in questions]
    ready = Matcher(small_library())
    ready.prepare()

    def late(*_: object) -> bool:
        raise AssertionError

    monkeypatch.setattr(guards, "kept", late)
    monkeypatch.setattr(evidence, "holds", late)
    found = [ready.decide(question) for question in questions]
    assert [(d.status, d.rule, d.score) for d in found] == [
        (d.status, d.rule, d.score) for d in wanted
    ]
    with pytest.raises(AssertionError):
        Matcher(small_library()).decide(questions[0])
