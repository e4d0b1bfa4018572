"""Checks on what a message carries: text, caption, keyboards, replies and topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import entities as found
from .errors import Json, bad_request
from .markup import parse_html
from .model import GENERAL_TOPIC, Chat, Message

if TYPE_CHECKING:
    from .params import Params
    from .world import World

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
CALLBACK_BYTES = 64
BUTTONS = 100
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def formatted(
    world: World, params: Params, name: str, *, mode: str = "parse_mode", given: str = "entities"
) -> tuple[str, list[Json]]:
    """The text parameter `name` as plain text and entities, trimmed as the platform trims."""
    text = params.text(name)
    entities: list[Json] = params.get(given) or []
    style = params.text(mode).lower()
    if style == "html":
        text, entities = parse_html(text)
    elif style:
        # Markdown is a real mode, but this project sends HTML alone.
        raise bad_request("unsupported parse_mode")
    elif not found.well_formed(text, entities):
        raise bad_request("can't parse entities: entity is out of the text or crosses another")
    entities = [_with_user(world, entity) for entity in entities]
    text, entities = found.trim(text, [e for e in entities if e["type"] != "unknown"])
    return text, found.find(text, entities)


def _with_user(world: World, entity: Json) -> Json:
    if entity["type"] != "text_mention":
        return entity
    user = world.users.get(int(entity["user"]["id"]))
    return {**entity, "user": user.to_json()} if user else {**entity, "type": "unknown"}


def text_content(world: World, params: Params) -> Json:
    """The content of a text message: 1 to 4096 units after parsing."""
    text, entities = formatted(world, params, "text")
    if not text:
        raise bad_request("message text is empty")
    if found.units(text) > TEXT_UNITS:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_content(world: World, params: Params) -> Json:
    """The caption of a photo or document: up to 1024 units after parsing."""
    text, entities = formatted(world, params, "caption", given="caption_entities")
    if found.units(text) > CAPTION_UNITS:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    content: Json = {"caption": text}
    return content | {"caption_entities": entities} if entities else content


def inline_markup(params: Params, chat: Chat, *, inline_only: bool = False) -> Json | None:
    """The inline keyboard to keep on the message; other keyboards are checked and dropped."""
    markup: Json | None = params.get("reply_markup")
    if not markup:
        return None
    if "inline_keyboard" not in markup:
        if inline_only:
            raise bad_request("inline keyboard expected")
        _other_keyboard(markup)
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: field must be an Array of Array")
    kept = [[_button(button, chat) for button in row] for row in rows if row]
    if sum(map(len, kept)) > BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": kept} if kept else None


def _button(button: object, chat: Chat) -> Json:
    if not isinstance(button, dict) or not button.get("text"):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not any(action in button for action in _ACTIONS):
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "web_app" in button and chat.type != "private":
        raise bad_request("BUTTON_TYPE_INVALID")
    url = button.get("url")
    if url is not None and not str(url).startswith(("http://", "https://", "tg://", "ton://")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return dict(button)


def _other_keyboard(markup: Json) -> None:
    if "keyboard" in markup:
        rows = markup["keyboard"]
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise bad_request(
                'field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays'
            )
        if not any(rows):
            raise bad_request("reply keyboard is empty")
    elif not markup.get("remove_keyboard") and not markup.get("force_reply"):
        raise bad_request("object expected as reply markup")


def thread(params: Params, chat: Chat) -> int | None:
    """The topic of the call. General takes no id: its id 1 is refused as an unknown topic."""
    thread_id = params.integer("message_thread_id")
    if not thread_id:
        return None
    topic = chat.topics.get(thread_id)
    if not chat.is_forum or topic is None or thread_id == GENERAL_TOPIC:
        raise bad_request("message thread not found")
    if topic.closed:
        raise bad_request("TOPIC_CLOSED")
    return thread_id


def reply(world: World, params: Params, chat: Chat) -> Message | None:
    """The message replied to, also in another chat; None when there is none."""
    wanted: Json = params.get("reply_parameters") or {}
    message_id = wanted.get("message_id", params.integer("reply_to_message_id"))
    if not message_id:
        return None
    allowed = "allow_sending_without_reply"
    without = bool(wanted.get(allowed)) or params.flag(allowed)
    other = wanted.get("chat_id")
    source = world.find_chat(other) if other is not None else chat
    message = source.messages.get(int(message_id))
    if message is None and not without:
        raise bad_request("message to be replied not found")
    return message
