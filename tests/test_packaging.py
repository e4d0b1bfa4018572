"""What is installed from the wheel has its data with it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import bot

ROOT = Path(bot.__file__).parent.parent
DATA = (
    "bot/matching/meanings.npz",
    "bot/matching/divisions.txt",
    "bot/text/syllables.txt",
    "bot/_benchmarks/baselines.py",
    "bot/_knowledge/thesaurus.yaml",
)


def test_the_wheel_holds_the_data_and_the_licences(tmp_path: Path) -> None:
    subprocess.run(  # noqa: S603 - our own interpreter and arguments
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
        assert set(DATA) <= names
        for name in ("LICENSE", "NOTICE"):
            assert any(path.endswith(f".dist-info/licenses/{name}") for path in names)
        table = ROOT / "bot" / "matching" / "meanings.npz"
        assert file.read("bot/matching/meanings.npz") == table.read_bytes()
        assert not any(path.startswith(("tests/", "benchmarks/")) for path in names)


def test_the_notice_names_every_data_file_made_from_others() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for name in DATA[:3]:
        assert name in notice
        assert (ROOT / name).exists()
