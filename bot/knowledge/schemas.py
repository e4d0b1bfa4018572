"""The JSON Schemas of the knowledge files, made from the models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from bot.knowledge.schema import GuardFile, SmallTalkFile, SourceFile, ThesaurusFile, Topic

SCHEMAS: Mapping[str, type[BaseModel]] = {
    "topic": Topic,
    "sources": SourceFile,
    "smalltalk": SmallTalkFile,
    "thesaurus": ThesaurusFile,
    "guards": GuardFile,
}


def json_schema(name: str) -> dict[str, Any]:
    """The schema of one kind of file; ``KeyError`` for a name not in ``SCHEMAS``."""
    found = SCHEMAS[name].model_json_schema()
    # Class docstrings are for programmers; what an editor shows on hover is for clerks.
    for model in (found, *found.get("$defs", {}).values()):
        model.pop("description", None)
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return found
