"""One-time codes, pure but for the random source: made, written, read, compared, rate-limited.

A code is a selector (finds its row) and a secret (proves it). Only a salted, stretched hash of the
secret is kept, and secrets are compared in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0 and O, 1 and I, which people confuse on paper; 32 signs, 5 bits each."""
SELECTOR_CHARS = 4
SECRET_CHARS = 8
_GROUP = 4
_ROUNDS = 10_000
_DIGITS_MIN = 2
_SALT_BYTES = 16
_SEPARATORS = re.compile(r"[\s\-_—–－·.]+")
_NOBODY_SALT = b"\0" * _SALT_BYTES


@dataclass(frozen=True, slots=True)
class Code:
    """A fresh code: what is handed out, and what is kept."""

    text: str
    """As it is handed out: ``K7M2-9QXD-4TFB``."""
    selector: str
    salt: bytes
    digest: bytes


def make_code() -> Code:
    """A new random code; its secret has 40 bits."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(SELECTOR_CHARS + SECRET_CHARS))
    selector, secret = signs[:SELECTOR_CHARS], signs[SELECTOR_CHARS:]
    salt = secrets.token_bytes(_SALT_BYTES)
    parts = [signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP)]
    return Code("-".join(parts), selector, salt, _stretched(secret, salt))


def make_codes(count: int) -> list[Code]:
    """Several codes; takes some milliseconds each, on purpose."""
    return [make_code() for _ in range(count)]


def read_code(text: str) -> tuple[str, str] | None:
    """Selector and secret of what somebody typed: case, width, spaces and dashes do not matter."""
    plain = unicodedata.normalize("NFKC", text).upper()
    signs = _SEPARATORS.sub("", plain)
    if len(signs) != SELECTOR_CHARS + SECRET_CHARS or not set(signs) <= set(ALPHABET):
        return None
    return signs[:SELECTOR_CHARS], signs[SELECTOR_CHARS:]


def looks_like_code(text: str) -> bool:
    """Whether a whole message is a code: in three groups, or in one with letters and digits."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if read_code(plain) is None:
        return False
    parts = [len(part) for part in _SEPARATORS.split(plain)]
    digits = sum(sign.isdigit() for sign in plain)
    mixed = _DIGITS_MIN <= digits < SELECTOR_CHARS + SECRET_CHARS
    # Pinyin typed in one go has letters alone, a phone number digits alone.
    return parts == [_GROUP] * 3 or (len(parts) == 1 and mixed)


def fits(secret: str, salt: bytes | None, digest: bytes | None) -> bool:
    """Whether a secret is the one that was hashed; takes as long when there is no row."""
    found = _stretched(secret, salt or _NOBODY_SALT)
    return hmac.compare_digest(found, digest or b"") and digest is not None


def _stretched(secret: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, _ROUNDS)


class Attempts:
    """Counts wrong codes of each member; who guesses must wait. The least recent are forgotten.

    Kept in memory alone: a restart gives a guesser five more tries at 40 bits, and a table of who
    mistyped a code would be one more thing known about members.
    """

    def __init__(self, *, tries_max: int = 5, seconds: int = 900, members_max: int = 1000) -> None:
        self._tries_max = tries_max
        self._span = timedelta(seconds=seconds)
        self._members_max = members_max
        self._wrong: OrderedDict[str, deque[datetime]] = OrderedDict()

    def wait_seconds(self, member: str, now: datetime) -> int:
        """How long a member must wait before the next try; 0: not at all."""
        times = self._wrong.get(member)
        if times is None:
            return 0
        while times and times[0] <= now - self._span:
            times.popleft()
        if len(times) < self._tries_max:
            return 0
        return max(1, int((times[0] + self._span - now).total_seconds()))

    def tried(self, member: str, now: datetime) -> None:
        """Count a try before anything is looked up: many at the same moment count as many."""
        self._wrong.setdefault(member, deque(maxlen=self._tries_max)).append(now)
        self._wrong.move_to_end(member)
        while len(self._wrong) > self._members_max:
            self._wrong.popitem(last=False)

    def right(self, member: str) -> None:
        """The last try was right: it does not count."""
        times = self._wrong.get(member)
        if times:
            times.pop()

    def tidy(self, now: datetime) -> None:
        """Drop the members whose tries are too old to count."""
        for member in list(self._wrong):
            self.wait_seconds(member, now)
            if not self._wrong[member]:
                del self._wrong[member]
