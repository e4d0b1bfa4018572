"""A reply as text for the database, and back; plain JSON, so that it can be read by eye."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from bot.messages import Attachment, Button, Reply, Span


def frozen(reply: Reply) -> str:
    """A reply as JSON."""
    return json.dumps(
        {
            "text": reply.text,
            "buttons": [[[button.label, button.data] for button in row] for row in reply.buttons],
            "spans": [[span.start, span.end, span.kind, span.url] for span in reply.spans],
            "attachments": [
                {
                    "kind": attachment.kind,
                    "name": attachment.name,
                    "data": base64.b64encode(attachment.data).decode(),
                    "file_id": attachment.file_id,
                }
                for attachment in reply.attachments
            ],
        },
        ensure_ascii=False,
    )


def thawed(body: str) -> Reply:
    """The reply that :func:`frozen` wrote."""
    read: dict[str, Any] = json.loads(body)
    return Reply(
        text=read["text"],
        buttons=tuple(tuple(Button(label, data) for label, data in row) for row in read["buttons"]),
        spans=tuple(Span(start, end, kind, url) for start, end, kind, url in read["spans"]),
        attachments=tuple(
            Attachment(
                kind=each["kind"],
                name=each["name"],
                data=base64.b64decode(each["data"]),
                file_id=each["file_id"],
            )
            for each in read["attachments"]
        ),
    )


def digest(body: str) -> str:
    """The name under which a content is kept once, however many chats it goes to."""
    return hashlib.sha256(body.encode()).hexdigest()
