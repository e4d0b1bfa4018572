"""``dangbot notice``: a file is read, previewed, queued; what became of it is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.runner import Ran, Runner

NOTICE = """\
category: 会议通知
text: |
  明天下午三点开会。
  请带笔记本。
targets: all
receipt: true
"""
UNITS = '[{"id": "jy", "name": "江阳区委"}, {"id": "jd", "name": "街道大工委", "parent": "jy"}]'


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DANGBOT_DATABASE__URL", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.setenv("DANGBOT_TELEGRAM__APPROVED_CHATS", "-1001,-1002")
    monkeypatch.setenv("DANGBOT_ORGANISATION__UNITS", UNITS)


def send(dangbot: Runner, text: str, *more: str, stdin: str = "") -> Ran:
    Path("n.yaml").write_text(text, encoding="utf-8")
    return dangbot.plain("notice", "send", "n.yaml", *more, stdin=stdin)


def test_a_notice_is_queued_and_reported(dangbot: Runner) -> None:
    ran = send(dangbot, NOTICE, "--yes")
    assert (ran.code, ran.out) == (0, "1\n"), ran.err
    assert send(dangbot, NOTICE, "--yes").out == "2\n"
    told = dangbot.plain("notice", "report", "1", "--json")
    assert json.loads(told.out) == {
        "id": 1, "total": 2, "queued": 2, "sent": 0, "failed": 0, "uncertain": 0,
        "cancelled": 0, "skipped": 0,
        "targets": [
            {"chat_id": -1001, "state": "queued", "reason": "", "message_id": None},
            {"chat_id": -1002, "state": "queued", "reason": "", "message_id": None},
        ],
    }  # fmt: skip
    table = dangbot.plain("notice", "report", "1")
    assert table.out.splitlines()[-1] == "共 2 个群：排队 2。"
    assert dangbot.plain("notice", "report", "9").code == 2


def test_without_yes_it_is_shown_and_asked(dangbot: Runner) -> None:
    ran = send(dangbot, NOTICE, stdin="n\n")
    assert (ran.code, ran.out) == (1, "")
    assert "【会议通知】\n明天下午三点开会。\n请带笔记本。" in ran.err
    assert "［收到］［请假］［有疑问］" in ran.err
    assert "发给：2 个群（-1001、-1002）" in ran.err
    assert "北京时间" in ran.err
    assert "发成 1 条" in ran.err
    assert "没有发送" in ran.err
    ran = send(dangbot, NOTICE, stdin="y\n")
    assert (ran.code, ran.out) == (0, "1\n")
    assert send(dangbot, NOTICE, stdin="").code == 1


def test_a_long_text_says_into_how_many_messages_it_is_cut(dangbot: Runner) -> None:
    ran = send(dangbot, f"category: 会议通知\ntext: {'长' * 5000}\ntargets: all\n", stdin="n\n")
    assert "分成 2 条" in ran.err


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (NOTICE.replace("会议通知", "会议通值"), "n.yaml:1: 错误：没有“会议通值”这个类别"),
        (NOTICE.replace("targets", "tragets"), "n.yaml:5: 错误：不认识的名称“tragets”"),
        (NOTICE.replace("all", "[-1001, -7]"), "n.yaml:5: 错误：群 -7 还没有开通"),
        (NOTICE.replace("all", "\n  - jy\n  - jx"), "n.yaml:7: 错误：没有编号为“jx”的组织"),
        (NOTICE.replace("all", "[jy, -1001]"), "n.yaml:5: 错误：组织编号和群编号混在一起了"),
        (NOTICE + "when: 昨天下午三点\n", "n.yaml:7: 错误"),
        (NOTICE + "when: 明天八点\n", "上午还是下午"),
        (NOTICE + "silent: 也许\n", "n.yaml:7: 错误：silent 写的是“也许”"),
        (NOTICE.replace("true", "明天"), "n.yaml:6: 错误"),
        ("category: 会议通知\ntargets: all\n", "没写正文"),
        ("category: 会议通知\ntext: 开会\n", "没写发给谁"),
        ("- 开会\n", "n.yaml:1: 错误：文件里应是"),
        ("text: [\n", "n.yaml:1: 错误"),
    ],
)
def test_slips_are_told_with_file_and_line(dangbot: Runner, text: str, wanted: str) -> None:
    ran = send(dangbot, text, "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert wanted in ran.err
    assert dangbot.plain("notice", "report", "1").code == 2, "nothing was queued"


def test_targets_and_times(dangbot: Runner) -> None:
    text = NOTICE.replace("all", "-1002").replace("true", "false")
    ran = send(dangbot, text + "when: 明天下午三点\nsilent: 是\n", "--yes")
    assert ran.code == 0, ran.err
    told = json.loads(dangbot.plain("notice", "report", "1", "--json").out)
    assert [target["chat_id"] for target in told["targets"]] == [-1002]
    ran = send(dangbot, NOTICE.replace("all", "jy"), "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert "没有可发的群" in ran.err
    assert send(dangbot, NOTICE, "--yes").out == "2\n", "what cannot be sent takes no number"


def test_a_missing_file(dangbot: Runner) -> None:
    ran = dangbot.plain("notice", "send", "none.yaml", "--yes")
    assert ran.code == 2
    assert "none.yaml:1: 错误" in ran.err
