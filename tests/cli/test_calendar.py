"""dangbot calendar: text, poster and file, and what it says when something is wrong."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.cli.runner import Runner

SHIPPED = ("calendar", "--month", "2020-07", "--place", "中泰街道")


def test_text_is_the_default(dangbot: Runner) -> None:
    ran = dangbot.plain(*SHIPPED)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("2020年7月的安排：\n· 7月1日 专题党课")
    assert "具体日期未定" in ran.out
    assert "出处：" in ran.out
    assert dangbot.plain("calendar", "--month", "2020-07", "--place", "中泰").out == ran.out


def test_this_month_is_the_default(dangbot: Runner) -> None:
    assert dangbot("calendar", "--now", "2031-03-31").out.startswith("2031年3月")


def test_poster_and_file(dangbot: Runner, tmp_path: Path) -> None:
    png, pdf, ics = (tmp_path / f"七月.{kind}" for kind in ("png", "pdf", "ics"))
    ran = dangbot.plain(*SHIPPED, "--png", str(png), "--pdf", str(pdf), "--ics", str(ics))
    assert ran.code == 0, ran.err
    assert ran.out.count("已写好") == 3
    assert png.read_bytes().startswith(b"\x89PNG")
    assert pdf.read_bytes().startswith(b"%PDF")
    found: Any = icalendar.Calendar.from_ical(ics.read_bytes())
    assert len(found.walk("VEVENT")) == 2
    sequence = [int(one["SEQUENCE"]) for one in found.walk("VEVENT")]
    assert min(sequence) > 0  # from the time the file was written


def test_what_has_no_year_is_told(dangbot: Runner, tmp_path: Path) -> None:
    ran = dangbot.plain("calendar", "--month", "2020-06", "--ics", str(tmp_path / "a.ics"))
    assert ran.code == 0
    assert "有 3 项资料没有写年份" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--month", "七月"), "看不懂月份“七月”"),
        (("--month", "2026-13"), "写成 2026-07"),
        (("--month", "1700-01"), "1990 到 2099"),
        (("--place", "火星"), "资料里没有“火星”这个地方"),
        (("--ics", "/nowhere/a.ics"), "写不了 /nowhere/a.ics"),
    ],
)
def test_a_wrong_use_is_told(dangbot: Runner, arguments: tuple[str, ...], said: str) -> None:
    ran = dangbot.plain("calendar", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_without_the_extra(
    dangbot: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    ran = dangbot.plain(*SHIPPED, "--png", str(tmp_path / "a.png"))
    assert ran.code == 2
    assert "没有装画图的组件" in ran.err
    assert "pip install 'dangbot[poster]'" in ran.err
    assert not (tmp_path / "a.png").exists()


def test_bad_knowledge_is_named(dangbot: Runner) -> None:
    (dangbot.folder / "services" / "t1.yaml").write_text("id: [", encoding="utf-8")
    ran = dangbot("calendar")
    assert ran.code == 1
    assert "t1.yaml" in ran.err
