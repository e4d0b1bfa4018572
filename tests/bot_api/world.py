"""The world behind the server: who exists, which chats there are, what was said in them."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import Json, bad_request, forbidden, moved
from .model import Chat, Message, Status, Topic, User, member_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ANONYMOUS_ADMIN = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
CHANNEL_BOT = User(136817688, "Channel", "Channel_Bot", is_bot=True)
FIRST_CHANNEL_ID = -1_001_000_000_000


@dataclass(frozen=True)
class StoredFile:
    """A file on the platform; the id is what the bot may send again."""

    file_id: str
    name: str
    data: bytes
    path: str

    def to_json(self) -> Json:
        unique = hashlib.sha256(self.data).hexdigest()[:16]
        return {"file_id": self.file_id, "file_unique_id": unique, "file_size": len(self.data)}


class World:
    """Users, chats, messages and files. Times come from the clock that is passed in."""

    def __init__(self, bot: User, clock: Callable[[], float], *, reads_all: bool) -> None:
        self.bot = bot
        self.clock = clock
        self.reads_all = reads_all
        """Privacy mode is off; the bot hears every line of its groups."""
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, Message] = {}
        """Callback queries that may still be answered, by id."""
        self.votes: dict[str, dict[int, tuple[int, ...]]] = {}
        """Chosen options by poll id and user id."""
        self.commands: dict[tuple[str, str], list[Json]] = {}
        """Command lists by (scope as JSON, language)."""
        self.texts: dict[str, dict[str, str]] = {}
        """Description and short description, by language."""
        self._user_ids = itertools.count(5_000_000_001)
        self._group_ids = itertools.count(4_000_001)
        self._channel_ids = itertools.count(1)
        # Private chats and basic groups share one row of message ids, supergroups and
        # channels each have their own: the same id may stand in two chats.
        self._shared_ids = itertools.count(101)
        self._own_ids: dict[int, itertools.count[int]] = {}
        self._serial = itertools.count(1)

    def now(self) -> int:
        return int(self.clock())

    def serial(self) -> int:
        """A number never given before, for query, poll and file ids."""
        return next(self._serial)

    def add_user(self, first_name: str, username: str | None = None) -> User:
        user = User(next(self._user_ids), first_name, username)
        self.users[user.id] = user
        return user

    def add_private(self, user: User) -> Chat:
        """The chat between this person and the bot; made once."""
        chat = self.chats.get(user.id)
        if chat is None:
            chat = Chat(user.id, "private", username=user.username, first_name=user.first_name)
            self.chats[chat.id] = chat
        return chat

    def add_chat(
        self,
        title: str,
        *,
        kind: str,
        members: Iterable[User] = (),
        bot_status: Status = "member",
        forum: bool = False,
    ) -> Chat:
        if kind == "group":
            chat = Chat(-next(self._group_ids), "group", title)
        elif kind == "supergroup":
            chat = Chat(self._channel_id(), "supergroup", title, is_forum=forum)
        else:
            chat = Chat(self._channel_id(), "channel", title)
        for index, user in enumerate(members):
            chat.status[user.id] = "creator" if index == 0 else "member"
        if bot_status != "left":
            chat.status[self.bot.id] = bot_status
        self.chats[chat.id] = chat
        return chat

    def add_topic(self, chat: Chat, name: str) -> Topic:
        """A new forum topic and the service message that opens it."""
        content: Json = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        creator = next((self.users[u] for u, s in chat.status.items() if s == "creator"), self.bot)
        message = self.add_message(chat, content, sender=creator)
        message.thread_id = message.message_id
        topic = Topic(message.message_id, name)
        chat.topics[topic.id] = topic
        return topic

    def add_message(
        self,
        chat: Chat,
        content: Json,
        *,
        sender: User | None = None,
        sender_chat: Chat | None = None,
        thread_id: int | None = None,
        reply_to: Message | None = None,
        markup: Json | None = None,
        from_bot: bool = False,
    ) -> Message:
        """Stores a message under the chat's next id."""
        message = Message(
            chat=chat,
            message_id=self._next_message_id(chat),
            date=self.now(),
            content=content,
            sender=sender,
            sender_chat=sender_chat,
            thread_id=thread_id,
            reply_to=reply_to,
            markup=markup,
            from_bot=from_bot,
        )
        chat.messages[message.message_id] = message
        return message

    def add_file(self, name: str, data: bytes, folder: str = "documents") -> StoredFile:
        number = self.serial()
        file_id = f"BQACAgUAAx{number:06d}{hashlib.sha256(data).hexdigest()[:12]}"
        safe = name.rsplit("/", 1)[-1] or "file"
        stored = StoredFile(file_id, safe, data, f"{folder}/file_{number}_{safe}")
        self.files[file_id] = stored
        return stored

    def member(self, chat: Chat, user: User) -> Json:
        return member_json(user, chat.status.get(user.id, "left"), chat_type=chat.type)

    def find_chat(self, chat_id: int | str) -> Chat:
        """The chat of a call, by id or @username; unknown ones are "chat not found"."""
        if isinstance(chat_id, str):
            name = chat_id.removeprefix("@").lower()
            public = (c for c in self.chats.values() if c.type != "private" and c.username)
            found = next((c for c in public if (c.username or "").lower() == name), None)
        else:
            found = self.chats.get(chat_id)
            if found is None and chat_id in self.users and chat_id != self.bot.id:
                found = self.add_private(self.users[chat_id])
        if found is None:
            raise bad_request("chat not found")
        return found

    def open_chat(self, chat_id: int | str) -> Chat:
        """A chat that the bot may act in.

        Raises:
            ApiError: 400 unknown or moved chat; 403 blocked, kicked, left or never started.
        """
        chat = self.find_chat(chat_id)
        if chat.migrated_to is not None:
            raise moved(chat.migrated_to)
        if chat.type == "private":
            reason = self._why_closed(chat)
            if reason:
                raise forbidden(reason)
            return chat
        status = chat.status.get(self.bot.id, "left")
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        if status == "left":
            raise forbidden(f"bot is not a member of the {chat.type} chat")
        return chat

    def can_send(self, chat: Chat, what: str = "text messages") -> None:
        """Refuses when the chat lets nobody but others write."""
        if chat.type == "channel" and not self.is_admin(chat, self.bot.id):
            raise bad_request("need administrator rights in the channel chat")
        if not chat.bot_may_send:
            raise bad_request(f"not enough rights to send {what} to the chat")

    def is_admin(self, chat: Chat, user_id: int) -> bool:
        return chat.status.get(user_id) in {"creator", "administrator"}

    def find_message(self, chat: Chat, message_id: int, what: str) -> Message:
        message = chat.messages.get(message_id)
        if message is None:
            raise bad_request(f"message to {what} not found")
        return message

    def find_file(self, file_id: str) -> StoredFile:
        stored = self.files.get(file_id)
        if stored is None:
            raise bad_request(
                "wrong remote file identifier specified: Wrong character in the string"
            )
        return stored

    def upgrade(self, chat: Chat) -> Chat:
        """A basic group becomes a supergroup under a new id; members come along."""
        new = Chat(self._channel_id(), "supergroup", chat.title, status=dict(chat.status))
        self.chats[new.id] = new
        chat.migrated_to = new.id
        return new

    def _why_closed(self, chat: Chat) -> str | None:
        if self.users[chat.id].deactivated:
            return "user is deactivated"
        if chat.blocked:
            return "bot was blocked by the user"
        return None if chat.started else "bot can't initiate conversation with a user"

    def _channel_id(self) -> int:
        return FIRST_CHANNEL_ID - next(self._channel_ids)

    def _next_message_id(self, chat: Chat) -> int:
        if chat.type in {"private", "group"}:
            return next(self._shared_ids)
        # A supergroup's first ids are its creation and General, which is topic 1.
        return next(self._own_ids.setdefault(chat.id, itertools.count(2)))
