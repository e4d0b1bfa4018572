"""A small sound knowledge folder in a temporary place, to be spoiled by a test."""

from pathlib import Path

TOPIC = """\
id: t1
title: 主题
source: s1
overview:
  ask:
    - 介绍一下
  answer: 这是概况。
sections:
  - id: jia
    title: 甲
    ask:
      - 甲是什么
    answer: 甲是甲。
"""

SOURCES = """\
sources:
  - id: s1
    title: 一篇文章
    dated: 未定
"""


def build(root: Path, files: dict[str, str | bytes] | None = None) -> Path:
    """Write the small folder into ``root``, with ``files`` over or beside its own."""
    content: dict[str, str | bytes] = {
        "sources.yaml": SOURCES,
        "services/t1.yaml": TOPIC,
        **(files or {}),
    }
    for name, text in content.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root
