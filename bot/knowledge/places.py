"""How a place is called in a few characters."""

from __future__ import annotations

import re

from bot.knowledge.schema import Topic

SUFFIX = re.compile(
    r"(?:自治县|自治州|街道|(?:经济)?(?:技术)?开发区|省|市|县|区|州|镇|乡|村|盟|旗)$"
)
"""What kind of place it is, at the end of its name."""


def short_place(topic: Topic) -> str:
    """How to call a topic's place in a few characters: 山东鱼台, 江阳区 -> 四川泸州江阳."""
    if topic.place is None:
        return ""
    levels = topic.place.levels()
    shown = [levels[0], *levels[-2:]] if len(levels) > 2 else list(levels)
    return "".join(dict.fromkeys(map(_short, shown)))


def _short(level: str) -> str:
    """A level without its kind; of 社区 the name means nothing alone."""
    return level if level.endswith("社区") else SUFFIX.sub("", level) or level
