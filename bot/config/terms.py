"""Values of settings by their key, for words that name them."""

from __future__ import annotations

from pydantic import BaseModel

from bot.config.settings import Settings


def terms(settings: Settings | None = None) -> dict[str, str]:
    """Every whole number of the settings, as ``notices.receipt_days``: ``180``.

    Args:
        settings: None: as if nothing were set.
    """
    found: dict[str, str] = {}
    for name, info in Settings.model_fields.items():
        kind = info.annotation
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            continue
        section = getattr(settings, name) if settings is not None else kind()
        for key in kind.model_fields:
            value = getattr(section, key)
            if type(value) is int:
                found[f"{name}.{key}"] = str(value)
    return found
