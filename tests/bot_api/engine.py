"""Takes one call through faults, checks and limits to its effect, and writes it down."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import methods_chat, methods_edit, methods_poll, methods_send
from .errors import ApiError, Json, too_many_requests
from .faults import Cut, Faults, LoseAnswer, Refuse, Slow
from .ledger import Call, Ledger, kind_of
from .methods import Done
from .params import Params, chat_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from .limits import Gauge
    from .updates import Updates
    from .world import World

METHODS = methods_chat.METHODS | methods_send.METHODS | methods_edit.METHODS | methods_poll.METHODS
_WEBHOOK = "url certificate ip_address max_connections allowed_updates drop_pending_updates"
_UPDATE_METHODS = {
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": _WEBHOOK + " secret_token",
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
}
# Names are found in any case, as on the platform.
NAMES = {name.lower(): name for name in [*METHODS, *_UPDATE_METHODS]}


@dataclass(frozen=True)
class Answer:
    """What goes back on the wire; without a body the connection is cut."""

    status: int = 200
    body: Json | None = None
    html: str | None = None
    hang: bool = False
    """Nothing is said until the other side gives up."""


class Engine:
    """The platform's side of every call."""

    def __init__(
        self,
        world: World,
        ledger: Ledger,
        updates: Updates,
        faults: Faults,
        gauge: Gauge | None,
        clock: Callable[[], float],
    ) -> None:
        self.world = world
        self.ledger = ledger
        self.updates = updates
        self.faults = faults
        self.gauge = gauge
        self.clock = clock
        self.stopping = asyncio.Event()

    async def call(
        self, name: str, params: Params, alive: Callable[[], bool] = lambda: True
    ) -> Answer:
        """Runs one call. Unknown methods are 404, as on the platform.

        `alive` says whether the caller is still connected.
        """
        method = NAMES.get(name.lower())
        if method is None:
            return _refusal(ApiError(404, "Not Found"))
        chat_id = chat_number(params.values.get("chat_id"))
        number = chat_id if isinstance(chat_id, int) else None
        fault = self.faults.pick(method, number)
        if isinstance(fault, Slow):
            await self._hold(fault)
        if isinstance(fault, Cut):
            self._record(method, params, code=0, description="connection cut before any effect")
            return Answer()
        try:
            if isinstance(fault, Refuse):
                raise fault.error
            done = await self._apply(method, params, number, alive)
        except ApiError as error:
            limited = error.code == 429 and not isinstance(fault, Refuse)
            self._record(
                method, params, code=error.code, description=error.description, by_limit=limited
            )
            html = isinstance(fault, Refuse) and fault.html
            return _refusal(error, html=html)
        lost = isinstance(fault, LoseAnswer)
        if method != "getUpdates":
            self._record(method, params, done=done, answered=not lost)
        if isinstance(fault, LoseAnswer):
            return Answer(hang=fault.hang)
        body: Json = {"ok": True, "result": done.result}
        return Answer(body=body | {"description": done.note} if done.note else body)

    async def answer_webhook(self, body: str) -> None:
        """Runs the method that a bot may put into its answer to a webhook push."""
        try:
            values = json.loads(body)
        except ValueError:
            return
        method = values.pop("method", None)
        if method:
            await self.call(str(method), Params(values))

    async def _apply(
        self, method: str, raw: Params, chat_id: int | None, alive: Callable[[], bool]
    ) -> Done:
        if method in _UPDATE_METHODS:
            return await self._update_method(method, raw.checked(method, ()), alive)
        spec = METHODS[method]
        params = raw.checked(method, tuple(spec.needs.split()))
        counted = self.gauge is not None and kind_of(method) == "send" and chat_id is not None
        if self.gauge is None or chat_id is None or not counted:
            return spec.run(self.world, params)
        now = self.clock()
        wait = self.gauge.wait(chat_id, now)
        if wait:
            raise too_many_requests(wait)
        done = spec.run(self.world, params)
        self.gauge.count(chat_id, now)
        return done

    async def _update_method(self, method: str, params: Params, alive: Callable[[], bool]) -> Done:
        if method == "getUpdates":
            return Done(await self.updates.get_updates(params, alive))
        if method == "getWebhookInfo":
            return Done(self.updates.webhook_info())
        change = self.updates.delete_webhook
        if method == "setWebhook":
            change = self.updates.set_webhook
        result, note = await change(params)
        return Done(result, note=note)

    async def _hold(self, fault: Slow) -> None:
        waits = [asyncio.create_task(self.stopping.wait())]
        if fault.gate is not None:
            waits.append(asyncio.create_task(fault.gate.wait()))
        seconds = None if fault.gate is not None else fault.seconds
        _, pending = await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()

    def _record(
        self,
        method: str,
        params: Params,
        *,
        code: int = 200,
        description: str = "",
        done: Done | None = None,
        by_limit: bool = False,
        answered: bool = True,
    ) -> None:
        message = done.message if done else None
        chat_id = chat_number(params.values.get("chat_id"))
        thread_id = _number(params.values.get("message_thread_id"))
        kind = kind_of(method)
        shown = message if kind in {"send", "edit"} else None
        self.ledger.record(
            Call(
                number=len(self.ledger.all) + 1,
                time=self.clock(),
                method=method,
                kind=kind,
                code=code,
                chat_id=message.chat.id if message else _number(chat_id),
                thread_id=message.thread_id if message else thread_id,
                message_id=(
                    message.message_id if message else _number(params.values.get("message_id"))
                ),
                params=_readable(params),
                description=description,
                message=message,
                text=shown.text if shown else "",
                labels=tuple(shown.labels) if shown else (),
                by_limit=by_limit,
                answered=answered,
                unknown=_unknown(method, params),
            )
        )


def _refusal(error: ApiError, *, html: bool = False) -> Answer:
    if html:
        page = f"<html><head><title>{error.code} {error.description}</title></head></html>"
        return Answer(error.code, html=page)
    return Answer(error.code, body=error.to_json())


def _number(value: object) -> int | None:
    number = chat_number(value)
    return number if isinstance(number, int) else None


def _readable(params: Params) -> Json:
    """Parameters as they were meant: JSON in strings decoded, typed, files by name."""
    values: Json = {}
    for name, value in params.values.items():
        try:
            typed = Params({name: value}).checked("", ()).values
        except ApiError:
            typed = {name: value}
        values |= typed
    return values | {name: f"file {upload.name}" for name, upload in params.uploads.items()}


def _unknown(method: str, params: Params) -> tuple[str, ...]:
    known = METHODS[method].knows if method in METHODS else _UPDATE_METHODS[method]
    return tuple(sorted(params.values.keys() - set(known.split())))
