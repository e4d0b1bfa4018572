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

import numpy as np

from bot.matching.index import Document, Index, Phrasings, Vocabulary, concepts_of
from bot.matching.sparse import Rows


def digest(documents: Iterable[Document], thesaurus: Iterable[Sequence[str]]) -> str:
    """A name for what an index is made of: the documents, the thesaurus and this very code."""
    found = hashlib.blake2b(sys.version.encode(), digest_size=16)
    for source in sorted(Path(__file__).parent.glob("*.[pn][yp]*")):
        found.update(source.read_bytes())
    for row in documents:
        found.update(repr((row.ref, row.group, row.asks, row.body, row.names)).encode())
    for words in thesaurus:
        found.update(repr(tuple(words)).encode())
    return found.hexdigest()


def freeze(index: Index) -> bytes:
    """The built parts of an index."""
    words, phrasings = index.vocabulary, index.phrasings
    file = io.BytesIO()
    np.savez(
        file,
        codes=words.codes,
        weights=words.weights,
        numbers=np.array([words.unknown, index.meaning_share]),
        meaning=index.meaning,
        middle=index.middle,
        starts=phrasings.starts,
        texts=np.frombuffer("\n".join(phrasings.texts).encode(), np.uint8),
        **_columns("postings", index.postings),
        **_columns("phrasings", phrasings.terms),
    )
    return file.getvalue()


def thaw(
    data: bytes, documents: Sequence[Document], thesaurus: Iterable[Sequence[str]]
) -> Index | None:
    """The index of these documents from its bytes; None if they are damaged."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            count = len(kept["codes"])
            texts = bytes(kept["texts"]).decode()
            terms = _rows("phrasings", kept, count)
            return Index(
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
                    tuple(texts.split("\n")) if texts else (),
                ),
                {row.ref: number for number, row in enumerate(documents)},
                concepts_of(thesaurus),
                np.zeros(count, np.float32),
            )
    except (ValueError, EOFError, KeyError, OSError, zipfile.BadZipFile):
        return None


def _columns(name: str, rows: Rows) -> dict[str, np.ndarray]:
    return {
        f"{name}_starts": rows.starts,
        f"{name}_columns": rows.columns,
        f"{name}_values": rows.values,
    }


def _rows(name: str, kept: np.lib.npyio.NpzFile, width: int) -> Rows:
    return Rows(kept[f"{name}_starts"], kept[f"{name}_columns"], kept[f"{name}_values"], width)
