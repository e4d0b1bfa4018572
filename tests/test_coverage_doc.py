"""Every fact of the articles stands in some section, and docs/coverage.md says in which."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bot.knowledge.folder import shipped_folder
from bot.knowledge.library import Library
from bot.knowledge.load import load_or_raise

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make", ROOT / "docs" / "coverage" / "make.py")
    assert spec is not None
    assert spec.loader is not None
    path = list(sys.path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path[:] = path
    return module


@pytest.fixture(scope="module")
def library() -> Library:
    return load_or_raise(shipped_folder())


def test_every_article_has_its_facts(make: ModuleType, library: Library) -> None:
    facts = make.read_facts()
    assert set(facts) == set(library.sources)
    assert sum(map(len, facts.values())) >= 300
    for items in facts.values():
        assert len(items) >= 20
        for fact in items:
            assert set(fact) == {"fact", "must"}
            assert fact["must"]
            assert all(isinstance(text, str) and text for text in fact["must"])


def test_no_fact_is_lost(make: ModuleType, library: Library) -> None:
    assert make.missing(library, make.read_facts()) == []


def test_a_lost_fact_would_be_noticed(make: ModuleType, library: Library) -> None:
    for must in (["20处", "窗口"], ["21", "大丰区"], ["吉兆民"]):
        assert make.missing(library, {"yutai": [{"fact": "x", "must": must}]})


def test_the_page_is_current(make: ModuleType, library: Library) -> None:
    written = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert written == make.page(library, make.read_facts()), "run: python docs/coverage/make.py"


def test_spaces_and_widths_do_not_matter(make: ModuleType) -> None:
    assert make.plain("全县 ２１ 处（镇街）") == make.plain("全县21处(镇街)")
