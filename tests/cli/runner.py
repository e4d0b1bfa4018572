"""Runs the command line in this process: arguments and input in, output and exit code out."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from tests.knowledge.folder import build

TOPIC = """\
id: yizhan
title: 红色驿站
aliases: [驿站]
place:
  county: 柳溪县
source: s1
overview:
  ask: [介绍一下红色驿站, 红色驿站是什么]
  answer: 柳溪县建了 12 处红色驿站，给环卫工人歇脚。
sections:
  - id: shuliang
    title: 驿站：一共几处
    ask: [红色驿站有几处, 一共建了多少处]
    answer: 12 处，都在主街上。
  - id: shijian
    title: 驿站：开门时间
    ask: [红色驿站几点开门, 驿站什么时候开门]
    answer: 早上 7 点到晚上 9 点，天天开。
"""
GUARDS = """\
ambiguous:
  - words: [歇脚]
    choices: [yizhan/shuliang, t1]
"""
TALK = """\
smalltalk:
  - id: thanks
    ask: [谢谢]
    answer: 不客气，应该的。
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


class Runner:
    """Runs commands on a small knowledge folder."""

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        files: dict[str, str | bytes] = {
            "practices/yizhan.yaml": TOPIC,
            "guards.yaml": GUARDS,
            "smalltalk.yaml": TALK,
        }
        self.folder = build(folder, files)
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *args: str, stdin: str | bytes = "") -> Ran:
        """Run ``dangbot`` with some arguments on the small folder."""
        return self.plain(*args, "--knowledge", str(self.folder), stdin=stdin)

    def plain(self, *args: str, stdin: str | bytes = "") -> Ran:
        """Run ``dangbot`` with exactly these arguments."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        source = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
        self._monkeypatch.setattr(sys, "argv", ["dangbot", *args])
        self._monkeypatch.setattr(sys, "stdin", source)
        self._capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        output = self._capsys.readouterr()
        return Ran(code, output.out, output.err)
