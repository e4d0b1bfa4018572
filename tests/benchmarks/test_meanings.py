"""How the table of word vectors is made, without the packages that it is made with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from benchmarks import meanings as making
from benchmarks.meanings import EVERYDAY, chosen, encoded, reduced, save
from bot.matching import meanings
from bot.matching.meanings import Floats


def test_the_commonest_words_are_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "CHARACTERS", 2)
    monkeypatch.setattr(making, "WORDS", 2)
    lines = [
        "站 5 n",
        "的 900 uj",
        "校 7",
        "驿站 3 n",
        "开会 8 v",
        "一二三四五 99",
        "abc 50",
        "微信 4",
        "",
    ]
    found = chosen(lines)
    assert found[:4] == [("的", 900), ("校", 7), ("开会", 8), ("微信", 4)]
    assert [word for word, _ in found[4:]] == [word for word in EVERYDAY if word != "微信"]


def test_vectors_are_centred_reduced_and_of_length_one() -> None:
    chance = np.random.default_rng(5)
    plane = chance.normal(size=(200, 3)) @ chance.normal(size=(3, 30))
    found = reduced((plane + 7).astype(np.float32), 3)
    assert (found.shape, found.dtype.name) == ((200, 3), "int8")
    assert_allclose(np.linalg.norm(found / 127, axis=1), 1, atol=0.02)
    centred = plane - plane.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    assert_allclose((found / 127) @ (found / 127).T, centred @ centred.T, atol=0.05)


def test_the_table_is_read_as_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "some.npz"
    save(file, [("开会", 600), ("的", 3_000_000)], np.array([[127, 0], [0, 127]], np.int8))
    monkeypatch.setattr(meanings, "FILE", file)
    meanings.meanings.cache_clear()
    try:
        table = meanings.meanings()
    finally:
        meanings.meanings.cache_clear()
    assert table.numbers == {"开会": 0, "的": 1}
    assert_allclose(table.vectors([0, 1]), [[2 / 1.01, 0], [0, 1 / 51]], rtol=1e-4)


def test_every_word_is_encoded_alone(capsys: pytest.CaptureFixture[str]) -> None:
    def lengths(word: str) -> Floats:
        return np.array([len(word), 1], np.float32)

    assert encoded(["会", "开会"], lengths).tolist() == [[1, 1], [2, 1]]
    assert "0 of 2" in capsys.readouterr().out


def test_the_shipped_table_has_the_everyday_words() -> None:
    assert set(EVERYDAY) <= meanings.meanings().numbers.keys()
