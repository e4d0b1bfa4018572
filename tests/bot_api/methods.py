"""The shape of a method: what it needs, what it knows, what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from .model import Message
    from .params import Params
    from .world import World


@dataclass(frozen=True)
class Done:
    """What a call gave back, and the message it made or changed."""

    result: Any
    message: Message | None = None
    note: str = ""
    """A description that the platform adds to some successes."""


@dataclass(frozen=True)
class Method:
    """One method of the platform. Names of parameters are parted by blanks."""

    run: Callable[[World, Params], Done]
    needs: str = ""
    knows: str = ""
