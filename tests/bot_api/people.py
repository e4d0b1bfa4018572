"""What people do: they write, edit, press buttons, vote, and let the bot in or throw it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import entities as found
from .model import Chat, Message, Status, User, member_json
from .samples import png
from .world import ANONYMOUS_ADMIN, CHANNEL_BOT, World

if TYPE_CHECKING:
    from .errors import Json
    from .ledger import Call
    from .updates import Updates


class People:
    """Everything that happens on the platform without the bot doing it."""

    def __init__(self, world: World, updates: Updates) -> None:
        self.world = world
        self.updates = updates

    # Setting the stage: no updates are sent for these.

    def user(self, first_name: str, username: str | None = None) -> User:
        return self.world.add_user(first_name, username)

    def private(self, user: User, *, started: bool = True) -> Chat:
        """The person's chat with the bot; not started means the bot may not write first."""
        chat = self.world.add_private(user)
        chat.started = started
        return chat

    def group(
        self,
        title: str,
        *members: User,
        kind: str = "supergroup",
        forum: bool = False,
        bot_status: Status = "member",
    ) -> Chat:
        """A group; the first member is its creator. `kind` is "group" or "supergroup"."""
        return self.world.add_chat(
            title, kind=kind, members=members, bot_status=bot_status, forum=forum
        )

    def channel(self, title: str, *members: User, bot_status: Status = "administrator") -> Chat:
        return self.world.add_chat(title, kind="channel", members=members, bot_status=bot_status)

    def topic(self, chat: Chat, name: str) -> int:
        """Opens a forum topic and gives its thread id; the bot is told."""
        topic = self.world.add_topic(chat, name)
        self._tell(chat.messages[topic.id])
        return topic.id

    def close_topic(self, chat: Chat, thread_id: int, *, deleted: bool = False) -> None:
        """Sends to a closed topic answer TOPIC_CLOSED, to a deleted one "not found"."""
        if deleted:
            del chat.topics[thread_id]
        else:
            chat.topics[thread_id].closed = True

    # Writing.

    def say(
        self,
        chat: Chat,
        user: User | None,
        text: str,
        *,
        reply_to: Message | Call | None = None,
        thread_id: int | None = None,
        entities: list[Json] | None = None,
        as_chat: Chat | None = None,
    ) -> Message:
        """Writes a text; mentions and commands are found in it unless entities are given.

        `as_chat` speaks for a chat: the same one is an anonymous admin, another is a channel.
        """
        spans = found.find(text) if entities is None else entities
        content: Json = {"text": text} | ({"entities": spans} if spans else {})
        return self._write(chat, user, content, reply_to, thread_id, as_chat)

    def say_photo(
        self,
        chat: Chat,
        user: User,
        caption: str = "",
        *,
        data: bytes | None = None,
        reply_to: Message | Call | None = None,
        thread_id: int | None = None,
    ) -> Message:
        stored = self.world.add_file("photo.png", data or png(), "photos")
        sized = stored.to_json() | {"width": 2, "height": 2}
        content: Json = {"photo": [sized]} | _caption(caption)
        return self._write(chat, user, content, reply_to, thread_id, None)

    def say_document(
        self,
        chat: Chat,
        user: User,
        name: str,
        data: bytes,
        caption: str = "",
        *,
        reply_to: Message | Call | None = None,
        thread_id: int | None = None,
    ) -> Message:
        stored = self.world.add_file(name, data)
        document = stored.to_json() | {"file_name": name}
        content: Json = {"document": document} | _caption(caption)
        return self._write(chat, user, content, reply_to, thread_id, None)

    def say_anonymously(self, chat: Chat, text: str, *, thread_id: int | None = None) -> Message:
        """An administrator who hides behind the group."""
        return self.say(chat, None, text, thread_id=thread_id, as_chat=chat)

    def post(self, channel: Chat, text: str) -> Message:
        """A post in a channel; it has no sender."""
        return self.say(channel, None, text, as_chat=channel)

    def service(self, chat: Chat, user: User | None, **content: object) -> Message:
        """A service message without text, such as `new_chat_title="…"`."""
        return self._write(chat, user, dict(content), None, None, None if user else chat)

    def edit_message(self, message: Message, text: str) -> int | None:
        """A person edits an own message; gives the id of the update."""
        spans = found.find(text)
        message.content = {"text": text} | ({"entities": spans} if spans else {})
        message.edit_date = self.world.now()
        kind = "edited_channel_post" if message.chat.type == "channel" else "edited_message"
        return self.updates.add(kind, message.to_json()) if self.hears(message) else None

    # Buttons and polls.

    def press(
        self, chat: Chat, user: User, button: str, *, on: Message | Call | None = None
    ) -> str:
        """Presses the newest inline button with this label or data; gives the query's id.

        Raises:
            AssertionError: no message in the chat has such a button now.
        """
        only = None if on is None else _message(on)
        candidates = [only] if only else list(reversed(chat.messages.values()))
        for message in candidates:
            for candidate in message.buttons if message.message_id in chat.messages else ():
                data = candidate.get("callback_data")
                if data is not None and button in {candidate["text"], data}:
                    return self.press_data(message, user, data)
        labels = [message.labels for message in candidates if message.buttons]
        raise AssertionError(f"no button {button!r} in chat {chat.id}; there are {labels}")

    def press_data(self, message: Message, user: User, data: str) -> str:
        """Presses a button that may be gone since, as an old client does."""
        query_id = str(4_300_000_000_000_000 + self.world.serial())
        self.world.queries[query_id] = message
        query: Json = {
            "id": query_id,
            "from": user.to_json(),
            "message": message.to_json(),
            "chat_instance": str(-message.chat.id),
            "data": data,
        }
        self.updates.add("callback_query", query)
        return query_id

    def expire(self, query_id: str) -> None:
        """The query is now too old to be answered."""
        self.world.queries.pop(query_id, None)

    def vote(self, message: Message | Call, user: User, *options: int) -> None:
        """A person votes in the bot's poll; no options takes the vote back."""
        poll = _message(message).content["poll"]
        votes: dict[int, tuple[int, ...]] = self.world.votes.setdefault(poll["id"], {})
        votes[user.id] = options
        for index, option in enumerate(poll["options"]):
            option["voter_count"] = sum(index in chosen for chosen in votes.values())
        poll["total_voter_count"] = sum(bool(chosen) for chosen in votes.values())
        if not poll["is_anonymous"]:
            answer: Json = {
                "poll_id": poll["id"],
                "user": user.to_json(),
                "option_ids": list(options),
                "option_persistent_ids": [str(option) for option in options],
            }
            self.updates.add("poll_answer", answer)
        self.updates.add("poll", poll)

    # Coming and going.

    def add_bot(self, chat: Chat, by: User, status: Status = "member") -> None:
        """Somebody adds the bot to a chat, or makes it administrator or plain member again."""
        was_there = chat.has(self.world.bot.id)
        self._bot_status(chat, by, status)
        if not was_there and chat.is_group:
            self._service_of(chat, by, {"new_chat_members": [self.world.bot.to_json()]})

    def remove_bot(self, chat: Chat, by: User) -> None:
        """Somebody throws the bot out. In a basic group it still hears of its own leaving."""
        if chat.type == "group":
            self._service_of(chat, by, {"left_chat_member": self.world.bot.to_json()})
        self._bot_status(chat, by, "kicked")

    def block(self, user: User) -> None:
        """The person blocks the bot."""
        chat = self.world.add_private(user)
        chat.blocked = True
        self._private_status(chat, user, "member", "kicked")

    def unblock(self, user: User) -> None:
        chat = self.world.add_private(user)
        chat.blocked = False
        self._private_status(chat, user, "kicked", "member")

    def join(self, chat: Chat, *users: User) -> None:
        """People come into a group."""
        for user in users:
            self._member_status(chat, user, user, "member")
        self._service_of(chat, users[0], {"new_chat_members": [u.to_json() for u in users]})

    def leave(self, chat: Chat, user: User) -> None:
        self._member_status(chat, user, user, "left")
        self._service_of(chat, user, {"left_chat_member": user.to_json()})

    def migrate(self, chat: Chat) -> Chat:
        """A basic group becomes a supergroup: two service messages, and a new id for sends."""
        new = self.world.upgrade(chat)
        creator = next(
            (self.world.users[u] for u, status in chat.status.items() if status == "creator"),
            ANONYMOUS_ADMIN,
        )
        self._service_of(chat, creator, {"migrate_to_chat_id": new.id})
        came = {"migrate_from_chat_id": chat.id}
        self._tell(self.world.add_message(new, came, sender=ANONYMOUS_ADMIN, sender_chat=new))
        return new

    def hears(self, message: Message) -> bool:
        """Whether this message is brought to the bot, privacy mode included."""
        chat, bot = message.chat, self.world.bot
        if chat.type == "private":
            return not chat.blocked
        if not chat.has(bot.id):
            return False
        if self.world.reads_all or self.world.is_admin(chat, bot.id):
            return True
        content = {"text", "photo", "document", "poll"}
        if chat.type == "channel" or not content & message.content.keys():
            return True
        if message.reply_to is not None and message.reply_to.from_bot:
            return True
        return any(self._is_for_bot(message.text, entity) for entity in message.entities)

    def _is_for_bot(self, text: str, entity: Json) -> bool:
        if entity["type"] != "bot_command":
            return False
        _, _, name = found.piece(text, entity).partition("@")
        return name.lower() in {"", (self.world.bot.username or "").lower()}

    def _write(
        self,
        chat: Chat,
        user: User | None,
        content: Json,
        reply_to: Message | Call | None,
        thread_id: int | None,
        as_chat: Chat | None,
    ) -> Message:
        if user is not None and chat.type == "private":
            chat.started = True
        if as_chat is not None and chat.type != "channel":
            user = ANONYMOUS_ADMIN if as_chat is chat else CHANNEL_BOT
        replied = None if reply_to is None else _message(reply_to)
        if replied is None and thread_id is not None:
            # A plain message in a topic carries the message that opened the topic as its reply.
            replied = chat.messages.get(thread_id)
        message = self.world.add_message(
            chat,
            content,
            sender=user,
            sender_chat=as_chat,
            thread_id=thread_id,
            reply_to=replied,
        )
        self._tell(message)
        return message

    def _service_of(self, chat: Chat, user: User, content: Json) -> None:
        self._tell(self.world.add_message(chat, content, sender=user))

    def _tell(self, message: Message) -> None:
        if self.hears(message):
            kind = "channel_post" if message.chat.type == "channel" else "message"
            message.update_id = self.updates.add(kind, message.to_json())

    def _bot_status(self, chat: Chat, by: User, status: Status) -> None:
        self._change(chat, by, self.world.bot, status, "my_chat_member")

    def _member_status(self, chat: Chat, by: User, user: User, status: Status) -> None:
        # Only administrators hear of others coming and going.
        told = self.world.is_admin(chat, self.world.bot.id)
        self._change(chat, by, user, status, "chat_member" if told else None)

    def _change(self, chat: Chat, by: User, user: User, status: Status, update: str | None) -> None:
        old = self.world.member(chat, user)
        chat.status[user.id] = status
        if update is not None:
            self._member_update(chat, by, update, old, self.world.member(chat, user))

    def _private_status(self, chat: Chat, user: User, old: Status, new: Status) -> None:
        bot = self.world.bot
        self._member_update(
            chat, user, "my_chat_member", member_json(bot, old), member_json(bot, new)
        )

    def _member_update(self, chat: Chat, by: User, kind: str, old: Json, new: Json) -> None:
        change: Json = {
            "chat": chat.to_json(),
            "from": by.to_json(),
            "date": self.world.now(),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self.updates.add(kind, change)


def _caption(text: str) -> Json:
    if not text:
        return {}
    spans = found.find(text)
    return {"caption": text} | ({"caption_entities": spans} if spans else {})


def _message(which: Message | Call) -> Message:
    message = which if isinstance(which, Message) else which.message
    assert message is not None, "this call left no message"
    return message
