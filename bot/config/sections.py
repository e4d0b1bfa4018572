"""The sections of the settings: every key with its default, its limits and its Chinese name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError

from bot.text.normalise import CALL_NAMES


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


class Section(BaseModel):
    """Base of the sections: frozen, unknown keys are errors, values stay out of errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class TelegramSettings(Section):
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


class LimitSettings(Section):
    """What one member may ask in how much time, and how long a question may be."""

    messages: int = Field(8, ge=1, le=1000, description="一个人在一段时间里最多问几次")
    window_seconds: int = Field(20, ge=1, le=3600, description="这段时间有多长，秒")
    mute_seconds: int = Field(60, ge=1, le=86400, description="问得太快时歇多久，秒")
    input_chars_max: int = Field(500, ge=20, le=4096, description="一次最多看多少个字")


class DatabaseSettings(Section):
    """Where the desk keeps what must outlive a restart."""

    url: str = Field("sqlite:///data/dangbot.db", repr=False, description="数据库地址")

    @field_validator("url")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if not re.match(r"(sqlite|postgresql|postgres)(\+\w+)?://", value):
            raise PydanticCustomError("url", "数据库地址要以 sqlite:/// 或 postgresql:// 开头")
        return value
