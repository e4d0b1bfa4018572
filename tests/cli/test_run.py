from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.run import run
from bot.errors import ConfigError


def test_without_a_token_it_says_where_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DANGBOT_TELEGRAM__TOKEN", raising=False)
    with pytest.raises(ConfigError, match="DANGBOT_TELEGRAM__TOKEN"):
        run(None)


def test_a_config_file_that_is_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml"):
        run(tmp_path / "nowhere.yaml")
