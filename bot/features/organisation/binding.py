"""/bind: which unit a group belongs to, and what it wants to hear."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.features.organisation import bind_words as words
from bot.features.organisation.picker import Picker, opened
from bot.messages import Incoming, Reply
from bot.organisation import Organisation
from bot.organisation.groups import Binding
from bot.organisation.quiet import parse_quiet

if TYPE_CHECKING:
    from bot.clock import Clock

_PLACE_CHARS_MAX = 40
_NONE = frozenset({"", "无", "没有", "不设", "取消", "-"})


class BindDialogue:
    """Steps of binding; nothing is remembered between them, so that a restart loses nothing."""

    def __init__(self, org: Organisation, clock: Clock) -> None:
        self._org = org
        self._clock = clock
        self._picker = Picker(org.units, "org:b", "org:b:c", "org:b:x")

    async def command(self, incoming: Incoming, rest: str) -> Reply:
        """Answer /bind of an admin."""
        if incoming.private:
            return words.private_help(await self._org.chats(), self._org.units)
        if not len(self._org.units):
            return words.NO_UNITS
        binding = self._binding(incoming)
        if rest:
            return await self._said(incoming, binding, rest)
        if binding is not None:
            return self._card(incoming, binding)
        return self._choose("", 0, moving=False)

    def _choose(self, at: str, page: int, *, moving: bool) -> Reply:
        at = at if at in self._org.units else self._picker.start
        rows = self._picker.rows(at, page)
        example = list(self._org.units)[-1].name
        return words.choose(self._picker.where(at), example, rows, moving=moving)

    async def _said(self, incoming: Incoming, binding: Binding | None, rest: str) -> Reply:
        """``/bind`` with words behind it."""
        key, _, value = rest.partition(" ")
        if key.lower() in {"解绑", "off", "unbind"}:
            return self._ask_unbind(binding)
        if key not in {"免打扰", "地点"}:
            return await self._found(incoming, rest)
        return await self._written(incoming, binding, key, value.strip()) if binding else words.GONE

    async def pressed(self, incoming: Incoming, parts: list[str]) -> Reply | None:
        """Answer a button of ours, pressed by an admin in the group."""
        step, rest = (parts[0] if parts else ""), parts[1:]
        binding = self._binding(incoming)
        if step == "p" and rest:
            return await self._bind(incoming, rest[0])
        if step == "o":
            return self._choose(*opened(rest), moving=binding is not None)
        if binding is None:
            return words.CANCELLED if step in {"x", "c"} else words.GONE
        if step == "x":
            finished = rest == ["d"]
            return words.done(binding, self._org.units) if finished else words.CANCELLED
        changes = {
            "q": self._quiet,
            "k": self._category,
            "l": self._place,
            "t": self._thread,
            "u": self._unbind,
        }
        change = changes.get(step)
        if change is None:
            return self._card(incoming, binding)
        return await change(incoming, binding, ":".join(rest))

    async def _quiet(self, incoming: Incoming, binding: Binding, value: str) -> Reply:
        if not value:
            return words.quiet_menu(binding)
        quiet = words.quiet_text(parse_quiet(value))
        return await self._put(incoming, replace(binding, quiet=quiet))

    async def _category(self, incoming: Incoming, binding: Binding, value: str) -> Reply:
        if value in self._org.categories:
            binding = replace(binding, refused=binding.refused ^ {value})
            await self._org.bind(incoming, binding)
        return words.category_menu(binding, self._org.categories)

    async def _place(self, incoming: Incoming, binding: Binding, value: str) -> Reply:
        if not value:
            return words.place_menu(self._org.units.chain(binding.unit), binding.place)
        unit = self._org.units.unit(value)
        return await self._put(incoming, replace(binding, place=unit.place if unit else ""))

    async def _thread(self, incoming: Incoming, binding: Binding, value: str) -> Reply:
        thread = incoming.thread_id if value == "1" else None
        return await self._put(incoming, replace(binding, thread_id=thread))

    async def _unbind(self, incoming: Incoming, binding: Binding, value: str) -> Reply:
        if value != "y":
            return self._ask_unbind(binding)
        await self._org.unbind(incoming, binding.channel, binding.chat_id)
        return words.unbound(self._org.units.path_name(binding.unit), binding.unit)

    async def _written(self, incoming: Incoming, binding: Binding, key: str, value: str) -> Reply:
        if key == "地点":
            place = "" if value in _NONE else value[:_PLACE_CHARS_MAX]
            return await self._put(incoming, replace(binding, place=place))
        quiet = parse_quiet(value)
        if quiet is None and value not in _NONE:
            return Reply(f"看不懂“{value[:20]}”。{words.QUIET_FORM}")
        return await self._put(incoming, replace(binding, quiet=words.quiet_text(quiet)))

    async def _found(self, incoming: Incoming, text: str) -> Reply:
        """Bind to what was written, if it means one unit."""
        found = self._org.units.find(text)
        if len(found) == 1:
            return await self._bind(incoming, found[0].id)
        if found:
            return words.several(text, len(found), self._picker.matches(found))
        return words.none_found(
            text, self._org.units.nearest(text), self._picker.rows(self._picker.start)
        )

    async def _bind(self, incoming: Incoming, unit_id: str) -> Reply:
        if unit_id not in self._org.units:
            return words.NO_SUCH_UNIT
        before = self._binding(incoming)
        if before is not None:
            return await self._put(incoming, replace(before, unit=unit_id), "已换绑：")
        fresh = Binding(
            incoming.channel,
            incoming.chat_id,
            unit_id,
            self._clock(),
            incoming.thread_id,
            incoming.chat_title,
            quiet=words.quiet_text(self._org.plan.quiet),
        )
        return await self._put(incoming, fresh, "已绑定。下面是默认的设置，要改就按按钮：")

    async def _put(self, incoming: Incoming, binding: Binding, head: str = "已改好：") -> Reply:
        title = incoming.chat_title or binding.title
        changed = replace(binding, title=title, bound_at=self._clock())
        await self._org.bind(incoming, changed)
        return self._card(incoming, changed, head)

    def _card(self, incoming: Incoming, binding: Binding, head: str = "") -> Reply:
        return words.card(binding, self._org.units, self._org.categories, incoming.thread_id, head)

    def _ask_unbind(self, binding: Binding | None) -> Reply:
        if binding is None:
            return words.GONE
        return words.ask_unbind(self._org.units.path_name(binding.unit))

    def _binding(self, incoming: Incoming) -> Binding | None:
        return self._org.binding(incoming.channel, incoming.chat_id)
