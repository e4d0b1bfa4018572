"""What is remembered for minutes goes when they are over, also if nobody says another word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.clock import Clock

STEP_SECONDS = 60.0

Fade = Callable[[datetime], None]
"""Drops what is too old at a moment."""


class Fading:
    """Drops what is too old, every minute; fits ``turn.Background``."""

    def __init__(self, clock: Clock, *fades: Fade | None) -> None:
        self._clock = clock
        self._fades = [fade for fade in fades if fade is not None]

    async def step(self) -> float:
        """Drop what is too old by now."""
        for fade in self._fades:
            fade(self._clock())
        return STEP_SECONDS
