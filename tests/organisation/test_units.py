from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.organisation.units import DEPTH_MAX, Unit, Units, select
from tests.organisation.small import UNITS

TREE = Units(UNITS)


def refused(*units: Unit) -> str:
    with pytest.raises(ConfigError) as caught:
        Units(units)
    return str(caught.value)


def test_up_and_down_the_tree() -> None:
    assert [unit.id for unit in TREE.children()] == ["jy"]
    assert [unit.id for unit in TREE.children("sq")] == ["qyc", "xsl"]
    assert TREE.subtree("jd") == ("jd", "sq", "qyc", "xsl")
    assert TREE.subtree("nowhere") == ()
    assert TREE.path_name("qyc") == (
        "江阳区委 → 北城街道大工委 → 学士山社区大党委 → 沁园春小区党支部"
    )
    parent = TREE.parent("qyc")
    assert parent is not None
    assert parent.id == "sq"
    assert TREE.parent("jy") is None
    assert TREE.parent("nowhere") is None
    assert (TREE.name("qyc"), TREE.name("gone")) == ("沁园春小区党支部", "gone")
    assert TREE.path_name("gone") == "gone"
    assert len(TREE) == 6
    assert select(TREE, ["sq", "qyc", "cun"]) == ("sq", "qyc", "xsl", "cun")


def test_the_place_is_the_nearest_above() -> None:
    assert TREE.place("qyc") == "沁园春小区"
    assert TREE.place("xsl") == "江阳区"
    assert TREE.place("gone") == ""


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("qyc", ["qyc"]),
        ("QYC ", ["qyc"]),
        ("况场村党支部", ["cun"]),
        ("江阳区委 → 况场村党支部", ["cun"]),
        ("小区", ["qyc", "xsl"]),
        ("龙马潭", []),
        ("", []),
    ],
)
def test_found_by_what_people_write(text: str, ids: list[str]) -> None:
    assert [unit.id for unit in TREE.find(text)] == ids


def test_the_nearest_name() -> None:
    assert TREE.nearest("况场村支部") == "况场村党支部"
    assert TREE.nearest("某某") == ""


def test_every_slip_is_told_at_once_with_its_line_and_a_hint() -> None:
    said = refused(
        Unit("jy", "江阳区委", at="units.yaml:2"),
        Unit("jd", "街道", "jz", at="units.yaml:3"),
        Unit("jy", "又一个", at="units.yaml:4"),
    )
    assert "units.yaml:3 组织 jd（街道）的上级“jz”没有写。" in said
    assert "units.yaml:4 组织 jy（又一个）重复了，前面在 units.yaml:2。" in said
    assert "怎么办" in said
    assert "是不是想写 jy-1？" in refused(Unit("jy-1", "甲"), Unit("b", "乙", "jy1"))


def test_a_circle_is_told_once() -> None:
    said = refused(
        Unit("a", "甲", "c", at="u:1"),
        Unit("b", "乙", "a"),
        Unit("c", "丙", "b"),
        Unit("d", "丁", "c"),
    )
    assert said.count("圈") == 1
    assert "u:1 组织 a（甲）的上级绕成了圈：a → c → b → a" in said
    assert "a → a" in refused(Unit("a", "甲", "a"))


def test_a_chain_that_is_too_deep_is_told() -> None:
    chain = [Unit("u0", "顶")] + [Unit(f"u{n}", "下", f"u{n - 1}") for n in range(1, DEPTH_MAX + 3)]
    assert refused(*chain).count("太深") == 1
    assert len(Units(chain[:DEPTH_MAX])) == DEPTH_MAX


def test_many_slips_are_told_in_part() -> None:
    said = refused(*(Unit(f"u{n}", "村", "nowhere-at-all") for n in range(100)))
    assert said.count("没有写") == 20
    assert "还有 80 处" in said


def test_an_area_with_834_organisations() -> None:
    streets = [Unit(f"s{n}", f"第 {n} 街道", "qu") for n in range(33)]
    villages = [Unit(f"v{n}", f"第 {n} 村", f"s{n % 33}") for n in range(800)]
    tree = Units([*reversed(villages), *streets, Unit("qu", "区委")])
    assert len(tree) == len(tree.subtree("qu")) == 834
    assert len(tree.subtree("s0")) == 26


IDS = st.text("abc", min_size=1, max_size=2)


@given(st.lists(st.tuples(IDS, st.one_of(st.just(""), IDS)), max_size=12))
def test_a_tree_is_sound_or_refused(rows: list[tuple[str, str]]) -> None:
    units = [Unit(name, name, parent) for name, parent in rows]
    with contextlib.suppress(ConfigError):
        check_tree(Units(units), rows)


def check_tree(tree: Units, rows: list[tuple[str, str]]) -> None:
    assert sorted(below for top in tree.children() for below in tree.subtree(top.id)) == sorted(
        name for name, _ in rows
    )
    for unit in tree:
        chain = tree.chain(unit.id)
        assert chain[0].parent == ""
        assert chain[-1] is unit
        assert all(unit.id in tree.subtree(above.id) for above in chain)
