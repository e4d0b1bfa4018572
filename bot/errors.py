"""One tree of errors; the class says what the caller can do.

DangbotError
├── ConfigError      the settings are wrong: stop the start, show the message and its hint
├── KnowledgeError   the knowledge cannot be used: keep the last good version, show the problems
├── Refused          the request is refused: the text is for the member to read
│   └── Overtaken      … because somebody changed the same thing first: show it, let them redo
├── FileTooLarge     a file is larger than what is taken: ask for a smaller one
└── SendError        a message did not go out, or perhaps did
    ├── SendLater      try again after ``seconds``
    │   ├── SendFlooded  … and send nothing else on this channel before
    │   └── SendOffline  … the platform was not even reached
    ├── SendUncertain  it may have arrived: do not send again unasked
    ├── SendRejected   this message can never go out like this: do not try again
    │   ├── MessageMissing  the message to change is gone
    │   └── MessageLocked   the platform lets nobody change this message any more
    ├── ChatGone       this chat cannot be reached any more; ``reason`` says why, in Chinese
    └── ChatMoved      the chat has a new id: use ``new_id``
"""


class DangbotError(Exception):
    """Base of everything that the program raises on purpose."""


class ConfigError(DangbotError):
    """The settings are wrong.

    Args:
        message: what is wrong, in Chinese, for the person who runs the desk.
        hint: what to do about it, in Chinese; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  怎么办：{self.hint}" if self.hint else self.message


class KnowledgeError(DangbotError):
    """The knowledge files cannot be used; ``str()`` is the Chinese report."""


class Refused(DangbotError):
    """A request is refused; the text is what the member reads."""


class Overtaken(Refused):
    """What was to be changed is another by now; nothing was overwritten."""


class FileTooLarge(DangbotError):
    """A file that somebody sent is larger than what is taken."""


class SendError(DangbotError):
    """A message did not go out, or perhaps did; the subclass says what to do."""


class SendLater(SendError):
    """The platform asks us to wait, or is out of order: try again after ``seconds``."""

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason or f"try again in {seconds} s")
        self.seconds = seconds


class SendFlooded(SendLater):
    """The platform says that this bot sends too much: nothing goes out before ``seconds``."""


class SendOffline(SendLater):
    """The platform was not reached, or lets nobody in: surely nothing arrived."""


class SendUncertain(SendError):
    """The request left, no answer came: the message may have arrived."""


class SendRejected(SendError):
    """The platform says this message can never go out like this."""


class MessageMissing(SendRejected):
    """The message that is to be changed is gone."""


class MessageLocked(SendRejected):
    """The platform lets nobody change this message any more; it may be too old."""


class ChatGone(SendError):
    """The bot was removed or blocked, or the chat does not exist."""

    def __init__(self, text: str, reason: str = "发不进这个会话") -> None:
        super().__init__(text)
        self.reason = reason


class ChatMoved(SendError):
    """The group became a supergroup and has a new id."""

    def __init__(self, new_id: str) -> None:
        super().__init__(f"chat moved to {new_id}")
        self.new_id = new_id
