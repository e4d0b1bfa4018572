"""An index as bytes and back, so that a start need not build what the last one built.

The bytes are only ever read back by the same code for the same knowledge: ``digest`` names both.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.matching.index import Document, Index, concepts_of
from bot.matching.postings import Postings


def digest(documents: Iterable[Document], thesaurus: Iterable[Sequence[str]]) -> str:
    """A name for what an index is made of: the documents, the thesaurus and this very code."""
    found = hashlib.blake2b(sys.version.encode(), digest_size=16)
    for source in sorted(Path(__file__).parent.glob("*.py")):
        found.update(source.read_bytes())
    for row in documents:
        found.update(repr((row.ref, row.group, row.asks, row.body, row.names)).encode())
    for words in thesaurus:
        found.update(repr(tuple(words)).encode())
    return found.hexdigest()


def freeze(index: Index) -> bytes:
    """The built parts of an index."""
    return marshal.dumps(
        (index.idf, index.idf_unknown, index.postings.packed(), index.phrasings, index.texts)
    )


def thaw(
    data: bytes, documents: Sequence[Document], thesaurus: Iterable[Sequence[str]]
) -> Index | None:
    """The index of these documents from its bytes; None if they are damaged."""
    try:
        # The bytes come from the user's own cache folder, where the program itself put them.
        idf, unknown, postings, phrasings, texts = marshal.loads(data)  # noqa: S302
        return Index(
            list(documents),
            idf,
            unknown,
            Postings.unpacked(*postings),
            phrasings,
            {row.ref: number for number, row in enumerate(documents)},
            concepts_of(thesaurus),
            texts,
        )
    except (ValueError, EOFError, TypeError):
        return None
