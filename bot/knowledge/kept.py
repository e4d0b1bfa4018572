"""A library as bytes and back: a command that asks one question need not read fifty files anew.

The bytes are only read back by the same code for the same files: their name tells both.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
import zlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from bot.errors import KnowledgeError
from bot.knowledge import schema
from bot.knowledge.cache import Cache
from bot.knowledge.library import Library, Placed
from bot.knowledge.room import give_back
from bot.knowledge.snapshot import Snapshot, take

if TYPE_CHECKING:
    from bot.knowledge.check import DateCheck

_SUM_BYTES = 4
_TUPLE, _DATE, _DICT, _LIST = "tuple", "date", "dict", "list"


def _kinds() -> tuple[type[Any], ...]:
    models = {
        kind
        for kind in vars(schema).values()
        if isinstance(kind, type) and issubclass(kind, BaseModel)
    }
    return (Library, Placed, *sorted(models, key=lambda kind: kind.__name__))


_KINDS = _kinds()
"""What a library is made of; everything else in it is plain."""
_NAMES = tuple(
    tuple(field.name for field in fields(kind)) if is_dataclass(kind) else tuple(kind.model_fields)
    for kind in _KINDS
)
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}


def load_kept(folder: Path, date_ok: DateCheck, cache: Cache) -> Library:
    """The library of a folder, from the cache if these very files were read before.

    Raises:
        KnowledgeError: the files have errors.
    """
    snapshot = take(folder)
    name = _name(snapshot)
    data = cache.get(name)
    library = thawed(data) if data is not None else None
    if library is not None:
        return library
    data = _read(snapshot, date_ok)
    cache.put(name, [data])
    # What was read of the files is gone now, and made of the bytes a library lies close together:
    # beside the values of all files it would keep three times its room from everybody else.
    give_back()
    library = thawed(data)
    if library is None:
        raise AssertionError("what was just frozen does not thaw")
    return library


def _read(snapshot: Snapshot, date_ok: DateCheck) -> bytes:
    # What reads and checks files takes a while to load, and kept bytes have been through it.
    from bot.knowledge.load import load_snapshot  # noqa: PLC0415
    from bot.knowledge.problems import report  # noqa: PLC0415

    loaded = load_snapshot(snapshot, date_ok)
    if loaded.library is None:
        raise KnowledgeError(report(loaded.errors()))
    return frozen(loaded.library)


def _name(snapshot: Snapshot) -> str:
    found = hashlib.blake2b(snapshot.digest.encode(), digest_size=16)
    found.update(sys.version.encode())
    here = Path(__file__).parent
    for source in sorted([*here.glob("*.py"), *(here.parent / "text").glob("*.py")]):
        found.update(source.read_bytes())
    return found.hexdigest()


def frozen(library: Library) -> bytes:
    """A library as bytes."""
    data = marshal.dumps(_plain(library, {}))
    return zlib.crc32(data).to_bytes(_SUM_BYTES, "little") + data


def thawed(data: bytes) -> Library | None:
    """The library of these bytes; None if they are damaged."""
    held = memoryview(data)[_SUM_BYTES:]
    if data[:_SUM_BYTES] != zlib.crc32(held).to_bytes(_SUM_BYTES, "little"):
        return None  # a single wrong character would be told to people
    try:
        # The bytes come from the user's own cache folder, where the program itself put them.
        library = _made(marshal.loads(held))  # noqa: S302
    except (ValueError, EOFError, TypeError, IndexError, KeyError, AttributeError):
        return None
    return library if isinstance(library, Library) else None


def _plain(value: Any, seen: dict[str, str]) -> Any:
    """A value in lists, dictionaries and words; a tuple begins with what it stands for.

    Words that are ``seen`` again are the same object, and so they are in what is read back.
    """
    if type(value) is str:
        return seen.setdefault(value, value)
    number = _NUMBERS.get(type(value))
    if number is not None:
        held = {name: _plain(getattr(value, name), seen) for name in _NAMES[number]}
        return (number, held, [name for name, one in held.items() if isinstance(one, tuple)])
    if isinstance(value, dict):
        found: Any = {key: _plain(one, seen) for key, one in value.items()}
        return (_DICT, found) if any(isinstance(one, tuple) for one in found.values()) else found
    if isinstance(value, list):
        found = [_plain(one, seen) for one in value]
        return (_LIST, found) if any(isinstance(one, tuple) for one in found) else found
    if isinstance(value, tuple):
        return (_TUPLE, [_plain(one, seen) for one in value])
    return (_DATE, value.isoformat()) if isinstance(value, date) else value


def _made(value: Any) -> Any:
    if type(value) is not tuple:
        return value  # nearly all of it: texts, and lists of nothing but texts
    kind, held, *rest = value
    if rest:
        for name in rest[0]:
            held[name] = _made(held[name])
        return _MAKERS[kind](held)
    if kind == _DICT:
        return {key: _made(one) for key, one in held.items()}
    if kind == _LIST:
        return list(map(_made, held))
    return tuple(map(_made, held)) if kind == _TUPLE else date.fromisoformat(held)


def _maker(kind: Any) -> Callable[[dict[str, Any]], Any]:
    """Makes one of a kind of its values, which were checked when they were read from the files.

    A model is made as unpickling makes it: there are thousands, and ``model_construct`` takes its
    time.
    """
    if not issubclass(kind, BaseModel):
        return lambda values: kind(**values)
    names = set(kind.model_fields)

    def make(values: dict[str, Any]) -> Any:
        model = kind.__new__(kind)
        model.__setstate__(
            {
                "__dict__": values,
                "__pydantic_fields_set__": names,
                "__pydantic_extra__": None,
                "__pydantic_private__": None,
            }
        )
        return model

    return make


_MAKERS = tuple(map(_maker, _KINDS))
