"""Which section holds which fact of the articles: writes docs/coverage.md, or says what is missing.

Run ``python docs/coverage/make.py`` after a change of the knowledge or of ``facts.yaml``.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))  # runs from a checkout without installation

from bot.knowledge.folder import shipped_folder  # noqa: E402
from bot.knowledge.library import OVERVIEW, Entry, Library  # noqa: E402
from bot.knowledge.load import load_or_raise  # noqa: E402
from bot.knowledge.reader import Document, read_file  # noqa: E402

PAGE = HERE.parent / "coverage.md"
Facts = Mapping[str, list[Mapping[str, object]]]
SHOWN_MAX = 3


def plain(text: str) -> str:
    """A text as facts are compared: NFKC, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_facts() -> Facts:
    """The list of facts, article by article."""
    found = read_file(HERE / "facts.yaml", "facts.yaml")
    if not isinstance(found, Document):
        raise SystemExit(str(found))
    facts: Facts = found.value
    return facts


def holders(library: Library, article: str, must: list[str]) -> list[Entry]:
    """The entries of an article's own topics whose answer holds all the strings.

    Topics that gather several articles do not count: there the strings could come from another
    place. An overview is named only where no section holds the fact.
    """
    wanted = [plain(text) for text in must]
    found = [
        entry
        for entry in library.entries()
        if entry.topic.source in (article, [article])
        and all(text in plain(entry.answer) for text in wanted)
    ]
    return [entry for entry in found if entry.id != OVERVIEW] or found


def missing(library: Library, facts: Facts) -> list[str]:
    """Facts that no section holds, one line each."""
    return [
        f"{article}: {fact['fact']} {fact['must']}"
        for article, items in facts.items()
        for fact in items
        if not holders(library, article, list(fact["must"]))  # type: ignore[call-overload]
    ]


def page(library: Library, facts: Facts) -> str:
    """The text of docs/coverage.md."""
    total = sum(len(items) for items in facts.values())
    rows = [
        "# 资料覆盖表",
        "",
        f"{len(facts)} 篇文章，{total} 条事实，每条写明在哪个主题的哪一节（主题编号/节编号）。",
        "这一页由 `python docs/coverage/make.py` 根据 `docs/coverage/facts.yaml` 和资料生成，",
        "测试会检查：每条事实都有一节的回答写全了它，并且这一页是最新的。",
    ]
    for article, items in facts.items():
        rows += ["", f"## {library.sources[article].title}", ""]
        rows += [
            f"出处编号 `{article}`，{len(items)} 条。",
            "",
            "| 事实 | 写全它的节 |",
            "|---|---|",
        ]
        for fact in items:
            found = holders(library, article, list(fact["must"]))  # type: ignore[call-overload]
            refs = "、".join(f"`{entry.ref}`" for entry in found[:SHOWN_MAX])
            more = f" 等 {len(found)} 处" if len(found) > SHOWN_MAX else ""
            rows.append(f"| {fact['fact']} | {refs}{more} |")
    return "\n".join(rows) + "\n"


def main() -> int:
    """Write the page; 1 if a fact is missing."""
    library = load_or_raise(shipped_folder())
    facts = read_facts()
    lost = missing(library, facts)
    for line in lost:
        print(f"资料里没有一节写全：{line}", file=sys.stderr)
    if lost:
        return 1
    PAGE.write_text(page(library, facts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
