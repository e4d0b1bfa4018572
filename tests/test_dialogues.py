"""Conversations as data: what is said, what must be heard; one test item a sentence.

A file in `dialogues/` is a list of conversations:

- name: what it shows
  place: the chat's place; may be left out
  now: the moment of the sentences, in Beijing time; may be left out
  alone: true when each sentence is a conversation of its own
  turns:
    - says: what the member writes
      hears: words that must all stand in the reply or on its buttons
      first: words that must stand in the reply's first 160 characters
      not: words that must not stand there
      status: answer, choices or unknown
      times: say it this many times over, for long messages

An item plays its conversation from the start up to its sentence and judges that one alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field

from bot.dialogue.answers import REPLY_CHARS_MAX
from bot.dialogue.engine import Desk
from bot.dialogue.outcome import Outcome
from bot.knowledge.library import Library
from tests.conftest import DeskAt

FOLDER = Path(__file__).with_name("dialogues")
SENTENCES_MIN = 120
NOW = "2020-07-10T10:00:00"
ZONE = ZoneInfo("Asia/Shanghai")
FIRST_CHARS = 160
ID_CHARS_MAX = 24


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TurnRow(Strict):
    says: str
    hears: Annotated[list[str], Field(default_factory=list)]
    first: Annotated[list[str], Field(default_factory=list)]
    unwanted: Annotated[list[str], Field(default_factory=list, alias="not")]
    status: Literal["answer", "choices", "unknown"] | None = None
    times: int = 1


class Talk(Strict):
    name: str
    place: str = ""
    now: str = NOW
    alone: bool = False
    turns: Annotated[list[TurnRow], Field(min_length=1)]


def talks() -> Iterator[tuple[str, Talk]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield path.stem, Talk.model_validate(row)


def items() -> Iterator[object]:
    for file, talk in talks():
        for number, turn in enumerate(talk.turns):
            said = turn.says[:ID_CHARS_MAX].encode("ascii", "backslashreplace").decode()
            yield pytest.param(file, talk, number, id=f"{file}:{talk.name}:{number + 1}:{said}")


@pytest.mark.parametrize(("file", "talk", "number"), list(items()))
def test_sentence(desk_at: DeskAt, file: str, talk: Talk, number: int) -> None:
    desk = desk_at(talk.place)
    now = datetime.fromisoformat(talk.now).replace(tzinfo=ZONE)
    chat = f"{file} {talk.name} {number}"
    for before in () if talk.alone else talk.turns[:number]:
        desk.ask(before.says * before.times, now, chat, "member")
    turn = talk.turns[number]
    judge(desk, turn, desk.ask(turn.says * turn.times, now, chat, "member"))


def judge(desk: Desk, turn: TurnRow, outcome: Outcome) -> None:
    reply = desk.reply(outcome)
    labels = [button.label for row in reply.buttons for button in row]
    heard = plain("\n".join([reply.text, *labels]))
    told = f"{turn.says[:60]} -> {outcome.status} ({outcome.rule})\n{reply.text}\n{labels}"
    if turn.status is not None:
        assert outcome.status == turn.status, told
    for words in turn.hears:
        assert plain(words) in heard, f"“{words}”没有听到\n{told}"
    for words in turn.first:
        assert plain(words) in plain(reply.text[:FIRST_CHARS]), f"“{words}”不在开头\n{told}"
    for words in turn.unwanted:
        assert plain(words) not in heard, f"“{words}”不该说\n{told}"
    assert len(reply.text) <= REPLY_CHARS_MAX, told


def plain(text: str) -> str:
    """Spaces between Chinese and digits are a matter of taste."""
    return "".join(text.split())


def test_there_are_enough_sentences() -> None:
    turns = [turn for _, talk in talks() for turn in talk.turns]
    assert len(turns) >= SENTENCES_MIN
    assert all(
        turn.hears or turn.first or turn.unwanted or turn.status is not None for turn in turns
    )


def test_conversations_have_names_of_their_own() -> None:
    names = [(file, talk.name) for file, talk in talks()]
    assert names
    assert len(set(names)) == len(names)


def test_every_topic_is_asked_about(desk_at: DeskAt, shipped_library: Library) -> None:
    """A topic that no sentence is led to has no proof that it can be found."""
    desk = desk_at("")
    now = datetime.fromisoformat(NOW).replace(tzinfo=ZONE)
    led_to: set[str] = set()
    for file, talk in talks():
        for number, turn in enumerate(talk.turns):
            outcome = desk.ask(turn.says * turn.times, now, f"all {file} {talk.name} {number}")
            entries = [*outcome.choices, *([outcome.entry] if outcome.entry else [])]
            led_to |= {entry.topic.id for entry in entries}
    missing = set(shipped_library.topics) - led_to
    assert not missing, f"没有对话问到：{sorted(missing)}"
