"""The sections of the settings: every key with its default, its limits and its Chinese name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError

from bot.text.normalise import CALL_NAMES
from bot.text.timing import clock_time, lead, weekly


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


class DeliverySettings(Section):
    """How much may be sent unasked; the platform's own limits are the defaults."""

    per_second: int = Field(30, ge=1, le=1000, description="一秒里一共最多发几条")
    chat_per_second: int = Field(1, ge=1, le=100, description="一秒里往一个会话最多发几条")
    group_per_minute: int = Field(20, ge=1, le=6000, description="一分钟里往一个群最多发几条")
    lease_seconds: int = Field(60, ge=2, le=600, description="发出去没有下文的，过多少秒算“不确定”")


class DatabaseSettings(Section):
    """Where the desk keeps what must outlive a restart."""

    url: str = Field("sqlite:///data/dangbot.db", repr=False, description="数据库地址")

    @field_validator("url")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if not re.match(r"(sqlite|postgresql|postgres)(\+\w+)?://", value):
            raise PydanticCustomError("url", "数据库地址要以 sqlite:/// 或 postgresql:// 开头")
        return value


CATEGORIES = ("会议通知", "活动预告", "政策精神", "党建动态", "党员风采", "技能培训")
UNIT_ID = r"[a-z0-9][a-z0-9-]{0,23}"
QUIET_HOURS = r"(?:[01]?\d|2[0-3]):[0-5]\d-(?:[01]?\d|2[0-3]):[0-5]\d"


class UnitSettings(Section):
    """One unit of the organisation; the tree is made of the parents."""

    id: str = Field(description="编号，小写字母、数字和短横")
    name: str = Field(min_length=1, max_length=40, description="名称")
    parent: str = Field("", description="上级的编号，最上面的不写")
    place: str = Field("", max_length=40, description="所在的地方，不写就随上级")
    at: str = Field("", description="写在哪一行，由程序填")

    @field_validator("id")
    @classmethod
    def _id_is_short(cls, value: str) -> str:
        if not re.fullmatch(UNIT_ID, value):
            raise PydanticCustomError("id", "编号用 1 到 24 个小写字母、数字和短横，如 jy-dongmen")
        return value


class OrganisationSettings(Section):
    """The tree of units, and what holds for every group until an admin says otherwise."""

    units: tuple[UnitSettings, ...] = Field((), description="各级组织")
    file: Path | None = Field(None, description="另写各级组织的文件")
    categories: Names = Field(CATEGORIES, description="通知分哪几类")
    quiet_hours: str = Field("22:00-07:00", description="免打扰的时段")
    roster_days: int = Field(400, ge=1, le=3650, description="花名册保留多少天")

    @field_validator("categories")
    @classmethod
    def _categories_fit_on_buttons(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not 1 <= len(value) <= 20 or any(len(name) > 12 for name in value):
            raise PydanticCustomError("names", "要有 1 到 20 类，每类不超过 12 个字")
        return tuple(dict.fromkeys(value))

    @field_validator("quiet_hours")
    @classmethod
    def _quiet_hours_are_a_span(cls, value: str) -> str:
        if value and not re.fullmatch(QUIET_HOURS, value):
            raise PydanticCustomError("quiet", "写成 22:00-07:00；不要免打扰就写成空的引号")
        return value


def _as_clock(value: Any) -> Any:
    """YAML reads a bare 9:00 as a count of minutes."""
    return f"{value // 60}:{value % 60:02}" if type(value) is int else value


class ReminderSection(Section):
    """When the calendar's events are reminded of, unless an event says otherwise."""

    overview: Annotated[str, BeforeValidator(_as_clock)] = Field(
        "9:00", description="每月 1 日几点发本月总览和海报，写成空的引号就不发"
    )
    rules: Names = Field(
        ("提前1天17:00", "提前1小时"), description="什么时候提醒，活动自己写了 remind 的照活动"
    )
    grace_hours: int = Field(12, ge=0, le=240, description="没按时发的，晚多少小时以内还补发")

    @field_validator("overview")
    @classmethod
    def _overview_is_a_time(cls, value: str) -> str:
        if value.strip() and clock_time(value) is None:
            raise PydanticCustomError("reminders", "写成 9:00；不要总览就写成空的引号")
        return value.strip()

    @field_validator("rules")
    @classmethod
    def _rules_can_be_read(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for words in value:
            if lead(words) is None:
                message = f"看不懂“{words[:20]}”，写成 提前1天17:00、当天8:00 或 提前1小时"
                raise PydanticCustomError("reminders", "{told}", {"told": message})
        return value


class BackupSettings(Section):
    """The desk's own backups."""

    every: Annotated[str, BeforeValidator(_as_clock)] = Field(
        "3:30", description="每天几点自动备份，写成空的引号就不备份"
    )
    folder: Path | None = Field(
        None, description="备份放在哪个目录，不写就放在数据库旁边的 backups"
    )
    keep_days: int = Field(14, ge=1, le=365, description="备份目录里的备份保留多少天")

    @field_validator("every")
    @classmethod
    def _every_is_a_time(cls, value: str) -> str:
        if value.strip() and clock_time(value) is None:
            raise PydanticCustomError("backup", "写成 3:30；不要自动备份就写成空的引号")
        return value.strip()


class NoticeSettings(Section):
    """How notices are approved, counted and kept."""

    second_person: bool = Field(False, description="通知要不要另一位书记或管理员看过再发")
    receipt_days: int = Field(180, ge=1, le=3650, description="回执保留多少天")
    count_seconds: int = Field(15, ge=3, le=600, description="回执人数最快多久更新一次，秒")
    nudge_minutes: int = Field(60, ge=1, le=1440, description="催回执最快多久催一次，分钟")


class StatsSettings(Section):
    """What is counted of the questions, and when admins hear of it."""

    digest: str = Field("周一 9:00", description="每周什么时候把上周的提问情况发给管理员")
    keep_days: int = Field(400, ge=35, le=3650, description="提问的计数保留多少天")

    @field_validator("digest")
    @classmethod
    def _digest_is_a_moment_of_the_week(cls, value: str) -> str:
        if value.strip() and weekly(value) is None:
            raise PydanticCustomError("stats", "写成 周一 9:00；不要周报就写成空的引号")
        return value.strip()


class PrivacySettings(Section):
    """For how long what may lead to people is kept."""

    question_days: int = Field(90, ge=1, le=90, description="没答上的问题最多保留多少天")
