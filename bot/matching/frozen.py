"""An index as bytes and back, so that a start need not build what the last one built.

The bytes are only ever read back by the same code for the same knowledge: ``digest`` names both.
"""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from bot.matching.holders import Holders
from bot.matching.index import Document, Index, Phrasings, Vocabulary, concepts_of
from bot.matching.sparse import Rows

Parts = tuple[Index, Holders, Holders, tuple[str, ...]]


def digest(
    documents: Iterable[Document], thesaurus: Iterable[Sequence[str]], places: Iterable[str]
) -> str:
    """A name for what is made of the documents, their places, the thesaurus and this very code."""
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
    for row in documents:
        found.update(repr((row.ref, row.group, row.asks, row.body, row.names)).encode())
    found.update(repr(tuple(places)).encode())
    for words in thesaurus:
        found.update(repr(tuple(words)).encode())
    return found.hexdigest()


def freeze(index: Index, known: Holders, spoken: Holders, entries: Sequence[str]) -> bytes:
    """The built parts of an index, who holds which term, and the words of the entries."""
    words, phrasings = index.vocabulary, index.phrasings
    columns: dict[str, Any] = dict(
        codes=words.codes,
        weights=words.weights,
        numbers=np.array([words.unknown, index.meaning_share]),
        meaning=index.meaning,
        middle=index.middle,
        starts=phrasings.starts,
        texts=_packed(phrasings.texts, "\n"),
        entries=_packed(entries, "\0"),
        **_held("known", known),
        **_held("spoken", spoken),
        **_columns("postings", index.postings),
        **_columns("phrasings", phrasings.terms),
    )
    file = io.BytesIO()
    np.savez(file, **columns)
    return file.getvalue()


def thaw(
    data: bytes, documents: Sequence[Document], thesaurus: Iterable[Sequence[str]]
) -> Parts | None:
    """What ``freeze`` was given, for these documents; None if the bytes are damaged."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            count = len(kept["codes"])
            terms = _rows("phrasings", kept, count)
            index = Index(
                list(documents),
                Vocabulary(kept["codes"], kept["weights"], float(kept["numbers"][0])),
                _rows("postings", kept, len(documents)),
                kept["meaning"],
                kept["middle"],
                float(kept["numbers"][1]),
                Phrasings(
                    kept["starts"],
                    np.diff(terms.starts),
                    terms,
                    _unpacked(kept["texts"], "\n", terms.count),
                ),
                {row.ref: number for number, row in enumerate(documents)},
                concepts_of(thesaurus),
                np.zeros(count, np.float32),
            )
            entries = _unpacked(kept["entries"], "\0", len(documents))
            return index, _holders("known", kept), _holders("spoken", kept), entries
    except (ValueError, EOFError, KeyError, OSError, zipfile.BadZipFile, RuntimeError):
        return None  # RuntimeError: a changed flag makes the file look encrypted or too new


def _packed(texts: Sequence[str], mark: str) -> NDArray[np.uint8]:
    return np.frombuffer(mark.join(texts).encode(), np.uint8)


def _unpacked(data: NDArray[np.uint8], mark: str, count: int) -> tuple[str, ...]:
    return tuple(bytes(data).decode().split(mark)) if count else ()


def _held(name: str, holders: Holders) -> dict[str, NDArray[Any]]:
    return {
        f"{name}_codes": holders.codes,
        f"{name}_starts": holders.starts,
        f"{name}_owners": holders.owners,
        f"{name}_names": _packed(holders.names, "\n"),
        f"{name}_count": np.array([len(holders.names)]),
    }


def _holders(name: str, kept: NpzFile) -> Holders:
    starts, owners = kept[f"{name}_starts"], kept[f"{name}_owners"]
    names = _unpacked(kept[f"{name}_names"], "\n", int(kept[f"{name}_count"][0]))
    return Holders(kept[f"{name}_codes"], starts, owners, names)


def _columns(name: str, rows: Rows) -> dict[str, NDArray[Any]]:
    return {
        f"{name}_starts": rows.starts,
        f"{name}_columns": rows.columns,
        f"{name}_values": rows.values,
    }


def _rows(name: str, kept: NpzFile, width: int) -> Rows:
    return Rows(kept[f"{name}_starts"], kept[f"{name}_columns"], kept[f"{name}_values"], width)
