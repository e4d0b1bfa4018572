"""The platform's things as plain records, each able to write itself on the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .errors import Json

ChatType = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]
PRESENT: frozenset[Status] = frozenset({"creator", "administrator", "member", "restricted"})
GENERAL_TOPIC = 1

_MAY_ADMIN = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_send_welcome_messages",
)


@dataclass
class User:
    """A person, or the bot itself."""

    id: int
    first_name: str
    username: str | None = None
    last_name: str | None = None
    is_bot: bool = False
    language_code: str | None = "zh-hans"
    deactivated: bool = False

    def to_json(self) -> Json:
        data: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username"):
            if getattr(self, name):
                data[name] = getattr(self, name)
        if self.language_code and not self.is_bot:
            data["language_code"] = self.language_code
        return data


@dataclass
class Topic:
    """A forum topic; its id is the id of the message that created it."""

    id: int
    name: str
    closed: bool = False


@dataclass(eq=False)
class Message:
    """One message in one chat; `content` holds text, photo, poll or service fields."""

    chat: Chat
    message_id: int
    date: int
    content: Json
    sender: User | None = None
    sender_chat: Chat | None = None
    thread_id: int | None = None
    reply_to: Message | None = None
    markup: Json | None = None
    edit_date: int | None = None
    from_bot: bool = False
    update_id: int | None = None
    """The update that carried it to the bot; None when the bot was not told."""

    @property
    def text(self) -> str:
        """Text or caption, without markup."""
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        name = "entities" if "text" in self.content else "caption_entities"
        found: list[Json] = self.content.get(name, [])
        return found

    @property
    def buttons(self) -> list[Json]:
        """All inline buttons, row by row."""
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    def to_json(self, *, with_reply: bool = True) -> Json:
        data: Json = {
            "message_id": self.message_id,
            "date": self.date,
            "chat": self.chat.to_json(),
        }
        if self.sender is not None:
            data["from"] = self.sender.to_json()
        if self.sender_chat is not None:
            data["sender_chat"] = self.sender_chat.to_json()
        if self.thread_id is not None:
            data["message_thread_id"] = self.thread_id
            data["is_topic_message"] = True
        if self.reply_to is not None and with_reply:
            data["reply_to_message"] = self.reply_to.to_json(with_reply=False)
        if self.edit_date is not None:
            data["edit_date"] = self.edit_date
        if self.markup is not None:
            data["reply_markup"] = self.markup
        return data | self.content


@dataclass(eq=False)
class Chat:
    """A chat with its members, topics and messages."""

    id: int
    type: ChatType
    title: str | None = None
    username: str | None = None
    first_name: str | None = None
    is_forum: bool = False
    status: dict[int, Status] = field(default_factory=dict)
    bot_may_send: bool = True
    started: bool = False
    """Private chats only: the person wrote to the bot at least once."""
    blocked: bool = False
    """Private chats only: the person blocked the bot."""
    migrated_to: int | None = None
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: int | None = None

    @property
    def is_group(self) -> bool:
        return self.type in {"group", "supergroup"}

    def has(self, user_id: int) -> bool:
        return self.status.get(user_id, "left") in PRESENT

    def to_json(self) -> Json:
        data: Json = {"id": self.id, "type": self.type}
        for name in ("title", "username", "first_name"):
            if getattr(self, name):
                data[name] = getattr(self, name)
        if self.is_forum:
            data["is_forum"] = True
        return data

    def full_json(self) -> Json:
        """`ChatFullInfo`, what getChat answers."""
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
        data = self.to_json() | {
            "accent_color_id": abs(self.id) % 7,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
        }
        if self.is_group:
            data["permissions"] = {"can_send_messages": True, "can_send_polls": True}
        if self.pinned in self.messages:
            data["pinned_message"] = self.messages[self.pinned].to_json(with_reply=False)
        return data


def member_json(user: User, status: Status, *, chat_type: ChatType = "supergroup") -> Json:
    """A `ChatMember` of the given status, with every field that status must carry."""
    data: Json = {"user": user.to_json(), "status": status}
    if status == "creator":
        data["is_anonymous"] = False
    elif status == "administrator":
        data |= {"can_be_edited": False, "is_anonymous": False, "can_promote_members": False}
        data |= dict.fromkeys(_MAY_ADMIN, True)
        if chat_type == "channel":
            data |= {"can_post_messages": True, "can_edit_messages": True}
    elif status == "kicked":
        data["until_date"] = 0
    elif status == "restricted":
        media = ("audios", "documents", "photos", "videos", "video_notes", "voice_notes", "polls")
        rights = [f"can_send_{kind}" for kind in (*media, "messages", "other_messages")]
        rights += ["can_add_web_page_previews", "can_react_to_messages", "can_edit_tag"]
        rights += ["can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics"]
        data |= {"is_member": True, "until_date": 0} | dict.fromkeys(rights, False)
    return data
