"""All settings in one object, and the list of their keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.config.sections import (
    BackupSettings,
    DatabaseSettings,
    DeliverySettings,
    LimitSettings,
    NoticeSettings,
    OrganisationSettings,
    PrivacySettings,
    ReminderSection,
    StatsSettings,
    TelegramSettings,
)
from bot.errors import ConfigError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

ENV_PREFIX = "DANGBOT_"
ENV_DELIMITER = "__"


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
        env_nested_delimiter=ENV_DELIMITER,
        env_ignore_empty=True,
    )

    telegram: TelegramSettings = Field(default_factory=TelegramSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    delivery: DeliverySettings = Field(default_factory=DeliverySettings)
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    organisation: OrganisationSettings = Field(default_factory=OrganisationSettings)
    reminders: ReminderSection = Field(default_factory=ReminderSection)
    notices: NoticeSettings = Field(default_factory=NoticeSettings)
    stats: StatsSettings = Field(default_factory=StatsSettings)
    privacy: PrivacySettings = Field(default_factory=PrivacySettings)
    backup: BackupSettings = Field(default_factory=BackupSettings)
    knowledge: Path | None = Field(None, description="资料目录，不写就用自带的")
    knowledge_commits: bool = Field(
        default=True, description="资料目录在 git 仓库里时，聊天里的改动要不要各成一次提交"
    )
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
