"""``dangbot bench``: our matcher beside simple ones, on any pair of labelled files."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from bot.errors import ConfigError
from bot.matching.bench import Pair, figures, our_ranker


def bench(
    kb: Annotated[Path, typer.Option("--kb", metavar="文件", help="例句，每行 {q, label}")],
    queries: Annotated[
        Path, typer.Option("--queries", metavar="文件", help="问题，每行 {q, label}")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象")] = False,
) -> None:
    """在公开的分类数据上，把本台的匹配和几种简单方法放在一起比。

    label 是 __oos__ 的问题不属于任何一类，应当拒绝。

    top1、top3、acc@90rej 是百分数，auroc 是 0 到 1。
    """
    knowledge, asked = _read(kb), _read(queries)
    rankers = {"dangbot": our_ranker(knowledge)} | dict(_baselines().baselines(knowledge))
    rows: dict[str, dict[str, float]] = {}
    for name, ranker in rankers.items():
        typer.echo(f"{name}……", err=True)
        rows[name] = figures(ranker, asked)
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    keys = ("top1", "top3", "auroc", "acc@90rej", "us_per_query")
    typer.echo(f"{'':18}" + "".join(f"{key:>14}" for key in keys))
    for name, row in rows.items():
        typer.echo(f"{name:18}" + "".join(f"{row.get(key, '-'):>14}" for key in keys))


def _read(path: Path) -> list[Pair]:
    found: list[Pair] = []
    number = 0
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                number += 1
                if line.strip():
                    row = json.loads(line)
                    found.append((str(row["q"]), str(row["label"])))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"读不了 {path}：{error}", "检查文件是否存在、是否 UTF-8 编码") from None
    except (ValueError, KeyError, TypeError):
        hint = '每行写成 {"q": "…", "label": "…"}'
        raise ConfigError(f"{path} 第 {number} 行不对", hint) from None
    if not found:
        raise ConfigError(f"{path} 是空的", '每行写成 {"q": "…", "label": "…"}')
    return found


def _baselines() -> ModuleType:
    """The baselines lie outside of the package: beside it in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_benchmarks", package.parent / "benchmarks"):
        path = folder / "baselines.py"
        spec = importlib.util.spec_from_file_location("dangbot_baselines", path)
        if path.is_file() and spec is not None and spec.loader is not None:
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
            return module
    raise ConfigError("找不到 benchmarks/baselines.py", "从完整的源代码目录里运行")
