"""Changing files: comments and order stay, nobody's change is lost, every change can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import KnowledgeError, Refused
from bot.knowledge import patches
from bot.knowledge.edit import ALONE_NAME, LOG_NAME, Editor
from bot.knowledge.folder import shipped_folder
from bot.knowledge.library import Library
from bot.knowledge.load import load
from bot.knowledge.patches import Patch
from tests.fakes import START, FakeClock

from .folder import TOPIC, build

FILE = "services/t1.yaml"
MESSY = """\
# 抬头的备注
id: t1   # 编号
title: "主题"
source: s1
overview:
  ask: [介绍一下, '总的说说']
  answer: 这是概况。  # 行尾的备注
sections:
  # 第一节
  - id: jia
    title: 甲
    ask:
      - 甲是什么   # 问法

    # 答案在下面
    answer: 甲是甲。
not_covered: []
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build(tmp_path, {FILE: MESSY})


@pytest.fixture
def editor(folder: Path) -> Editor:
    return Editor(folder, FakeClock())


def raw(editor: Editor, file: str = FILE) -> bytes:
    found = editor.raw(file)
    assert found is not None
    return found


def text(folder: Path, file: str = FILE) -> str:
    return (folder / file).read_text(encoding="utf-8")


def test_a_phrasing_is_one_line_more(folder: Path, editor: Editor) -> None:
    patch = patches.add_phrasing(FILE, raw(editor), "jia", "甲: 到底是啥")
    assert patch.what == "给“甲”加问法“甲: 到底是啥”"
    assert patch.diff == '+      - "甲: 到底是啥"'
    assert text(folder) == MESSY, "nothing is written yet"
    editor.apply(patch, "赵主任")
    line = "      - 甲是什么   # 问法\n"
    assert text(folder) == MESSY.replace(line, f'{line}      - "甲: 到底是啥"\n')
    library = load(folder).library
    assert library is not None
    assert library.topics["t1"].sections[0].ask == ["甲是什么", "甲: 到底是啥"]


def test_a_phrasing_of_the_overview_in_brackets(folder: Path, editor: Editor) -> None:
    editor.apply(patches.add_phrasing(FILE, raw(editor), "overview", "讲讲"), "赵")
    assert text(folder) == MESSY.replace("'总的说说']", "'总的说说', 讲讲]")


@pytest.mark.parametrize(
    "ask",
    ["no", "# 号窗口", "*星号", "12:30 开门吗", "a, b", "[甲]", "'半", "甲 #乙", "null", "1.10"],
)
def test_odd_words_come_back_as_they_were_written(folder: Path, editor: Editor, ask: str) -> None:
    for section in ("jia", "overview"):
        editor.apply(patches.add_phrasing(FILE, raw(editor), section, ask), "赵")
    library = load(folder).library
    assert library is not None
    topic = library.topics["t1"]
    assert topic.overview.ask[-1] == topic.sections[0].ask[-1] == ask


def test_a_section_at_the_end(folder: Path, editor: Editor) -> None:
    fields = {"id": "yi", "title": "乙", "ask": ["乙是什么", "什么是乙"], "answer": "乙是乙。"}
    editor.apply(patches.add_section(FILE, raw(editor), fields), "赵")
    asks = "    ask:\n      - 乙是什么\n      - 什么是乙\n"
    added = f"  - id: yi\n    title: 乙\n{asks}    answer: 乙是乙。\n"
    assert text(folder) == MESSY.replace("not_covered", f"{added}not_covered")


def test_a_first_section_stands_before_the_guards(folder: Path, editor: Editor) -> None:
    start = TOPIC.index("sections")
    build(folder, {FILE: TOPIC[:start] + "tests:\n  - {ask: 火星, expect: 不答}\n"})
    fields = {"id": "yi", "title": "乙", "ask": ["乙是什么"], "answer": "乙是乙。"}
    editor.apply(patches.add_section(FILE, raw(editor), fields), "赵")
    assert text(folder).index("sections:") < text(folder).index("tests:")


def test_words_without_an_answer(folder: Path, editor: Editor) -> None:
    patch = patches.add_not_covered(FILE, raw(editor), ["电话", "手机号"], "资料里没有写电话。")
    editor.apply(patch, "赵")
    added = "not_covered:\n  - words: [电话, 手机号]\n    say: 资料里没有写电话。\n"
    assert text(folder) == MESSY.replace("not_covered: []\n", added)


def test_a_guard_file_that_is_not_there_is_made(folder: Path, editor: Editor) -> None:
    patch = patches.add_ambiguous(
        "guards.yaml", editor.raw("guards.yaml"), ["甲"], ["t1", "t1/jia"]
    )
    change = editor.apply(patch, "赵")
    assert text(folder, "guards.yaml") == (
        "ambiguous:\n  - words: [甲]\n    choices: [t1, t1/jia]\n"
    )
    editor.undo(change.number, "赵")
    assert editor.raw("guards.yaml") is None
    editor.undo(2, "赵")
    assert text(folder, "guards.yaml").startswith("ambiguous:")
    assert [row.what[:3] for row in editor.changes()] == ["重做：", "撤回：", "写明有"]


@pytest.mark.parametrize(
    "path", sorted(shipped_folder().glob("*/*.yaml")), ids=lambda path: path.stem
)
def test_a_phrasing_can_be_added_to_every_shipped_section(
    path: Path, shipped_library: Library
) -> None:
    before = path.read_bytes()
    library = shipped_library
    name = path.relative_to(shipped_folder()).as_posix()
    topic = next(t for t in library.topics.values() if library.places[t.id][0] == name)
    for section in ("overview", *(part.id for part in topic.sections)):
        patch = patches.add_phrasing(name, before, section, "新加的一句问法")
        assert patch.diff == "+" + patch.diff.lstrip("+"), "one line, nothing else"
        assert patch.diff.strip("+ -") == "新加的一句问法"


PLAIN = ["+123", "True", "-0", "1.10", "0o17", "1_000", "no", "~", "null", "12:30", "=", "<<"]


@pytest.mark.parametrize("plain", PLAIN)
def test_plain_words_elsewhere_stay_as_they_are_written(plain: str) -> None:
    file = f"id: a\ntitle: T\nx: {plain}\noverview:\n  ask:\n    - q1\n  answer: {plain}\n"
    made = [
        patches.add_phrasing(FILE, file.encode(), "overview", "q2"),
        patches.add_section(FILE, file.encode(), {"id": "b", "title": "乙", "ask": ["乙"]}),
        patches.add_not_covered(FILE, file.encode(), ["乙"], "没有写。"),
        patches.add_ambiguous(FILE, file.encode(), ["乙"], ["a", "b"]),
    ]
    for patch in made:
        assert {line[0] for line in patch.diff.splitlines()} == {"+"}, patch.diff


def test_what_does_not_read_back_is_not_handed_out() -> None:
    document = patches.readable(FILE, MESSY.encode())
    assert patches.checked(document, MESSY.encode(), lambda _: None) == MESSY.encode()
    for other in (MESSY.replace("甲是甲", "甲是乙"), "id: ["):
        with pytest.raises(ValueError, match="safely"):
            patches.checked(document, other.encode(), lambda _: None)
    with pytest.raises(ValueError, match="cannot be read"):
        patches.add_phrasing(FILE, MESSY.encode() + b"x: !!int 007\n", "jia", "q2")


@pytest.mark.parametrize("dash", ["", "  "])
def test_lists_keep_their_indent(dash: str) -> None:
    rows = "".join(f"  {dash}- {word}\n" for word in ("q1", "q2"))
    file = f"id: a\ntitle: T\noverview:\n  ask:\n{rows}  answer: 甲。\n"
    patch = patches.add_phrasing(FILE, file.encode(), "overview", "q3")
    assert patch.diff == f"+  {dash}- q3"


# --- nobody's change is lost ---------------------------------------------------------------------


def test_the_second_of_two_editors_is_told(folder: Path, editor: Editor) -> None:
    one = patches.add_phrasing(FILE, raw(editor), "jia", "第一个人的话")
    two = patches.add_phrasing(FILE, raw(editor), "jia", "第二个人的话")
    editor.apply(one, "赵")
    with pytest.raises(Refused, match="刚才被改过"):
        editor.apply(two, "钱")
    assert "第一个人的话" in text(folder)
    assert "第二个人的话" not in text(folder)
    assert [change.author for change in editor.changes()] == ["赵"]


def test_a_change_by_hand_is_not_overwritten(folder: Path, editor: Editor) -> None:
    patch = patches.add_phrasing(FILE, raw(editor), "jia", "再来一句")
    by_hand = MESSY.replace("甲是甲", "甲是乙")
    (folder / FILE).write_text(by_hand, encoding="utf-8")
    with pytest.raises(Refused):
        editor.apply(patch, "赵")
    assert text(folder) == by_hand


def test_what_would_break_the_files_is_not_written(folder: Path, editor: Editor) -> None:
    patch = patches.add_ambiguous(FILE, raw(editor), ["甲"], ["t1", "t9/nothing"])
    with pytest.raises(KnowledgeError, match="不存在"):
        editor.apply(patch, "赵")
    assert text(folder) == MESSY
    assert editor.changes() == []


def test_a_section_that_is_not_there(editor: Editor) -> None:
    with pytest.raises(KeyError):
        patches.add_phrasing(FILE, raw(editor), "bing", "问")


# --- the log -------------------------------------------------------------------------------------


def test_every_change_can_be_undone_and_done_again(folder: Path, editor: Editor) -> None:
    first = editor.apply(patches.add_phrasing(FILE, raw(editor), "jia", "一句"), "赵")
    after = text(folder)
    assert (first.number, first.author, first.moment) == (1, "赵", START)
    back = editor.undo(1, "钱")
    assert text(folder) == MESSY
    assert (back.number, back.undoes, back.what) == (2, 1, f"撤回：{first.what}")
    editor.undo(2, "孙")
    assert text(folder) == after
    again = Editor(folder, FakeClock())
    assert [change.number for change in again.changes()] == [3, 2, 1]


def test_what_was_changed_since_cannot_be_undone(folder: Path, editor: Editor) -> None:
    editor.apply(patches.add_phrasing(FILE, raw(editor), "jia", "一句"), "赵")
    editor.apply(patches.add_phrasing(FILE, raw(editor), "jia", "两句"), "钱")
    with pytest.raises(Refused, match="刚才被改过"):
        editor.undo(1, "赵")
    editor.undo(2, "赵")
    editor.undo(3, "赵")
    assert "两句" in text(folder)
    with pytest.raises(Refused, match="没有第 9 次"):
        editor.undo(9, "赵")


def test_a_damaged_log_is_read_as_far_as_it_goes(folder: Path, editor: Editor) -> None:
    editor.apply(patches.add_phrasing(FILE, raw(editor), "jia", "一句"), "赵")
    log = folder / LOG_NAME
    log.write_text(log.read_text(encoding="utf-8") + "{\n[]\n", encoding="utf-8")
    assert [change.number for change in editor.changes()] == [1]
    assert load(folder).problems == []


@pytest.mark.parametrize("bad", [b"\xff\n", b"{\n", b'{"number": 1, "what": "\xe5\n', b"[]\n"])
def test_a_damaged_line_costs_no_other_and_stays(folder: Path, editor: Editor, bad: bytes) -> None:
    editor.apply(patches.add_phrasing(FILE, raw(editor), "jia", "一句\u2028话\u0085"), "赵")
    log = folder / LOG_NAME
    log.write_bytes(log.read_bytes() + bad)
    assert [change.number for change in editor.changes()] == [1]
    editor.apply(patches.add_phrasing(FILE, raw(editor), "jia", "两句"), "钱")
    assert [change.number for change in editor.changes()] == [2, 1]
    editor.forget("钱")
    assert [change.author for change in editor.changes()] == ["", "赵"]
    assert bad in log.read_bytes()


def test_a_number_is_not_used_again_though_its_line_is_damaged(
    folder: Path, editor: Editor
) -> None:
    editor.apply(patches.add_phrasing(FILE, raw(editor), "jia", "一句"), "telegram:1")
    log = folder / LOG_NAME
    log.write_bytes(log.read_bytes().replace("一句".encode(), b"\xff", 1))
    editor.apply(patches.add_phrasing(FILE, raw(editor), "jia", "两句"), "钱")
    assert [change.number for change in editor.changes()] == [2]
    editor.forget("telegram:1")
    assert b"telegram:1" not in log.read_bytes()
    assert log.read_bytes().count(b"\n") == 2


def test_a_log_that_cannot_be_read_is_not_begun_anew(folder: Path, editor: Editor) -> None:
    (folder / LOG_NAME).mkdir()
    with pytest.raises(Refused, match="读不了改动记录，先不改"):
        editor.apply(patches.add_phrasing(FILE, raw(editor), "jia", "一句"), "赵")
    assert text(folder) == MESSY


def test_who_never_changed_anything_is_forgotten_where_nobody_can_write(
    folder: Path, editor: Editor
) -> None:
    editor.apply(patches.add_phrasing(FILE, raw(editor), "jia", "一句"), "telegram:12")
    (folder / ALONE_NAME).unlink()
    (folder / ALONE_NAME).mkdir()  # a lock that cannot be opened, also for the superuser
    editor.forget("telegram:1")
    with pytest.raises(Refused, match="不能写"):
        editor.forget("telegram:12")


# --- nothing leads out of the folder -------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../x.yaml", "services/../../x.yaml", "/etc/passwd", "services/.x.yaml", "other/x.yaml",
        "services/x.txt", "services/", "", "guards.yaml/x.yaml", "services/a/b.yaml", LOG_NAME,
    ],
)  # fmt: skip
def test_only_knowledge_files_can_be_named(editor: Editor, name: str) -> None:
    with pytest.raises(Refused):
        editor.raw(name)
    with pytest.raises(Refused):
        editor.apply(Patch(name, "", b"id: x\n", "坏", ""), "赵")
