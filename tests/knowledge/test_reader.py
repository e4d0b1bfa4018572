"""The reader turns any bytes into values with lines, or into one clear problem."""

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.knowledge.folder import FILE_BYTES_MAX
from bot.knowledge.problems import Problem
from bot.knowledge.reader import DEPTH_MAX, Document, read_bytes, read_file

BROKEN: dict[str, tuple[bytes, int, str]] = {
    # what is wrong: the bytes, the line that is named, a word of the message
    "tab before a key": (b"id: a\n\ttitle: b\n", 2, "制表符"),
    "tab in a nested key": (b"id: a\nplace:\n\tcounty: b\n", 3, "制表符"),
    "tab before a list entry": (b"ask:\n  - a\n\t- b\n", 3, "制表符"),
    "GBK": ("id: a\ntitle: 镇平\n".encode("gbk"), 2, "UTF-8"),
    "UTF-16": ("id: a\ntitle: 镇平\n".encode("utf-16"), 1, "UTF-8"),
    "UTF-16 without a mark": ("id: a\ntitle: b\n".encode("utf-16-le"), 1, "UTF-8"),
    "half a character": ("id: a\ntitle: 镇".encode()[:-1], 2, "UTF-8"),
    "10 MB": (b"a: " + b"x" * 10_000_000, 1, "超过 1 MB"),
    "100,000 brackets": (b"a: " + b"[" * 100_000, 1, "嵌套太深"),
    "100,000 braces": (b"{a: " * 100_000, 1, "嵌套太深"),
    "100,000 dashes": (b"- " * 100_000, 1, "嵌套太深"),
    "100,000 question marks": (b"? " * 100_000, 1, "名称必须是一个词"),
    "deep indentation": (
        "\n".join(" " * depth + f"a{depth}:" for depth in range(500)).encode(),
        DEPTH_MAX + 1,
        "嵌套太深",
    ),
    "too many values": (b"a: [" + b"x," * 200_000 + b"]", 1, "内容太多"),
    "billion laughs": (b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", 1, "引用"),
    "an anchor": (b"id: a\ntitle: &x b\n", 2, "引用"),
    "an alias": (b"ask:\n  - *b\n", 2, "引用"),
    "an ampersand": (b"a: & b\n", 1, "引用"),
    "the same key twice": (b"id: a\ntitle: b\nid: c\n", 3, "“id”在同一处写了两次"),
    "the same key twice in a section": (
        b"sections:\n  - id: a\n    title: b\n    id: c\n",
        4,
        "“id”在同一处写了两次",
    ),
    "two documents": (b"id: a\n---\nid: b\n", 2, "两份内容"),
    "a null byte": (b"id: a\ntitle: b\x00c\n", 2, "控制字符"),
    "a bell": ("id: a\ntitle: 镇平\a\n".encode(), 2, "控制字符"),
    "an escape that writes a bell": (b'id: a\ntitle: "\\a"\n', 2, "控制字符"),
    "a line separator": ("id: a\ntitle: 镇\u2028平\n".encode(), 2, "控制字符"),
    "a next-line sign": ("id: a\ntitle: 镇\x85平\n".encode(), 2, "控制字符"),
    "a surrogate": (b"id: a\ntitle: \xed\xa0\x80\n", 2, "UTF-8"),
    "an open double quote": (b'id: a\ntitle: "abc\nx: b\ny: d\n', 2, "引号没有配对"),
    "an open single quote": (b"id: a\ntitle: 'abc\nx: b\n", 2, "引号没有配对"),
    "words after a quote": ('id: a\ntitle: "镇平"大比武\n'.encode(), 2, "引号后面还有字"),
    "words after a quote, in a list": ('ask:\n  - "镇平"在哪\n'.encode(), 2, "引号后面还有字"),
    "a wrong escape": (b'id: a\ntitle: "C:\\q"\n', 2, "反斜杠"),
    "no colon": ("id: a\ntitle 镇平\nx: b\n".encode(), 2, "缺少冒号"),
    "no space after the colon": ("id: a\ntitle:镇平\nx: b\n".encode(), 2, "缺少冒号"),
    "a Chinese colon before a list": ("a:\n  - words：[一]\n    say: 二\n".encode(), 2, "中文冒号"),
    "a Chinese colon": ("id: a\ntitle：镇平\nx: b\n".encode(), 2, "中文冒号"),
    "a colon inside": ("id: a\nanswer: 主题: 什么\n".encode(), 2, "多了一个冒号"),
    "a key too far right": (b"id: a\n title: b\n", 2, "缩进不对"),
    "a key between two levels": (b"sections:\n  - id: a\n   title: b\n", 3, "缩进不齐"),
    "a list entry too far left": (b"ask:\n      - x\n     - y\n", 3, "缩进不齐"),
    "a key among list entries": (b"ask:\n  - b\n  c: d\n", 3, "缩进不齐"),
    "an open bracket": (b"id: a\nwords: [b, c\nd: e\n", 2, "没有配对"),
    "a sign at the beginning": (b"id: a\ntitle: @b\n", 2, "特殊符号"),
    "a percent sign": ("id: a\ntitle: %五十\n".encode(), 2, "特殊符号"),
    "an exclamation mark": (b"id: a\ntitle: !b c\n", 2, "感叹号"),
    "a Python object": (b'!!python/object/apply:os.system ["ls"]\n', 1, "感叹号"),
    "a list as a key": (b"id: a\n[b, c]: d\n", 2, "名称必须是一个词"),
    "a group as a key": (b"id: a\n{b: c}: d\n", 2, "名称必须是一个词"),
    "old line ends": (b"id: a\rtitle: [\r", 2, "没有配对"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_each_fault_is_one_problem_with_its_line(what: str) -> None:
    raw, line, words = BROKEN[what]
    found = read_bytes(raw, "services/x.yaml")
    assert isinstance(found, Problem), found
    assert words in found.what
    assert found.line == line
    assert found.file == "services/x.yaml"
    assert not found.warning
    assert_readable(found)


def assert_readable(problem: Problem) -> None:
    """What is wrong and what to do are both said, in Chinese, without the parser's words."""
    for text in (problem.what, problem.hint):
        assert text
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text)
    for foreign in ("found", "expected", "token", "Error", "None", "constrained"):
        assert foreign not in str(problem)


def values(text: str | bytes) -> Document:
    found = read_bytes(text if isinstance(text, bytes) else text.encode(), "x.yaml")
    assert isinstance(found, Document), found
    return found


def test_every_value_is_text() -> None:
    found = values("a: [yes, no, on, 1, 1.10, 010, 1e3, 2020-07-01, true, 0x1F, 12:30]")
    assert found.value == {
        "a": ["yes", "no", "on", "1", "1.10", "010", "1e3", "2020-07-01", "true", "0x1F", "12:30"]
    }


def test_nothing_written_is_none_but_quoted_is_text() -> None:
    assert values("a:\nb: ~\nc: null\nd: ''\ne: 'null'").value == {
        "a": None,
        "b": None,
        "c": None,
        "d": "",
        "e": "null",
    }


@pytest.mark.parametrize("text", ["", "\n\n", "# 只有说明\n# 没有内容\n", "---\n", "\ufeff"])
def test_an_empty_file_has_no_value(text: str) -> None:
    assert values(text).value is None


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    found = values("id: a\r\ntitle: 镇平\r\n".encode("utf-8-sig"))
    assert found.value == {"id": "a", "title": "镇平"}
    assert found.line(("title",)) == 2


def test_a_list_at_the_top_is_a_list() -> None:
    assert values("- a\n- b\n").value == ["a", "b"]


def test_each_value_knows_its_line() -> None:
    found = values("# 说明\nid: a\nsections:\n  - id: b\n    ask:\n      - c\n      - d\n")
    assert found.line(()) == 2
    assert found.line(("id",)) == 2
    assert found.line(("sections", 0, "ask", 1)) == 7
    assert found.line(("sections", 0, "answer")) == 4  # missing: where its section begins
    assert found.line(("nowhere", 3)) == 2


def test_folded_text_keeps_its_words() -> None:
    found = values("answer: >-\n  第一行\n  第二行\n")
    assert found.value == {"answer": "第一行 第二行"}


def test_a_phrase_with_colon_and_space_becomes_a_group() -> None:
    # The loader then says what to do; here only its line matters.
    found = values("ask:\n  - 时间: 几点\n")
    assert found.value == {"ask": [{"时间": "几点"}]}
    assert found.line(("ask", 0)) == 2


def test_a_sentence_cut_off_by_a_hash_is_pointed_out() -> None:
    found = values('id: a # 备注\nask:\n  - 去 #1 窗口办什么\n  - "去 #2 窗口"\n  - C#是什么\n')
    assert found.value == {"id": "a", "ask": ["去", "去 #2 窗口", "C#是什么"]}
    [warning] = found.warnings
    assert (warning.line, warning.warning) == (3, True)
    assert "#" in warning.what
    assert_readable(warning)


def test_names_that_are_no_readable_file(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "link.yaml").symlink_to(tmp_path / "gone.yaml")
    for name in ("folder.yaml", "link.yaml", "gone.yaml"):
        found = read_file(tmp_path / name, name)
        assert isinstance(found, Problem)
        assert (found.file, found.line) == (name, 1)
        assert_readable(found)


def test_a_file_that_is_too_big_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(10 * FILE_BYTES_MAX)
    found = read_file(path, "big.yaml")
    assert isinstance(found, Problem)
    assert "超过 1 MB" in found.what


def check_any(raw: bytes) -> None:
    found = read_bytes(raw, "x.yaml")
    lines = len(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))
    if isinstance(found, Problem):
        assert 1 <= found.line <= lines
        assert found.what
        assert found.hint
    else:
        assert all(1 <= line <= lines for line in found.lines.values())
        assert all(1 <= warning.line <= lines for warning in found.warnings)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b"%YAML 9.9\n---\na: b\n")
@example(b"? ")
@example(b": ")
def test_any_bytes_give_values_or_a_problem(raw: bytes) -> None:
    check_any(raw)


YAML_SIGNS = (
    "-:?[]{},#&*!|>'\"%@` \n\t\r\\~<=." + string.ascii_lowercase[:4] + "镇平：“”\u3000\x85\u2028"
)


@settings(max_examples=1000, deadline=None)
@given(st.text(alphabet=YAML_SIGNS, max_size=60))
def test_any_signs_give_values_or_a_problem(text: str) -> None:
    check_any(text.encode())


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_values_or_a_problem(text: str) -> None:
    check_any(text.encode("utf-8", "surrogatepass"))
