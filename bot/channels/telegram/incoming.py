"""From a Telegram update to what it means for us: a question, a press, or news of a chat."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from telegram import Chat as TelegramChat
from telegram import ChatMember, MaybeInaccessibleMessage, Message, MessageEntity, Update

from bot.channels.base import Chat, Target
from bot.channels.telegram.addressing import Identity, Mention, Replied, addressed, own_words
from bot.channels.telegram.formatting import kept_spans, position, spans_of
from bot.channels.telegram.outgoing import clean
from bot.messages import Attachment, Incoming, Span

if TYPE_CHECKING:
    from bot.clock import Clock

NAME = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
EDIT_SECONDS_MAX = 120
"""A question that is corrected later than this keeps its answer."""
_GENERAL_THREAD = 1
_ALBUMS_MAX = 500
_GROUPS = (TelegramChat.GROUP, TelegramChat.SUPERGROUP)
_IN_CHAT = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER)


@dataclass(frozen=True, slots=True)
class Asked:
    """A message for the desk, or a corrected one."""

    incoming: Incoming
    target: Target


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press of a button; ``incoming`` is None when there is nothing to do but say so."""

    query_id: str
    incoming: Incoming | None
    target: Target | None


@dataclass(frozen=True, slots=True)
class Joined:
    """The bot was added to a group."""

    chat: Chat


@dataclass(frozen=True, slots=True)
class Left:
    """The bot is no longer in a group."""

    chat: Chat
    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup."""

    old: str
    new: str


Event = Asked | Pressed | Joined | Left | Moved


class Reader:
    """Reads updates for one bot."""

    def __init__(
        self,
        me: Identity,
        clock: Clock,
        admins: frozenset[int] = frozenset(),
        overheard: Mapping[int, str] | None = None,
    ) -> None:
        self._me = me
        self._clock = clock
        self._admins = admins
        self._overheard = dict(overheard or {})
        self._albums: OrderedDict[str, None] = OrderedDict()

    def read(self, update: Update) -> Event | None:
        """What an update means; None when it is not for us.

        Raises:
            TypeError, ValueError, AttributeError: the update is malformed.
        """
        if update.message is not None:
            return self._message(update.message, edited=False)
        if update.edited_message is not None:
            return self._message(update.edited_message, edited=True)
        if update.callback_query is not None:
            return self._press(update)
        if update.my_chat_member is not None:
            return self._membership(update)
        return None

    def moved(self, old: str, new: str) -> None:
        """Keep the setting of a chat under its new id."""
        if old.lstrip("-").isdigit() and new.lstrip("-").isdigit() and int(old) in self._overheard:
            self._overheard[int(new)] = self._overheard[int(old)]

    def _membership(self, update: Update) -> Event | None:
        change = update.my_chat_member
        if change is None or change.chat.type not in _GROUPS:
            return None
        was, now = _is_inside(change.old_chat_member), _is_inside(change.new_chat_member)
        if now and not was:
            return Joined(_chat(change.chat))
        if was and not now:
            kicked = change.new_chat_member.status == ChatMember.BANNED
            return Left(_chat(change.chat), "被移出并禁止加入" if kicked else "不在群里了")
        return None

    def _message(self, message: Message, *, edited: bool) -> Event | None:
        chat = message.chat
        private = chat.type == TelegramChat.PRIVATE
        if not private and chat.type not in _GROUPS:
            return None
        news = None if private or edited else self._news(message)
        if news is not None:
            return news
        member = _speaker(message)
        if member is None or (edited and _edited_too_late(message)):
            return None
        words = self._words(message, private=private)
        if words is None or (not private and not words[0] and message.text is None):
            return None
        text, overheard = words
        return Asked(
            Incoming(
                channel=NAME,
                chat_id=_id(chat.id),
                member_id=_id(member),
                message_id=_id(message.message_id),
                text=text,
                sent_at=message.date or self._clock(),
                private=private,
                thread_id=_thread(message),
                edited=edited,
                overheard=overheard,
                admin=message.sender_chat is None and member in self._admins,
                chat_title=clean(chat.title or ""),
                spans=_spans(message, text),
                attachments=_attachments(message),
            ),
            Target(_id(chat.id), _thread(message), _id(message.message_id), silent=not private),
        )

    def _news(self, message: Message) -> Event | None:
        """What a service message says about the chat itself."""
        chat = message.chat
        if message.migrate_to_chat_id:
            return Moved(_id(chat.id), _id(message.migrate_to_chat_id))
        if message.migrate_from_chat_id:
            return Moved(_id(message.migrate_from_chat_id), _id(chat.id))
        if any(user.id == self._me.user_id for user in message.new_chat_members or ()):
            return Joined(_chat(chat))
        if message.left_chat_member and message.left_chat_member.id == self._me.user_id:
            return Left(_chat(chat), "不在群里了")
        return None

    def _words(self, message: Message, *, private: bool) -> tuple[str, bool] | None:
        """The member's words and whether they were overheard; None when not for us."""
        text = message.text or message.caption or ""
        mentions = self._mentions(text, message.entities or message.caption_entities or ())
        if private:
            if not text and (message.effective_attachment is None or self._seen_album(message)):
                return None
            return clean(own_words(text, mentions, self._me)), False
        if not text:
            return None
        overheard = self._overheard.get(message.chat.id) == "strict"
        found = addressed(text, mentions, self._me, self._replied(message), overheard=overheard)
        return None if found is None else (clean(found.text), found.overheard)

    def _mentions(self, text: str, entities: tuple[MessageEntity, ...]) -> tuple[Mention, ...]:
        found = []
        for entity in entities:
            start = position(text, entity.offset)
            end = position(text, entity.offset + entity.length)
            if entity.type == MessageEntity.MENTION:
                us = self._me.is_me(text[start:end].removeprefix("@"))
            elif entity.type == MessageEntity.TEXT_MENTION and entity.user is not None:
                us = entity.user.id == self._me.user_id
            else:
                continue
            if start < end:
                found.append(Mention(start, end, us))
        return tuple(found)

    def _replied(self, message: Message) -> Replied:
        original = message.reply_to_message
        if original is None:
            return Replied.NOBODY if message.external_reply is None else Replied.OTHER
        # In a topic every message "replies" to the one that opened the topic.
        if original.forum_topic_created or (
            message.is_topic_message and original.message_id == message.message_thread_id
        ):
            return Replied.NOBODY
        author = original.from_user
        return Replied.US if author and author.id == self._me.user_id else Replied.OTHER

    def _seen_album(self, message: Message) -> bool:
        """Pictures sent together come as many messages: only the first one counts."""
        album = message.media_group_id
        if album is None:
            return False
        seen = album in self._albums
        self._albums[album] = None
        while len(self._albums) > _ALBUMS_MAX:
            self._albums.popitem(last=False)
        return seen

    def _press(self, update: Update) -> Event | None:
        query = update.callback_query
        if query is None:
            return None
        message = query.message
        nothing = message is None or not query.data or query.from_user.is_bot
        if nothing or message is None or message.chat.type == TelegramChat.CHANNEL:
            return Pressed(query.id, None, None)
        private = message.chat.type == TelegramChat.PRIVATE
        thread = _thread(message)
        incoming = Incoming(
            channel=NAME,
            chat_id=_id(message.chat.id),
            member_id=_id(query.from_user.id),
            message_id=_id(message.message_id),
            text="",
            sent_at=self._clock(),
            private=private,
            thread_id=thread,
            pressed=clean(query.data or ""),
            admin=query.from_user.id in self._admins,
            chat_title=clean(message.chat.title or ""),
        )
        target = Target(_id(message.chat.id), thread, silent=not private)
        return Pressed(query.id, incoming, target)


def _speaker(message: Message) -> int | None:
    """Who speaks: a member, the group for an anonymous admin, a channel; None for machines."""
    if message.is_automatic_forward or message.via_bot is not None:
        return None
    if message.sender_chat is not None:
        return message.sender_chat.id
    user = message.from_user
    return None if user is None or user.is_bot else user.id


def _is_inside(member: ChatMember) -> bool:
    return member.status in _IN_CHAT or bool(getattr(member, "is_member", False))


def _edited_too_late(message: Message) -> bool:
    if message.edit_date is None or message.date is None:
        return False
    return message.edit_date - message.date > timedelta(seconds=EDIT_SECONDS_MAX)


def _thread(message: MaybeInaccessibleMessage) -> str | None:
    """The forum topic; General has an id in some updates but takes none in requests."""
    if not isinstance(message, Message) or not message.is_topic_message:
        return None
    thread = message.message_thread_id
    return None if thread in (None, _GENERAL_THREAD) else _id(thread)


def _spans(message: Message, words: str) -> tuple[Span, ...]:
    """The formatting of what is left of a message's text."""
    text = message.text or message.caption or ""
    marks = spans_of(text, message.entities or message.caption_entities or ())
    return kept_spans(marks, text, words)


def _attachments(message: Message) -> tuple[Attachment, ...]:
    """The picture or file of a message; other kinds of things are not taken."""
    if message.photo:
        return (Attachment("photo", "图片.jpg", file_id=message.photo[-1].file_id),)
    document = message.document
    if document is not None:
        return (Attachment("document", clean(document.file_name or ""), file_id=document.file_id),)
    return ()


def _chat(chat: TelegramChat) -> Chat:
    return Chat(NAME, _id(chat.id), clean(chat.title or ""))


def _id(value: object) -> str:
    """An id as text; the library does not check types, a server may send anything.

    Raises:
        TypeError: it is not a whole number.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("an id must be a whole number")
    return str(value)
