"""The loader: every problem of a folder together, each with file, line and what to do."""

from pathlib import Path

import pytest

from bot.calendar.agenda import when_ok
from bot.errors import KnowledgeError
from bot.knowledge.folder import shipped_folder
from bot.knowledge.load import Loaded, load, load_or_raise
from bot.knowledge.problems import Problem, place_of

from .folder import SOURCES, TOPIC, build
from .test_reader import assert_readable

FILE = "services/t1.yaml"


def problems(root: Path, files: dict[str, str | bytes] | None = None) -> list[Problem]:
    loaded = load(build(root, files), when_ok)
    for problem in loaded.problems:
        assert_readable(problem)
    assert (loaded.library is None) == bool(loaded.errors())
    return loaded.problems


def spoiled(old: str, new: str) -> str:
    assert old in TOPIC
    return TOPIC.replace(old, new)


EVENTS = TOPIC + ("events:\n  - {id: e1, title: 事, when: %s}\n")

ONE: dict[str, tuple[str, int, str, str]] = {
    # what is wrong: the topic file, the line, words of the message, words of the hint
    "misspelt key": (
        TOPIC + "alias: [a]\n",
        14,
        "“alias”",
        "aliases",
    ),
    "key of nobody": (TOPIC + "颜色: 红\n", 14, "“颜色”", "sections"),
    "misspelt key inside": (TOPIC + "place:\n  conty: x\n", 15, "“conty”", "county"),
    "no id": (spoiled("id: t1\n", ""), 1, "缺少必填项“id”", "README"),
    "no source": (spoiled("source: s1\n", ""), 1, "缺少必填项“source”", "README"),
    "no overview": (
        spoiled("overview:\n  ask:\n    - 介绍一下\n  answer: 这是概况。\n", ""),
        1,
        "缺少必填项“overview”",
        "README",
    ),
    "section without a title": (
        spoiled("    title: 甲\n", ""),
        9,
        "sections 第 1 节缺少必填项“title”",
        "README",
    ),
    "unknown source": (spoiled("s1", "s9"), 3, "出处“s9”没有登记", "sources.yaml"),
    "one unknown source of two": (spoiled("s1", "[s1, s9]"), 3, "出处“s9”", "sources.yaml"),
    "source that is no id": (spoiled("s1", "来源"), 3, "source 的写法不对", "小写字母"),
    "source left empty": (spoiled(" s1", ""), 3, "source 后面是空的", "写上内容"),
    "title left empty": (spoiled("title: 主题", "title:"), 2, "title 后面是空的", "写上内容"),
    "title as a list": (spoiled("title: 主题", "title: [主题]"), 2, "应是一段文字", "去掉"),
    "ask as one sentence": (
        spoiled("    ask:\n      - 甲是什么\n", "    ask: 甲是什么\n"),
        11,
        "sections 第 1 节的 ask 应是一列，现在只是一段文字：“甲是什么”",
        "“- ”",
    ),
    "ask without spaces after the dashes": (
        spoiled("      - 甲是什么\n", "      -甲是什么\n      -甲在哪里\n"),
        11,
        "sections 第 1 节的 ask 应是一列",
        "横线后空一格",
    ),
    "ask without sentences": (spoiled("      - 甲是什么\n", ""), 11, "ask 后面是空的", "写上"),
    "a sentence with a colon": (
        spoiled("甲是什么", "问: 甲是什么"),
        12,
        "sections 第 1 节的 ask 第 1 句",
        "冒号",
    ),
    "a sentence too short": (spoiled("甲是什么", "甲"), 12, "太短：“甲”", "至少写 2 个字"),
    "an answer too long": (
        spoiled("甲是甲。", "甲" * 400),
        13,
        "太长，有 400 个字",
        "最多 320 个字",
    ),
    "an id in Chinese": (spoiled("id: jia", "id: 甲 乙"), 9, "id 的写法不对：“甲 乙”", "小写字母"),
    "sections as a group": (
        spoiled("  - id: jia", "    id: jia"),
        8,
        "sections 应是一列",
        "“- ”",
    ),
    "overview as a sentence": (
        spoiled("overview:\n  ask:\n    - 介绍一下\n  answer: 这是概况。\n", "overview: 概况\n"),
        4,
        "overview 应是“名称: 内容”的一组",
        "冒号后空一格",
    ),
    "an empty section": (TOPIC + "  -\n", 14, "sections 第 2 节 后面是空的", "整行删掉"),
    "a section twice": (
        TOPIC + TOPIC[TOPIC.index("  - id: jia") :],
        14,
        "节编号“jia”和第 9 行重复",
        "换一个编号",
    ),
    "a section called overview": (spoiled("jia", "overview"), 9, "不能用“overview”", "换一个"),
    "a person as a word": (TOPIC + "people:\n  - 张三\n", 15, "people 第 1 人", "冒号"),
    "an impossible date": (
        TOPIC + "dates:\n  - {what: 事, when: 6月31日}\n",
        15,
        "日期“6月31日”不成立",
        "未定",
    ),
    "an impossible month": (
        TOPIC + "dates:\n  - {what: 事, when: 13月}\n",
        15,
        "日期“13月”不成立",
        "未定",
    ),
    "events outside the calendar": (EVENTS % "每月", 14, "events 只能写在 calendar", "移到"),
    "a choice of nothing": (
        TOPIC + "ambiguous:\n  - words: [甲]\n    choices:\n      - t1/jia\n      - t1/yi\n",
        18,
        "引用的“t1/yi”不存在",
        "主题“t1”里没有这一节",
    ),
    "one choice only": (
        TOPIC + "ambiguous:\n  - words: [甲]\n    choices: [t1]\n",
        16,
        "choices 条数太少",
        "至少写 2 条",
    ),
    "an empty file": ("", 1, "文件是空的", "别的文件"),
    "only comments": ("# 说明\n", 1, "文件是空的", "别的文件"),
    "a list at the top": ("# 说明\n- a\n- b\n", 2, "文件开头", "别的文件"),
    "a sentence at the top": ("标题：主题\n", 1, "文件开头", "别的文件"),
}


@pytest.mark.parametrize("what", ONE)
def test_one_fault_is_one_problem_at_its_line(tmp_path: Path, what: str) -> None:
    text, line, words, hint = ONE[what]
    [problem] = problems(tmp_path, {FILE: text})
    assert (problem.file, problem.line) == (FILE, line)
    assert words in problem.what
    assert hint in problem.hint


@pytest.mark.parametrize(
    "when", ["13月", "6月31日", "2月30日", "找个时间", "2020年13月1日", "农历十三月初一"]
)
def test_an_event_day_that_cannot_be(tmp_path: Path, when: str) -> None:
    [problem] = problems(tmp_path, {"calendar/t2.yaml": (EVENTS % when).replace("t1", "t2")})
    assert (problem.file, problem.line) == ("calendar/t2.yaml", 15)
    assert f"看不懂日期“{when}”" in problem.what
    assert "未定" in problem.hint


@pytest.mark.parametrize(
    "when",
    ["未定", "2020年7月1日", "6月30日", "2020年7月", "每月", "每年", "每月5日", "农历五月初五"],
)
def test_an_event_day_that_is_fine(tmp_path: Path, when: str) -> None:
    assert not problems(tmp_path, {"calendar/t2.yaml": (EVENTS % when).replace("t1", "t2")})


def test_an_event_that_points_nowhere_or_is_there_twice(tmp_path: Path) -> None:
    text = TOPIC.replace("id: t1", "id: t2") + (
        "events:\n"
        "  - {id: e1, title: 事, when: 每月, see: t1/jia}\n"
        "  - {id: e1, title: 事, when: 每月, see: t1/yi}\n"
        "  - {id: e2, title: 事, when: 每月, see: t9/yi}\n"
    )
    found = problems(tmp_path, {"calendar/t2.yaml": text})
    assert [(problem.line, problem.what) for problem in found] == [
        (16, "事项编号“e1”重复"),
        (16, "引用的“t1/yi”不存在"),
        (17, "引用的“t9/yi”不存在"),
    ]


def test_a_topic_twice_names_both_files(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, {"practices/other.yaml": TOPIC})
    assert (problem.file, problem.line) == ("practices/other.yaml", 1)
    assert problem.what == f"主题编号“t1”和 {FILE}:1 重复"


def test_everything_wrong_in_a_folder_is_told_at_once(tmp_path: Path) -> None:
    # Also in files that have another fault already: one round of mending is enough.
    topic = spoiled("s1", "s9").replace("answer: 甲是甲", "anser: 甲是甲") + (
        "dates:\n  - {what: 事, when: 13月}\n"
        "events:\n  - {id: e1, title: 事, when: 找个时间, see: t1/yi}\n"
        "ambiguous:\n  - words: [甲]\n    choices: [t1, t8]\n"
    )
    found = problems(
        tmp_path,
        {
            FILE: topic,
            "practices/tab.yaml": "id: t5\n\ttitle: b\n",
            "practices/twice.yaml": TOPIC,
            "guards.yaml": (
                "not_coverd: []\nambiguous:\n  - words: [乙]\n    choices: [t1, t5, t7]\n"
            ),
            "sources.yaml": SOURCES + SOURCES.partition("\n")[2],
            "smalltalk.yaml": "smalltalk:\n  - {id: hi, ask: [], answer: 您好，请讲。}\n",
            "thesaurus.yaml": "words:\n  - [一个]\n",
        },
    )
    told = {(problem.file, problem.line, problem.what.partition("（")[0]) for problem in found}
    assert {(file, line) for file, line, _ in told} == {
        (FILE, 3),  # unknown source
        (FILE, 9),  # no answer
        (FILE, 13),  # misspelt
        (FILE, 15),  # impossible date
        (FILE, 16),  # events outside the calendar
        (FILE, 17),  # day not understood, points nowhere
        (FILE, 20),  # choice of nothing
        ("practices/tab.yaml", 2),
        ("practices/twice.yaml", 1),  # the id of services/t1.yaml
        ("guards.yaml", 1),
        ("guards.yaml", 4),
        ("sources.yaml", 5),
        ("smalltalk.yaml", 2),
        ("thesaurus.yaml", 2),
    }
    assert sum(problem.what.startswith("引用的") for problem in found) == 3
    assert not any("t5" in problem.what for problem in found), "its file only cannot be read"
    assert found == sorted(found)


def test_a_file_in_an_unknown_encoding_does_not_break_what_points_to_it(tmp_path: Path) -> None:
    guards = "ambiguous:\n  - words: [甲]\n    choices: [t1, t1/jia]\n"
    for raw in (TOPIC.encode("gbk"), TOPIC.encode("utf-16")):
        [problem] = problems(tmp_path, {FILE: raw, "guards.yaml": guards})
        assert "UTF-8" in problem.what


def test_no_sources_file_and_no_folder(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "sources.yaml").unlink()
    [problem] = load(tmp_path).problems
    assert "缺少 sources.yaml" in problem.what
    [problem] = load(tmp_path / "gone").problems
    assert str(tmp_path / "gone") in problem.what
    assert_readable(problem)


def test_a_folder_without_topics(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / FILE).unlink()
    loaded = load(tmp_path)
    assert loaded.library is None
    assert "一个主题也没有" in str(loaded.problems[0])


def test_files_that_nobody_reads_are_pointed_out(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        {
            "service/t2.yaml": TOPIC,
            "t3.yaml": TOPIC,
            "services/t4.yaml.txt": TOPIC,
            "README.md": "说明",
            "schema/topic.json": "{}",
            ".git/x.yaml": "",
        },
    )
    assert [(problem.file, problem.warning) for problem in found] == [
        ("service/t2.yaml", True),
        ("services/t4.yaml.txt", True),
        ("t3.yaml", True),
    ]


def test_both_endings_are_read(tmp_path: Path) -> None:
    build(tmp_path, {"services/t2.yml": TOPIC.replace("id: t1", "id: t2")})
    library = load_or_raise(tmp_path)
    assert list(library.topics) == ["t1", "t2"]
    assert library.places["t2/jia"] == ("services/t2.yml", 9)


def test_the_report_is_raised_when_the_knowledge_is_needed(tmp_path: Path) -> None:
    build(tmp_path, {FILE: spoiled("s1", "s9")})
    with pytest.raises(KnowledgeError, match=r"services/t1\.yaml:3: 错误：出处“s9”没有登记（"):
        load_or_raise(tmp_path)


def test_a_warning_alone_does_not_prevent_use(tmp_path: Path) -> None:
    loaded: Loaded = load(build(tmp_path, {FILE: spoiled("甲是甲。", "甲在一楼 #1 窗口")}))
    assert loaded.library is not None
    assert [problem.line for problem in loaded.problems] == [13]
    assert str(loaded.problems[0]).startswith(f"{FILE}:13: 提醒：")


def test_what_a_library_holds(tmp_path: Path) -> None:
    library = load_or_raise(build(tmp_path))
    assert [entry.ref for entry in library.entries()] == ["t1/overview", "t1/jia"]
    assert [source.title for source in library.sources_of(library.topics["t1"])] == ["一篇文章"]
    assert library.places == {
        "t1": (FILE, 1),
        "t1/overview": (FILE, 4),
        "t1/jia": (FILE, 9),
    }


def test_the_shipped_knowledge_has_no_problem() -> None:
    assert [str(problem) for problem in load(shipped_folder(), when_ok).problems] == []


def test_a_path_in_words() -> None:
    assert place_of(("sections", 1, "ask", 2)) == "sections 第 2 节的 ask 第 3 句"
    assert place_of(("overview", "answer")) == "overview的 answer"
    assert place_of(("people", 0)) == "people 第 1 人"
    assert place_of(("words", 3, 1)) == "words 第 4 个 第 2 条"
