"""What is wrong with a setting, in Chinese, with the key that was perhaps meant."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from pydantic_core import ErrorDetails

from bot.config.reading import Lines
from bot.config.sections import UnitSettings
from bot.config.settings import ENV_DELIMITER, ENV_PREFIX, Settings, setting_keys
from bot.errors import ConfigError


def environment_has(*path: str) -> bool:
    """Whether the environment sets this key."""
    wanted = (ENV_PREFIX + ENV_DELIMITER.join(path)).upper()
    return any(name.upper() == wanted and value for name, value in os.environ.items())


def check_environment_names() -> None:
    """A misspelt ``DANGBOT_…`` would otherwise be ignored without a word."""
    known = {ENV_PREFIX + key.replace(".", ENV_DELIMITER).upper() for key in setting_keys()}
    sections = {ENV_PREFIX + name.upper() for name in Settings.model_fields}
    wrong = [
        name
        for name in os.environ
        if name.upper().startswith(ENV_PREFIX) and name.upper() not in known | sections
    ]
    if wrong:
        raise ConfigError(
            "\n".join(
                f"环境变量 {name}：没有这一项设置。{_nearest(name.upper(), known)}"
                for name in wrong
            ),
            "照提示改名，或删掉它。",
        )


def _nearest(word: str, known: set[str]) -> str:
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"是不是想写 {close[0]}？" if close else ""


_WHAT = {
    "extra_forbidden": "没有这一项设置",
    "int": "应当是整数",
    "string_type": "应当是文字；纯数字请加引号",
    "path_type": "应当是一个路径",
    "missing": "少了这一项",
    "string_too_short": "不能是空的",
    "string_too_long": "太长了",
    "tuple_type": "应当是一个列表，如 [1, 2]",
    "dict_type": "应当是一组“键: 值”",
    "model_type": "应当是一组“键: 值”",
    "model": "应当是一组“键: 值”",
    "literal_error": "只能写 off 或 strict",
    "greater_than_equal": "太小了",
    "less_than_equal": "太大了",
}


def explained(errors: list[ErrorDetails], file: Path | None, lines: Lines) -> ConfigError:
    """One message with every wrong key; ``lines`` says where in the file each stands."""
    known = set(setting_keys()) | set(Settings.model_fields)
    known |= {
        f"{at}units.{key}" for at in ("", "organisation.") for key in UnitSettings.model_fields
    }
    told = []
    for error in errors:
        path = [str(part) for part in error["loc"]]
        key = ".".join(path)
        kind = error["type"]
        custom = kind in {"token", "url", "names", "zone", "id", "quiet", "reminders", "stats"}
        known_as = kind if kind in _WHAT else kind.partition("_")[0]
        what = error["msg"] if custom else _WHAT.get(known_as, "这个值用不了")
        if kind == "extra_forbidden":
            what += f"。{_nearest(_without_numbers(path), known)}".rstrip("。")
        where = "（来自环境变量）" if environment_has(*path[:2]) else ""
        told.append(
            f"{_place(error['loc'], file, lines)}设置 {key}{where}：{what}"
            + ("" if what.endswith("？") else "。")
        )
    return ConfigError(
        "\n".join(told),
        f"改好{f' {file} ' if file else '环境变量'}再启动；每一项怎么写见 config.example.yaml。",
    )


def _place(path: tuple[int | str, ...], file: Path | None, lines: Lines) -> str:
    """``config.yaml:12 ``, or nothing when the value does not come from the file."""
    names = tuple(str(part) for part in path)
    while names and names not in lines:
        names = names[:-1]
    if file is None or not names or environment_has(*names[:2]):
        return ""
    return f"{file}:{lines[names]} "


def _without_numbers(path: list[str]) -> str:
    return ".".join(part for part in path if not part.isdigit())
