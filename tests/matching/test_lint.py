"""Asking every phrasing: what is snatched, barred, out of reach or shared is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml

from benchmarks.measuring import shipped
from benchmarks.synthetic import grow
from bot.knowledge.findings import Finding
from bot.knowledge.library import Library
from bot.knowledge.schema import Ambiguous, GuardFile, NotGiven, Section
from bot.matching.decide import Matcher
from bot.matching.lint import halves, lint_phrasings, lint_shared
from bot.matching.sure import surely_own
from bot.matching.terms import units
from bot.text.normalise import normalise
from tests.matching.small import small_library


def found(library: Library, code: str) -> list[Finding]:
    rows = [*lint_phrasings(library), *lint_shared(library)]
    return [row for row in rows if row.problem.code == code]


def changed(topic: str, **update: Any) -> Library:
    library = small_library()
    topics = {**library.topics, topic: library.topics[topic].model_copy(update=update)}
    return replace(library, topics=topics)


def with_asks(topic: str, *asks: str, lines: tuple[int, ...] = ()) -> Library:
    """The small knowledge; a topic's first section is asked for in other words."""
    sections = small_library().topics[topic].sections
    first = sections[0].model_copy(update={"ask": list(asks)})
    library = changed(topic, sections=[first, *sections[1:]])
    ref = f"{topic}/{first.id}"
    return replace(library, places={ref: ("practices/b.yaml", 7)}, ask_lines={ref: lines})


def test_a_sound_library_has_nothing_to_say() -> None:
    library = small_library()
    assert [*lint_phrasings(library), *lint_shared(library)] == []


def test_what_is_answered_is_not_said_to_be_missing_as_well() -> None:
    missing = [
        NotGiven(ask=["植树去了多少人", "明年还种不种"], say="资料里没有写明年种不种。"),
        NotGiven(ask=["松岭设了多少个驿站"], say="资料里没有写松岭的驿站。"),
    ]
    library = changed("zhishu", not_covered=missing)
    library = replace(library, places={"zhishu/renshu": ("practices/b.yaml", 7)})
    (row,) = found(library, "both")
    assert "“植树去了多少人”在 practices/b.yaml:7" in row.problem.what


def test_topics_without_a_place_have_nothing_in_common() -> None:
    missing = [NotGiven(ask=["哪些地方建了驿站"], say="资料里没有写哪些地方建了驿站。")]
    theme = small_library().topics["theme-yizhan"]
    other = theme.model_copy(
        update={
            "id": "theme-other",
            "title": "各地别的",
            "aliases": [],
            "overview": theme.overview.model_copy(update={"ask": ["各地别的事"]}),
            "not_covered": missing,
        }
    )
    library = small_library()
    topics = {**library.topics, other.id: other}
    kinds = {**library.kinds, other.id: library.kinds[theme.id]}
    assert found(replace(library, topics=topics, kinds=kinds), "both") == []


def test_a_snatched_phrasing_is_told_with_its_own_line_and_the_thief() -> None:
    library = with_asks("zhishu", "植树去了多少人", "暖心驿站有几处", lines=(41, 42))
    (row,) = found(library, "collision")
    assert row.problem.warning
    assert (row.problem.file, row.problem.line) == ("practices/b.yaml", 42)
    assert "“暖心驿站有几处”会被" in row.problem.what
    assert "一共几处" in row.problem.what


def test_a_section_whose_every_phrasing_is_snatched_cannot_be_reached() -> None:
    assert found(with_asks("zhishu", "植树去了多少人", "暖心驿站有几处"), "unreachable") == []
    (row,) = found(with_asks("zhishu", "暖心驿站有几处"), "unreachable")
    assert (row.problem.file, row.problem.line) == ("practices/b.yaml", 7)
    assert "问不到" in row.problem.what


def test_a_phrasing_without_words_is_no_collision() -> None:
    library = small_library()
    topic = library.topics["theme-yizhan"]
    odd = topic.model_copy(update={"overview": topic.overview.model_copy(update={"ask": ["？？"]})})
    only = Library({"theme-yizhan": odd}, library.kinds, library.sources)
    assert found(only, "collision") == []


def test_a_phrasing_that_a_guard_bars_is_told_with_the_reason() -> None:
    library = with_asks("zhishu", "植树去了多少人", "来了几百号志愿人马", lines=(41, 42))
    guard = Ambiguous(words=["人马"], choices=["yexiao", "songling-zhan"])
    (row,) = found(replace(library, ambiguous=(guard,)), "barred")
    assert (row.problem.file, row.problem.line) == ("practices/b.yaml", 42)
    assert "“人马”" in row.problem.what
    assert "unless" in row.problem.hint
    assert found(library, "barred") == []


def test_sections_that_take_turns_may_share_their_phrasings() -> None:
    sections = small_library().topics["zhishu"].sections
    old = sections[-1]
    new = old.model_copy(update={"id": "xin", "valid_from": date(2021, 1, 1)})

    def library(until: date | None) -> Library:
        before = old.model_copy(update={"valid_to": until})
        return changed("zhishu", sections=[*sections[:-1], before, new])

    assert found(library(date(2020, 12, 31)), "collision") == []
    assert found(library(date(2020, 12, 31)), "unreachable") == []
    assert found(library(date(2021, 1, 31)), "collision") != []
    assert found(library(None), "collision") != []


def test_a_word_of_two_places_needs_an_ambiguous_key() -> None:
    (row,) = found(_sharing("接力跑"), "shared")
    assert "“接力跑”" in row.problem.what
    assert "guards.yaml" in row.problem.hint
    pasted = yaml.safe_load(f"ambiguous:\n{row.paste}\n")
    guard = GuardFile.model_validate(pasted).ambiguous[0]
    assert guard.words == ["接力跑"]
    assert guard.choices == ["zhishu", "songling-zhan"]


def test_with_the_key_nothing_is_said() -> None:
    library = _sharing("接力跑")
    key = Ambiguous(words=["接力"], choices=["zhishu", "songling-zhan"])
    assert found(replace(library, ambiguous=(*library.ambiguous, key)), "shared") == []


def test_odd_words_are_quoted_to_paste() -> None:
    (row,) = found(_sharing("接力: 跑"), "shared")
    assert yaml.safe_load(row.paste)[0]["words"] == ["接力: 跑"]


def _sharing(alias: str) -> Library:
    library = small_library()
    topics = dict(library.topics)
    for name in ("zhishu", "songling-zhan"):
        topic = topics[name]
        topics[name] = topic.model_copy(update={"aliases": [*topic.aliases, alias]})
    return replace(library, topics=topics)


def test_the_same_question_in_two_places_is_told_once() -> None:
    library = with_asks("songling-zhan", "暖心驿站有几处", "这里的接力跑去了多少人")
    zhishu = library.topics["zhishu"]
    section: Section = zhishu.sections[0]
    asks = [*section.ask, "这里的接力跑去了多少人"]
    both = zhishu.model_copy(
        update={"sections": [section.model_copy(update={"ask": asks}), *zhishu.sections[1:]]}
    )
    rows = found(replace(library, topics={**library.topics, "zhishu": both}), "shared")
    assert len(rows) == 1
    assert "zhishu/renshu, songling-zhan/shuliang" in rows[0].paste


@pytest.mark.parametrize("wanted", [0, 700, 3_100])
def test_what_is_skipped_as_sure_would_have_shown_nothing(wanted: int) -> None:
    library = grow(shipped(), wanted) if wanted else small_library()
    matcher = Matcher(library)
    sure = surely_own(matcher)
    assert sure.mean() > (0.6 if wanted else 0.3)
    asked = [(entry, ask) for entry in matcher.entries for ask in entry.asks]
    step = 4 if wanted else 1
    for (entry, ask), known in list(zip(asked, sure.tolist(), strict=True))[::step]:
        if known:
            decision = matcher.decide(normalise(ask))
            assert matcher.entries[decision.candidates[0].number] is entry, ask
            if decision.status == "answer":
                assert decision.entry is entry, ask
            else:
                assert entry.topic.id in {choice.topic.id for choice in decision.choices}, ask


def test_two_halves_find_what_the_whole_finds() -> None:
    library = with_asks("zhishu", "植树去了多少人", "暖心驿站有几处")
    matcher = Matcher(library)
    one, two = halves(matcher)
    parts = lint_phrasings(library, matcher, one) + lint_phrasings(library, matcher, two)
    assert sorted(parts, key=lambda row: row.problem) == lint_phrasings(library, matcher)
    assert parts


def test_halves_have_about_as_many_phrasings_and_leave_none_out() -> None:
    matcher = Matcher(grow(shipped(), 700))
    one, two = halves(matcher)
    asks = [len(entry.asks) for entry in matcher.entries]
    assert abs(sum(asks[: one.stop]) - sum(asks[two.start :])) <= 2 * max(asks)
    assert (one.start, one.stop, two.stop) == (0, two.start, len(asks))
    joined = [*surely_own(matcher, one), *surely_own(matcher, two)]
    assert joined == surely_own(matcher).tolist()


def test_no_entries_need_no_look() -> None:
    matcher = Matcher(small_library())
    assert lint_phrasings(matcher.library, matcher, range(0)) == []


def test_many_phrasings_name_what_each_of_them_names() -> None:
    matcher = Matcher(small_library())
    texts = [units(normalise(ask)) for entry in matcher.entries for ask in entry.asks]
    texts += [
        (),
        *(units(normalise(text)) for text in ("柳溪", "谁管松岭镇", "驿站", "liuxi 的驿站")),
    ]
    assert matcher.names.named_each(texts) == [matcher.names.named(steps) for steps in texts]
