"""An index as bytes and back, so that a start need not build what the last one built.

The bytes are only ever read back by the same code for the same knowledge: ``digest`` names both.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from bot.matching.finder import Finder
from bot.matching.holders import Holders
from bot.matching.index import Document, Index, Phrasings
from bot.matching.packed import Arrays, Buffer, pack, unpack
from bot.matching.sparse import Rows
from bot.matching.vocabulary import Vocabulary

MadeT = TypeVar("MadeT")

Parts = tuple[Index, Holders, Holders, tuple[str, ...]]


class Store(Protocol):
    """Keeps bytes by name."""

    def get(self, name: str) -> bytes | None:
        """What is kept under a name, or None."""
        ...

    def put(self, name: str, pieces: Sequence[Buffer]) -> None:
        """Keep bytes, given in pieces; may silently keep nothing."""
        ...


def digest(
    documents: Iterable[Document], thesaurus: Iterable[Sequence[str]], places: Iterable[str]
) -> str:
    """A name for what is made of the documents, their places, the thesaurus and this very code."""
    found = hashlib.blake2b(code_digest(), digest_size=16)
    for row in documents:
        found.update(repr((row.ref, row.group, row.asks, row.body, row.names)).encode())
    found.update(repr(tuple(places)).encode())
    for words in thesaurus:
        found.update(repr(tuple(words)).encode())
    return found.hexdigest()


@lru_cache(maxsize=1)
def code_digest() -> bytes:
    """Names the code that understands texts, with its tables, and the interpreter."""
    found = hashlib.blake2b(sys.version.encode(), digest_size=16)
    here = Path(__file__).parent
    texts = here.parent / "text"
    sources = [
        *here.glob("*.py"),
        *here.glob("*.npz"),
        *texts.glob("[np]*.py"),
        *texts.glob("*.txt"),
    ]
    for source in sorted(sources):
        found.update(source.read_bytes())
    return found.digest()


def kept(
    store: Store | None,
    kind: str,
    words: Sequence[Sequence[str]],
    make: Callable[[Sequence[Sequence[str]]], MadeT],
) -> MadeT:
    """What is made of some words, from the store if it has it.

    Args:
        store: None makes it anew.
        kind: tells apart what is made of the same words.
        words: all that it depends on, beside the code.
        make: makes plain values: numbers, texts, and tuples, lists and dictionaries of them.
    """
    if store is None:
        return make(words)
    name = _name_of(kind, words)
    data = store.get(name)
    parts = unpack(data) if data is not None else None
    if parts is None:
        parts = make(words), {}
        store.put(name, pack(*parts))
    made: MadeT = parts[0]
    return made


def kept_arrays(
    store: Store | None,
    kind: str,
    words: Sequence[Sequence[str]],
    make: Callable[[], Arrays],
) -> Arrays:
    """The same for arrays by name."""
    if store is None:
        return make()
    name = _name_of(kind, words)
    data = store.get(name)
    parts = unpack(data) if data is not None else None
    if parts is None:
        arrays = make()
        store.put(name, pack((), arrays))
        return arrays
    return parts[1]


def _name_of(kind: str, words: Sequence[Sequence[str]]) -> str:
    """A name for what is made of some words by this very code."""
    found = hashlib.blake2b(code_digest() + kind.encode(), digest_size=16)
    found.update(repr([list(each) for each in words]).encode())
    return found.hexdigest()


def freeze(index: Index, known: Holders, spoken: Holders, entries: Sequence[str]) -> list[Buffer]:
    """The built parts of an index, who holds which term, and the words of the entries."""
    words, phrasings = index.vocabulary, index.phrasings
    plain = {
        "unknown": words.unknown,
        "meaning_share": index.meaning_share,
        "asks": phrasings.asks,
        "entries": tuple(entries),
        "concepts": index.concepts.tries if index.concepts is not None else None,
        "known": known.names,
        "spoken": spoken.names,
    }
    return pack(
        plain,
        {
            "codes": words.codes,
            "weights": words.weights,
            "meaning": index.meaning,
            "middle": index.middle,
            "starts": phrasings.starts,
            **_held("known", known),
            **_held("spoken", spoken),
            **_columns("postings", index.postings),
            **_columns("phrasings", phrasings.terms),
        },
    )


def thaw(data: bytes, documents: Sequence[Document]) -> Parts | None:
    """What ``freeze`` was given, for these documents; None if the bytes are damaged."""
    parts = unpack(data)
    if parts is None:
        return None
    plain, kept = parts
    count = len(kept["codes"])
    terms = _rows("phrasings", kept, count)
    index = Index(
        list(documents),
        Vocabulary(kept["codes"], kept["weights"], plain["unknown"]),
        _rows("postings", kept, len(documents)),
        kept["meaning"],
        kept["middle"],
        plain["meaning_share"],
        Phrasings(kept["starts"], np.diff(terms.starts), terms, plain["asks"]),
        {row.ref: number for number, row in enumerate(documents)},
        Finder.of_tries(*plain["concepts"]) if plain["concepts"] is not None else None,
        np.zeros(count, np.float32),
    )
    known = _holders("known", kept, plain["known"])
    spoken = _holders("spoken", kept, plain["spoken"])
    return index, known, spoken, plain["entries"]


def _held(name: str, holders: Holders) -> dict[str, Any]:
    return {
        f"{name}_codes": holders.codes,
        f"{name}_starts": holders.starts,
        f"{name}_owners": holders.owners,
    }


def _holders(name: str, kept: Arrays, names: tuple[str, ...]) -> Holders:
    return Holders(kept[f"{name}_codes"], kept[f"{name}_starts"], kept[f"{name}_owners"], names)


def _columns(name: str, rows: Rows) -> dict[str, Any]:
    return {
        f"{name}_starts": rows.starts,
        f"{name}_columns": rows.columns,
        f"{name}_values": rows.values,
    }


def _rows(name: str, kept: Arrays, width: int) -> Rows:
    return Rows(kept[f"{name}_starts"], kept[f"{name}_columns"], kept[f"{name}_values"], width)
