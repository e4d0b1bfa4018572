"""What the texts alone show, each with its line; and the fixes, right and no more."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.findings import Finding
from bot.knowledge.folder import shipped_folder
from bot.knowledge.lint import lint
from bot.knowledge.load import load
from bot.knowledge.mend import mend
from bot.knowledge.yamlfile import YamlFile

from .folder import TOPIC, build

TODAY = date(2026, 7, 1)
SHIPPED = sorted(shipped_folder().rglob("*.yaml"))


def found(folder: Path, today: date = TODAY) -> list[Finding]:
    loaded = load(folder)
    rows = lint(loaded.files, loaded.library, today)
    return [row for row in rows if row.problem.code != "untested"]


def said(tmp_path: Path, answer: str) -> list[Finding]:
    return found(build(tmp_path, {"services/t1.yaml": TOPIC.replace("甲是甲。", answer)}))


def test_the_shipped_files_have_nothing_to_mend() -> None:
    assert [str(row.problem) for row in found(shipped_folder())] == []


@pytest.mark.parametrize(
    ("answer", "code", "fixed"),
    [
        ("到黨群服務中心辦理。", "traditional", "到党群服务中心办理。"),
        ("共２１处，占９０％。", "lookalike", "共21处，占90%。"),
        ("到窗\u200b口办\u2060理。", "lookalike", "到窗口办理。"),
        ("二○二○年建成，共三处。", "lookalike", "二〇二〇年建成，共三处。"),
        ("2O20年7月l日开始办。", "lookalike", "2020年7月1日开始办。"),
        ("用微信扫АPP的码。", "lookalike", "用微信扫APP的码。"),
        ("手续己经办好，自已去取。", "lookalike", "手续已经办好，自己去取。"),
        ("⼯作日都能办。", "lookalike", "工作日都能办。"),
        ("网上办：www.example.gov.cn/a", "link", "网上办：https://www.example.gov.cn/a"),
        ("网上办：http：//example.gov.cn", "link", "网上办：http://example.gov.cn"),
        ("网址是https:/example.gov.cn。", "link", "网址是https://example.gov.cn。"),
        ("用Яндекс搜一下就行。", "lookalike", None),
        ("网上办：http://办事", "link", None),
        ("电话1380013800，白天打。", "phone", None),
        ("电话138001380001，白天打。", "phone", None),
        ("请拨打 1234567 找他。", "phone", None),
        ("联系电话：0537-123。座机 053712345678901", "phone", None),
        ("他的号码 370827199001011234 登记。", "identity", None),
        ("2020年7月1日（星期五）开会。", "day", None),
        ("2月30日开会，请准时。", "day", None),
        ("下周三到大厅去取证。", "relative", None),
    ],
)
def test_what_cannot_be_right(tmp_path: Path, answer: str, code: str, fixed: str | None) -> None:
    (row,) = said(tmp_path, answer)
    assert row.problem.code == code, row
    assert row.problem.warning
    assert (row.problem.file, row.problem.line) == ("services/t1.yaml", 13)
    assert row.problem.hint
    assert row.fixed == fixed


@pytest.mark.parametrize(
    "answer",
    [
        "电话 0537-1234567，手机 13800138000，热线 12345。",
        "拨打 400-800-1234 或 +86 13800138000。",
        "2018-2020 年办了 12345678 件，2020-07-01 起算。",
        "网址 https://www.example.gov.cn/a?b=1 ，随时能看。",
        "2020年7月1日（星期三）开会；2024年2月29日也开。",
        "请遮山镇的张玥、李芃到场；乾隆年间建成。",
        "自己的事，已经办好；一九二〇年；〇二年。",
        "A4 纸 10 张，U 盘 1 个，No. 8 窗口。",
    ],
)
def test_what_is_right_is_left_alone(tmp_path: Path, answer: str) -> None:
    assert said(tmp_path, answer) == []


def test_slips_in_phrasings_may_be_meant(tmp_path: Path) -> None:
    topic = TOPIC.replace("甲是什么", "己经办好了去哪取")
    assert found(build(tmp_path, {"services/t1.yaml": topic})) == []


def test_what_is_over_and_what_soon_will_be(tmp_path: Path) -> None:
    days = "    valid_to: 2026-06-30\n"
    folder = build(tmp_path, {"services/t1.yaml": TOPIC + days})
    (row,) = found(folder)
    assert row.problem.code == "expired"
    assert row.problem.line == 9
    assert "已过期" in row.problem.what
    (row,) = found(folder, date(2026, 6, 16))
    assert "还有 14 天过期" in row.problem.what
    assert found(folder, date(2026, 6, 15)) == []


def test_topics_without_tests_are_counted(tmp_path: Path) -> None:
    folder = build(tmp_path)
    loaded = load(folder)
    (row,) = lint(loaded.files, loaded.library, TODAY)
    assert row.problem.code == "untested"
    tested = TOPIC + "tests:\n  - {ask: 甲怎么办, expect: jia}\n"
    loaded = load(build(tmp_path, {"services/t1.yaml": tested}))
    assert lint(loaded.files, loaded.library, TODAY) == []


# --- mending -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_file_that_is_not_changed_stays_the_same_byte_for_byte(path: Path) -> None:
    raw = path.read_bytes()
    assert YamlFile(raw).raw() == raw


MESSY = """\
# 抬头的备注
id: t1   # 编号
title: "主题"
source: s1
overview:
  ask: [介绍一下, '总的說說']
  answer: 這是概況。  # 行尾的备注
sections:
  # 第一节
  - id: jia
    title: 甲
    ask:
      - 甲是什么   # 问法

      - "甲: 是啥"
    answer: "共２１处，见 www.example.cn"
"""


def test_a_fix_keeps_comments_order_and_quotes(tmp_path: Path) -> None:
    folder = build(tmp_path, {"services/t1.yaml": MESSY})
    rounds = 0
    while mend(folder, found(folder)):
        rounds += 1
    assert rounds == 2, "one text has two findings"
    text = (folder / "services" / "t1.yaml").read_text(encoding="utf-8")
    changed = {"說說": "说说", "這是概況": "这是概况", "２１": "21", "www": "https://www"}
    wanted = MESSY
    for old, new in changed.items():
        wanted = wanted.replace(old, new)
    assert text == wanted
    assert found(folder) == []
    assert [path.name for path in (folder / "services").iterdir()] == ["t1.yaml"]


def test_a_file_with_other_errors_is_mended_all_the_same(tmp_path: Path) -> None:
    folder = build(tmp_path, {"services/t1.yaml": TOPIC.replace("甲是甲。", "辦") + "odd: 1\n"})
    assert len(mend(folder, found(folder))) == 1
    assert "办" in (folder / "services" / "t1.yaml").read_text(encoding="utf-8")


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    folder = build(tmp_path, {"services/t1.yaml": TOPIC.replace("甲是甲。", "甲辦甲。")})
    rows = found(folder)
    for text in ("id: [", "id: t9\n", ""):
        (folder / "services" / "t1.yaml").write_text(text, encoding="utf-8")
        assert mend(folder, rows) == []
        assert (folder / "services" / "t1.yaml").read_text(encoding="utf-8") == text
    (folder / "services" / "t1.yaml").unlink()
    assert mend(folder, rows) == []


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"a: [", b"x" * 1_000_001])
def test_what_cannot_be_read_cannot_be_changed(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        YamlFile(raw)
