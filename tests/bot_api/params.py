"""Reads a call's parameters from any body the platform accepts and checks their types."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from .errors import ApiError, Json, bad_request

if TYPE_CHECKING:
    from aiohttp import MultipartReader

_INTEGERS = {
    "message_id",
    "message_thread_id",
    "user_id",
    "offset",
    "limit",
    "timeout",
    "max_connections",
    "cache_time",
    "open_period",
    "close_date",
    "correct_option_id",
    "reply_to_message_id",
    "direct_messages_topic_id",
    "video_start_timestamp",
}
_BOOLEANS = {
    "disable_notification",
    "protect_content",
    "allow_paid_broadcast",
    "show_alert",
    "is_anonymous",
    "allows_multiple_answers",
    "is_closed",
    "drop_pending_updates",
    "show_caption_above_media",
    "has_spoiler",
    "disable_content_type_detection",
    "disable_web_page_preview",
    "return_bots",
    "allows_revoting",
    "allow_sending_without_reply",
    "shuffle_options",
    "allow_adding_options",
    "hide_results_until_closes",
    "members_only",
}
_OBJECTS = {
    "reply_markup",
    "reply_parameters",
    "link_preview_options",
    "scope",
    "suggested_post_parameters",
    "rich_message",
}
_ARRAYS = {
    "entities",
    "caption_entities",
    "question_entities",
    "explanation_entities",
    "description_entities",
    "allowed_updates",
    "commands",
    "options",
    "correct_option_ids",
    "country_codes",
}
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "user_id": "invalid user_id specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "file_id": "invalid file_id specified",
    "question": "poll question must be non-empty",
}
_TRUE = {"true", "yes", "1"}
_FALSE = {"false", "no", "0", ""}


@dataclass(frozen=True)
class Upload:
    """A file that came with the call."""

    name: str
    data: bytes


@dataclass
class Params:
    """The parameters of one call: typed values by name, and the files sent along."""

    values: Json
    uploads: dict[str, Upload] = field(default_factory=dict)

    def checked(self, method: str, needs: tuple[str, ...]) -> Params:
        """The same parameters with every value of its right type.

        Raises:
            ApiError: 400 for a missing parameter or a value of the wrong type.
        """
        values = {n: _typed(n, v) for n, v in self.values.items() if v is not None and v != ""}
        for name in needs:
            if name not in values and name not in self.uploads:
                reason = _MISSING.get(name, f'parameter "{name}" is required in {method}')
                raise bad_request(reason)
        return Params(values, self.uploads)

    @property
    def chat_id(self) -> int | str:
        found: int | str = self.values["chat_id"]
        return found

    def text(self, name: str, default: str = "") -> str:
        return str(self.values.get(name, default))

    def integer(self, name: str) -> int | None:
        value: int | None = self.values.get(name)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        return bool(self.values.get(name, default))

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def file(self, name: str) -> Upload | str | None:
        """An upload, or the id or address of a file that the platform has."""
        value = self.values.get(name)
        if name in self.uploads:
            return self.uploads[name]
        if isinstance(value, str) and value.startswith("attach://"):
            upload = self.uploads.get(value.removeprefix("attach://"))
            if upload is None:
                raise bad_request(f"there is no {name} in the request")
            return upload
        return value if isinstance(value, str) else None


def chat_number(value: object) -> int | str | None:
    """A chat id as a number where it is one, else the @username; None when there is none."""
    try:
        return int(str(value))
    except ValueError:
        return str(value) if value else None


def _typed(name: str, value: Any) -> Any:
    if name.endswith("chat_id"):
        return chat_number(value)
    if name in _INTEGERS:
        return _integer(name, value)
    if name in _BOOLEANS:
        return _boolean(name, value)
    if name in _OBJECTS:
        return _parsed(name, value, dict)
    if name in _ARRAYS:
        return _parsed(name, value, list)
    if isinstance(value, (dict, list)):
        raise bad_request(f'parameter "{name}" must be a String')
    return str(value)


def _integer(name: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]+", value):
        return int(value)
    raise bad_request(f'parameter "{name}" must be an Integer')


def _boolean(name: str, value: Any) -> bool:
    word = str(value).lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise bad_request(f'parameter "{name}" must be a Boolean')


def _parsed(name: str, value: Any, kind: type) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None
    if not isinstance(value, kind):
        expected = "object" if kind is dict else "Array"
        raise bad_request(f"{expected} expected as {name.replace('_', ' ')}")
    return value


async def read(request: web.Request) -> Params:
    """Parameters of a request: query string, JSON, urlencoded or multipart.

    Raises:
        ApiError: 400 when the body cannot be read.
    """
    values: Json = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.method == "GET" or not request.can_read_body:
        return Params(values)
    if request.content_type == "application/json":
        values |= await _json_body(request)
    elif request.content_type.startswith("multipart/"):
        await _multipart(await request.multipart(), values, uploads)
    else:
        values |= dict(await request.post())
    return Params(values, uploads)


async def _json_body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("object expected")
    return body


async def _multipart(reader: MultipartReader, values: Json, uploads: dict[str, Upload]) -> None:
    async for part in reader:
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise ApiError(400, "Bad Request: nested multipart")
        data = await part.read(decode=True)
        if part.filename is None:
            values[part.name] = bytes(data).decode()
        else:
            uploads[part.name] = Upload(part.filename, bytes(data))
