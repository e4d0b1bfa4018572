"""One step of a guided change: what it asks, what it takes, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.features.editing.model import Act, Body
from bot.features.editing.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose, on a button of its own."""

    key: str
    """What its button says, after hashing: a reference, an id, or a short word of ours."""
    label: str


class Step:
    """Asks for one field of the draft; pure."""

    name = ""
    short = ""
    """On the button that leads back here, with a verb: at most eight characters."""
    acts: frozenset[Act] = frozenset()

    def needed(self, body: Body) -> bool:
        """Whether the act asks this at all."""
        return Act(body.act) in self.acts

    def done(self, body: Body) -> bool:
        """Whether it is answered."""
        return bool(getattr(body, self.name))

    def cleared(self, body: Body) -> Body:
        """The draft without the answer."""
        empty = () if isinstance(getattr(body, self.name), tuple) else ""
        return replace(body.put(self.name, empty), seek="", page=0)

    def text(self, body: Body, shelf: Shelf) -> str:
        """What is asked."""
        raise NotImplementedError

    def options(self, body: Body, shelf: Shelf) -> Sequence[Option]:
        """What can be pressed instead of typing."""
        del body, shelf
        return ()

    def chosen(self, body: Body, key: str, shelf: Shelf) -> Body | None:
        """The draft after an option was pressed; None for an odd one."""
        del shelf
        return body.put(self.name, key)

    def said(self, body: Body, text: str, shelf: Shelf) -> Body | str:
        """The draft after words were typed, or what is wrong with them."""
        raise NotImplementedError


class Choosing(Step):
    """A step at which words are looked for among what can be chosen."""

    searched = True

    def said(self, body: Body, text: str, shelf: Shelf) -> Body | str:
        """Search; the options are what was found."""
        if not self.searched:
            return "请按上面的按钮选一个。"
        found = replace(body, seek=text[:40], page=0)
        if not self.options(found, shelf):
            return f"没有找到和“{text[:20]}”有关的。换个词再发，如地名、事情的名字。"
        return found
