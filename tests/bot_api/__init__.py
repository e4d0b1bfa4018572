"""A Bot API server of our own for end-to-end tests; it speaks HTTP on 127.0.0.1.

    # limits=Limits() enforces the sending limits; reads_all=False is privacy mode
    async with BotApiServer(username="desk_bot", reads_all=True) as server:
        wang = server.user("王芳")
        group = server.group("第一支部", wang, kind="group")
        # Start the bot with server.token, server.base_url and server.base_file_url, then:
        server.say(group, wang, "@desk_bot 党费什么时候交")
        reply = await server.next_sent(group)                    # no sleeping: it waits
        assert "25" in reply.text and reply.labels == ("相关问题",)
        query = server.press(group, wang, "相关问题")
        await server.answer_to(query)
        server.faults.next(flood(3))                             # the next send gets 429
        server.faults.next(LoseAnswer(), chat_id=group.id)       # arrives, but the answer is lost
        moved = server.migrate(group)                            # the old id now answers 400
        assert server.ledger.sent(moved.id) == [] and server.ledger.floods == 0
        await server.polling()                                   # the bot waits for updates

As on the real platform: privacy mode is on unless `reads_all=True` (a bare mention is not heard,
a command or a reply to the bot is); a mention glued to a Chinese character is no mention; edits
without reply_markup take the buttons away; of two pollers the older one gets 409. Unlike it:
webhooks may be plain HTTP on this machine, and Markdown parse modes are refused.
"""

from .errors import ApiError
from .faults import Cut, LoseAnswer, Refuse, Slow, flood, migrated, refused, server_error
from .ledger import Call, Ledger
from .limits import Limits
from .model import Chat, Message, User
from .samples import png
from .server import TOKEN, BotApiServer

__all__ = [
    "TOKEN",
    "ApiError",
    "BotApiServer",
    "Call",
    "Chat",
    "Cut",
    "Ledger",
    "Limits",
    "LoseAnswer",
    "Message",
    "Refuse",
    "Slow",
    "User",
    "flood",
    "migrated",
    "png",
    "refused",
    "server_error",
]
