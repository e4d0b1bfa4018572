"""Environment, then secret file, then config.yaml -> the settings; every slip told in Chinese."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import SettingsError

from bot.config.explain import check_environment_names, environment_has, explained
from bot.config.reading import Lines, read_yaml
from bot.config.sections import Section, TelegramSettings, UnitSettings
from bot.config.settings import Settings
from bot.errors import ConfigError

DEFAULT_FILE = Path("config.yaml")
SECRET_BYTES_MAX = 4_096


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings from the environment, the secret file and ``path``.

    Args:
        path: the config file; None reads ``config.yaml`` of the working folder if there is one.

    Raises:
        ConfigError: with every wrong key, in Chinese.
    """
    check_environment_names()
    file = path or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    values, lines = read_yaml(file) if file else ({}, {})
    if file and isinstance(values.get("telegram"), dict) and values["telegram"].get("token"):
        _refuse_token_in_git(file)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        raise explained(found, file, lines) from None
    except SettingsError:
        raise ConfigError("环境变量里的设置读不懂。", "核对 DANGBOT_ 开头的那些。") from None
    return _with_units(_with_secret(settings), file, lines)


class _UnitsFile(Section):
    units: tuple[UnitSettings, ...]


def _with_units(settings: Settings, file: Path | None, lines: Lines) -> Settings:
    """Tell each unit where it is written, and add those of ``organisation.file``."""
    given = settings.organisation
    path: tuple[str, ...] = ("organisation", "units")
    units = _placed(given.units, path, file, lines)
    if given.file is not None:
        hint = "核对 organisation.file：文件里写 units: 再一行一个 - {id: …, name: …, parent: …}。"
        try:
            values, lines = read_yaml(given.file)
        except ConfigError as error:
            raise ConfigError(f"organisation.file：{error.message}", hint) from None
        try:
            more = _UnitsFile.model_validate(values)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False)
            raise explained(found, given.file, lines) from None
        units += _placed(more.units, ("units",), given.file, lines)
    return settings.model_copy(update={"organisation": given.model_copy(update={"units": units})})


def _placed(
    units: tuple[UnitSettings, ...], path: tuple[str, ...], file: Path | None, lines: Lines
) -> tuple[UnitSettings, ...]:
    placed = []
    for number, unit in enumerate(units):
        line = lines.get((*path, str(number)))
        at = f"{file}:{line}" if line is not None else ""
        placed.append(unit.model_copy(update={"at": at}))
    return tuple(placed)


def _with_secret(settings: Settings) -> Settings:
    """Put the token of ``telegram.token_file`` in place, unless the environment has one."""
    file = settings.telegram.token_file
    if file is None or environment_has("telegram", "token"):
        return settings
    hint = "核对 telegram.token_file；文件里只放令牌这一行，UTF-8 编码，本程序要有权读。"
    try:
        with file.open("rb") as handle:
            token = handle.read(SECRET_BYTES_MAX).decode("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "不是 UTF-8 文本"
        raise ConfigError(f"telegram.token_file：读不了 {file}（{reason}）。", hint) from None
    try:
        telegram = TelegramSettings.model_validate(
            settings.telegram.model_dump() | {"token": token}
        )
    except ValidationError:
        raise ConfigError(f"telegram.token_file：{file} 是空的，或里面不是令牌。", hint) from None
    return settings.model_copy(update={"telegram": telegram})


def _refuse_token_in_git(file: Path) -> None:
    """A token in a file that git may publish is refused."""
    folder = file.resolve().parent
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return
    git = shutil.which("git")
    if git is not None:
        command = [git, "-C", str(folder), "check-ignore", "--quiet", file.resolve().name]
        done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - no shell
        if done.returncode == 0:
            return
    raise ConfigError(
        f"{file} 在 git 仓库里，里面却写了 telegram.token，提交后令牌会泄露。",
        "从文件里删掉它，改用环境变量 DANGBOT_TELEGRAM__TOKEN 或 telegram.token_file；"
        "若已提交过，请在 @BotFather 那里用 /revoke 换一个令牌。",
    )
