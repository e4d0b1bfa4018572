"""The settings: environment, then secret file, then config.yaml; every slip told in Chinese."""

from bot.config.load import load_settings
from bot.config.sections import (
    DatabaseSettings,
    DeliverySettings,
    LimitSettings,
    OrganisationSettings,
    TelegramSettings,
    UnitSettings,
)
from bot.config.settings import Settings, setting_keys

__all__ = [
    "DatabaseSettings",
    "DeliverySettings",
    "LimitSettings",
    "OrganisationSettings",
    "Settings",
    "TelegramSettings",
    "UnitSettings",
    "load_settings",
    "setting_keys",
]
