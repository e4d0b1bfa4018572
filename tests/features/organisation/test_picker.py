from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.features.organisation.picker import PAGE, Picker, opened
from bot.messages import BUTTON_LABEL_CHARS_MAX
from bot.organisation import Unit, Units
from tests.organisation.small import UNITS

TREE = Units(UNITS)
PICKER = Picker(TREE, "org:b", "org:b:c", "org:b:x")
WIDE = Units([Unit("qu", "区委"), *(Unit(f"v{n}", f"第 {n} 村" * 9, "qu") for n in range(834))])


def data(picker: Picker, at: str, page: int = 0) -> list[tuple[str, str]]:
    return [(button.label, button.data) for row in picker.rows(at, page) for button in row]


def test_a_level_opens_or_picks() -> None:
    assert data(PICKER, "") == [
        ("江阳区委（2）", "org:b:o:jy:0"),
        ("返回", "org:b:c"),
        ("取消", "org:b:x"),
    ]
    assert data(PICKER, "jy") == [
        ("就选：江阳区委", "org:b:p:jy"),
        ("北城街道大工委（1）", "org:b:o:jd:0"),
        ("况场村党支部", "org:b:p:cun"),
        ("返回", "org:b:c"),
        ("取消", "org:b:x"),
    ]
    assert PICKER.start == "jy", "nothing to choose at the top"
    assert ("返回", "org:b:o:jy:0") in data(PICKER, "jd")
    two = Picker(Units([Unit("a", "甲"), Unit("b", "乙")]), "org:b", "org:b:c", "org:b:x")
    assert two.start == ""


def test_only_the_own_units_of_a_secretary() -> None:
    picker = Picker(TREE, "org:g:h", "org:g:", "org:g:x", ("sq", "cun"))
    assert [d for _, d in data(picker, "")][:2] == ["org:g:h:o:sq:0", "org:g:h:p:cun"]
    assert ("返回", "org:g:h:o::0") in data(picker, "sq"), "not up to the street"


def test_834_units_by_the_page() -> None:
    picker = Picker(WIDE, "org:b", "org:b:c", "org:b:x")
    rows = picker.rows("qu", 1)
    assert len(rows) == PAGE + 3
    assert [button.label for button in rows[-2]] == ["上一页", "下一页"]
    assert [button.label for button in picker.rows("qu", 104)[-2]] == ["上一页"]
    seen = {
        d for page in range(105) for _, d in data(picker, "qu", page) if d.startswith("org:b:p:v")
    }
    assert len(seen) == 834


@given(st.sampled_from(["", "qu", "v3"]), st.integers(-5, 10**7))
def test_labels_and_data_fit_whatever_is_pressed(at: str, page: int) -> None:
    picker = Picker(WIDE, "org:g:h", "org:g:", "org:g:x")
    for label, value in data(picker, at, page):
        assert 1 <= len(label) <= BUTTON_LABEL_CHARS_MAX
        assert len(value.encode()) <= 64


@given(st.lists(st.text(max_size=8), max_size=4))
def test_odd_data_open_the_top(parts: list[str]) -> None:
    at, page = opened(parts)
    assert at == (parts[0] if parts else "")
    assert 0 <= page < 10**6
