"""The settings: environment, then secret file, then config.yaml; every slip told in Chinese."""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from bot.errors import ConfigError
from bot.text.normalise import CALL_NAMES

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

DEFAULT_FILE = Path("config.yaml")
ENV_PREFIX = "DANGBOT_"
_ENV_DELIMITER = "__"
FILE_BYTES_MAX = 1_000_000
SECRET_BYTES_MAX = 4_096


def _as_list(value: Any) -> Any:
    """Let ``1, 2`` and a single value stand for a list."""
    if isinstance(value, str):
        return [part for part in re.split(r"[,，、\s]+", value.strip("[] ")) if part]
    return [value] if type(value) is int else value


def _as_map(value: Any) -> Any:
    """Let ``-100=strict, -200=off`` stand for a map."""
    if not isinstance(value, str):
        return value
    parts = (part.partition("=") for part in _as_list(value))
    return {key.strip(): word.strip() for key, _, word in parts}


def _as_overheard(value: Any) -> Any:
    """YAML reads a bare ``off`` as False."""
    return "off" if value is False else value


Ids = Annotated[tuple[int, ...], BeforeValidator(_as_list)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Overheard = Annotated[Literal["off", "strict"], BeforeValidator(_as_overheard)]


class _Section(BaseModel):
    """Base of the sections: frozen, unknown keys are errors, values stay out of errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class TelegramSettings(_Section):
    """How the desk reaches Telegram, and whom it serves there."""

    token: SecretStr | None = Field(None, description="机器人令牌")
    token_file: Path | None = Field(None, description="存放令牌的文件")
    base_url: str = Field("https://api.telegram.org", description="Bot API 服务器的地址")
    admins: Ids = Field((), description="管理员的用户编号")
    approved_chats: Ids = Field((), description="一开始就开通的群")
    call_names: Names = Field(CALL_NAMES, description="群里怎么称呼答疑台")
    overheard: Annotated[dict[int, Overheard], BeforeValidator(_as_map)] = Field(
        default_factory=dict, description="没点名时插不插话，按群设置"
    )

    @field_validator("token")
    @classmethod
    def _token_looks_right(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9:_-]+", value.get_secret_value()):
            raise PydanticCustomError("token", "令牌里有不该有的字符（空格、引号或中文）")
        return value

    @field_validator("base_url")
    @classmethod
    def _base_url_looks_right(cls, value: str) -> str:
        if not re.match(r"https?://[^\s/]+", value):
            raise PydanticCustomError("url", "地址要以 http:// 或 https:// 开头")
        return value.rstrip("/")

    @field_validator("call_names")
    @classmethod
    def _names_are_words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not name.strip() or len(name) > 16 for name in value):
            raise PydanticCustomError("names", "称呼要有 1 到 16 个字")
        return tuple(name.strip() for name in value)


class LimitSettings(_Section):
    """What one member may ask in how much time, and how long a question may be."""

    messages: int = Field(8, ge=1, le=1000, description="一个人在一段时间里最多问几次")
    window_seconds: int = Field(20, ge=1, le=3600, description="这段时间有多长，秒")
    mute_seconds: int = Field(60, ge=1, le=86400, description="问得太快时歇多久，秒")
    input_chars_max: int = Field(500, ge=20, le=4096, description="一次最多看多少个字")


class DatabaseSettings(_Section):
    """Where the desk keeps what must outlive a restart."""

    url: str = Field("sqlite:///data/dangbot.db", repr=False, description="数据库地址")

    @field_validator("url")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if not re.match(r"(sqlite|postgresql|postgres)(\+\w+)?://", value):
            raise PydanticCustomError("url", "数据库地址要以 sqlite:/// 或 postgresql:// 开头")
        return value


class _Environment(EnvSettingsSource):
    """The environment; a list may be JSON or simply ``1,2``."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """Decode JSON where it is JSON; the validators read the rest."""
        del field_name, field
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value


class Settings(BaseSettings):
    """All settings; build them with :func:`load_settings`."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix=ENV_PREFIX,
        env_nested_delimiter=_ENV_DELIMITER,
        env_ignore_empty=True,
    )

    telegram: TelegramSettings = Field(default_factory=TelegramSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    knowledge: Path | None = Field(None, description="资料目录，不写就用自带的")
    place: str | None = Field(None, description="本台所在的地方，如 鱼台县")
    time_zone: str = Field("Asia/Shanghai", description="时区")

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise PydanticCustomError("zone", "没有这个时区") from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.time_zone)

    def require_token(self) -> str:
        """The bot's token.

        Raises:
            ConfigError: when there is none.
        """
        if self.telegram.token is None:
            raise ConfigError(
                "没有机器人令牌（telegram.token）。",
                "在 Telegram 里找 @BotFather 领一个，再设环境变量 "
                "DANGBOT_TELEGRAM__TOKEN=令牌，或把令牌存进文件并设 telegram.token_file。",
            )
        return self.telegram.token.get_secret_value()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment outweighs the file, whose values come as arguments."""
        del env_settings, dotenv_settings, file_secret_settings
        return (_Environment(settings_cls), init_settings)


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings from the environment, the secret file and ``path``.

    Args:
        path: the config file; None reads ``config.yaml`` of the working folder if there is one.

    Raises:
        ConfigError: with every wrong key, in Chinese.
    """
    _check_environment_names()
    file = path or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    values = _read_yaml(file) if file else {}
    if file and isinstance(values.get("telegram"), dict) and values["telegram"].get("token"):
        _refuse_token_in_git(file)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise _explained(error.errors(include_url=False, include_context=False), file) from None
    except SettingsError:
        raise ConfigError("环境变量里的设置读不懂。", "核对 DANGBOT_ 开头的那些。") from None
    return _with_secret(settings)


def _with_secret(settings: Settings) -> Settings:
    """Put the token of ``telegram.token_file`` in place, unless the environment has one."""
    file = settings.telegram.token_file
    if file is None or _environment_has("telegram", "token"):
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


def _read_yaml(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise ConfigError(f"{file} 太大了，不像是配置文件。", "参照 config.example.yaml 重写。")
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"读不了配置文件 {file}（{error.strerror}）。",
            "核对 --config 的路径；也可以不用配置文件，只设环境变量 DANGBOT_TELEGRAM__TOKEN。",
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file} 不是 UTF-8 文本。", "用 UTF-8 编码另存一次。") from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        _check_node(node, file)
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _yaml_error(error, file) from None
    except (RecursionError, ValueError):
        raise ConfigError(f"{file} 的写法读不懂。", "参照 config.example.yaml 重写。") from None
    if values is None:
        return {}
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise ConfigError(f"{file} 应当是一行行的“键: 值”。", "参照 config.example.yaml 重写。")
    return values


def _yaml_error(error: yaml.YAMLError, file: Path) -> ConfigError:
    mark = getattr(error, "problem_mark", None)
    where = f"{file}:{mark.line + 1}" if mark else str(file)
    what = "用了制表符（Tab）" if "\\t" in str(error) else "YAML 写法不对"
    hint = "缩进用空格，冒号后面空一格，引号成对；参照 config.example.yaml。"
    return ConfigError(f"{where} {what}。", hint)


def _check_node(node: yaml.Node | None, file: Path, seen: set[int] | None = None) -> None:
    """Refuse aliases (they can explode) and keys given twice (the first would be lost)."""
    seen = set() if seen is None else seen
    if node is None or isinstance(node, yaml.ScalarNode):
        return
    where = f"{file}:{node.start_mark.line + 1}"
    if id(node) in seen:
        raise ConfigError(f"{where} 用了 YAML 的 & 和 *。", "配置文件里请把内容直接写出来。")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            if key.value in keys:
                raise ConfigError(
                    f"{file}:{key.start_mark.line + 1} “{key.value}”写了两次。", "只留一处。"
                )
            keys.add(str(key.value))
            _check_node(value, file, seen)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _check_node(value, file, seen)


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


def setting_keys() -> dict[str, FieldInfo]:
    """Every key as ``section.key``: the one list for errors, the example file and its test."""
    keys: dict[str, FieldInfo] = {}
    for name, info in Settings.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            keys.update({f"{name}.{key}": field for key, field in kind.model_fields.items()})
        else:
            keys[name] = info
    return keys


def _environment_has(*path: str) -> bool:
    wanted = (ENV_PREFIX + _ENV_DELIMITER.join(path)).upper()
    return any(name.upper() == wanted and value for name, value in os.environ.items())


def _check_environment_names() -> None:
    """A misspelt ``DANGBOT_…`` would otherwise be ignored without a word."""
    known = {ENV_PREFIX + key.replace(".", _ENV_DELIMITER).upper() for key in setting_keys()}
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
    "tuple_type": "应当是一个列表，如 [1, 2]",
    "dict_type": "应当是一组“键: 值”",
    "model": "应当是一组“键: 值”",
    "literal_error": "只能写 off 或 strict",
    "greater_than_equal": "太小了",
    "less_than_equal": "太大了",
}


def _explained(errors: list[ErrorDetails], file: Path | None) -> ConfigError:
    known = set(setting_keys())
    lines = []
    for error in errors:
        path = [str(part) for part in error["loc"]]
        key = ".".join(path)
        kind = error["type"]
        custom = kind in {"token", "url", "names", "zone"}
        known_as = kind if kind in _WHAT else kind.partition("_")[0]
        what = error["msg"] if custom else _WHAT.get(known_as, "这个值用不了")
        if kind == "extra_forbidden":
            what += f"。{_nearest(key, known | set(Settings.model_fields))}".rstrip("。")
        where = "（来自环境变量）" if _environment_has(*path[:2]) else ""
        lines.append(f"设置 {key}{where}：{what}" + ("" if what.endswith("？") else "。"))
    return ConfigError(
        "\n".join(lines),
        f"改好{f' {file} ' if file else '环境变量'}再启动；每一项怎么写见 config.example.yaml。",
    )
