"""Edits, undos, hands in the files, reloads and restarts in any order: nothing is ever lost."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.errors import KnowledgeError, Refused
from bot.features.editing.model import Considered
from bot.features.editing.workshop import Workshop
from bot.knowledge import patches, rewrites
from bot.knowledge.commits import Commits
from bot.knowledge.edit import Editor
from bot.knowledge.library import Library
from bot.knowledge.live import Live
from bot.knowledge.load import load
from bot.knowledge.patches import Patch
from bot.knowledge.problems import Problem
from tests.fakes import FakeClock
from tests.features.editing.office import FILE, SMALL
from tests.knowledge.folder import build

T = TypeVar("T")
FILES = (FILE, "activities/dangke.yaml", "guards.yaml")
SECTIONS = {FILE: "nali", "activities/dangke.yaml": "jiangshi"}
WORDS = st.sampled_from(["甲怎么办", "乙: 到哪里", "# 丙几点", "丁 {x} %s", "'戊'"])
BROKEN = "id: [坏\n"


def answers(library: Library) -> tuple[dict[str, str], list[Problem]]:
    """In place of a desk; a phrasing with 丁 fails a test of the files."""
    found = {ask: entry.answer for entry in library.entries() for ask in entry.asks}
    failed = [Problem(FILE, 1, "试问没过", code="test")] if _failing(found) else []
    return found, failed


def _failing(asks: dict[str, str]) -> bool:
    return any("丁" in ask for ask in asks)


class Machine(RuleBasedStateMachine):
    """A model of the folder (what must stand in each file) beside the real one."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = build(Path(self.temporary.name), dict(SMALL))
        (self.folder / "services" / "t1.yaml").unlink()
        self.clock = FakeClock()
        self.files: dict[str, bytes | None] = {name: self.disk(name) for name in FILES}
        self.held: list[Patch] = []
        """Previews that somebody has not confirmed yet."""
        self.open()
        self.good = self.live.edition.digest

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)

    def open(self) -> None:
        live = Live(self.folder, answers, self.clock)
        live.open()
        self.live = live
        self.editor = Editor(self.folder, self.clock)
        commits = Commits(self.folder, wanted=False)
        self.shop = Workshop(self.live, self.editor, commits, lambda _, __: Considered("unknown"))

    def disk(self, name: str) -> bytes | None:
        path = self.folder / name
        return path.read_bytes() if path.exists() else None

    def sound(self) -> bool:
        library = load(self.folder).library
        return library is not None and not _failing(answers(library)[0])

    # --- what people do --------------------------------------------------------------------------

    def preview(self, draw: Any) -> None:
        """A patch is made from what stands there now; it may be confirmed much later."""
        try:
            self.held.append(draw())
        except (ValueError, KeyError):
            return  # the file is broken, or the section is gone: the editor is told so

    @rule(file=st.sampled_from(FILES[:2]), ask=WORDS)
    def adds_a_phrasing(self, file: str, ask: str) -> None:
        raw = self.disk(file) or b""
        self.preview(lambda: patches.add_phrasing(file, raw, SECTIONS[file], ask))

    @rule(file=st.sampled_from(FILES[:2]), text=st.sampled_from(["新的回答甲", "回答: #乙"]))
    def changes_an_answer(self, file: str, text: str) -> None:
        raw = self.disk(file) or b""
        self.preview(lambda: rewrites.change(file, raw, SECTIONS[file], "answer", text))

    @rule(word=st.sampled_from(["火星", "月亮"]))
    def adds_a_guard(self, word: str) -> None:
        raw = self.disk("guards.yaml")
        said = "资料里没有写。"
        self.preview(lambda: patches.add_not_covered("guards.yaml", raw, [word], said))

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def confirms(self, data: st.DataObject) -> None:
        patch = self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))
        fresh = patches.digest(self.files[patch.file]) == patch.base
        numbers = {change.number for change in self.editor.changes()}
        try:
            written = self.run(self.shop.write([patch], "telegram:1"))
        except Refused:
            assert not fresh, "only what was overtaken is refused"
            return
        if written.problems:
            return
        assert fresh, "nothing is overwritten"
        assert not numbers & set(written.numbers)
        self.files[patch.file] = patch.raw
        self.good = self.live.edition.digest

    @precondition(lambda self: self.editor.changes())
    @rule(data=st.data())
    def takes_back(self, data: st.DataObject) -> None:
        change = data.draw(st.sampled_from(self.editor.changes()[:6]))
        after = change.after.encode() if change.after is not None else None
        fresh = self.files[change.file] == after
        try:
            written = self.run(self.shop.undo([change.number], "telegram:2"))
        except Refused:
            assert not fresh, "what stands as it was written can be undone"
            return
        if written.problems:
            return
        assert fresh
        self.files[change.file] = change.before.encode() if change.before is not None else None
        self.good = self.live.edition.digest

    @rule(file=st.sampled_from(FILES[:2]), note=st.integers(0, 99))
    def a_hand_adds_a_comment(self, file: str, note: int) -> None:
        raw = (self.disk(file) or b"") + f"# {note}\n".encode()
        self.by_hand(file, raw)

    @rule(file=st.sampled_from(FILES))
    def a_hand_breaks_a_file(self, file: str) -> None:
        self.by_hand(file, BROKEN.encode())

    @rule(file=st.sampled_from(FILES[:2]))
    def a_hand_mends_a_file(self, file: str) -> None:
        self.by_hand(file, SMALL[file].encode())

    @rule()
    def a_hand_removes_the_guards(self) -> None:
        (self.folder / "guards.yaml").unlink(missing_ok=True)
        self.files["guards.yaml"] = None

    def by_hand(self, file: str, raw: bytes) -> None:
        (self.folder / file).write_bytes(raw)
        self.files[file] = raw

    @rule()
    def reloads(self) -> None:
        reading = self.run(self.live.reload())
        # Files that fail their tests are in use where a start had nothing better.
        assert (reading.outcome == "refused") is not self.sound() or self.live.edition.failed
        if reading.outcome != "refused":
            self.good = self.live.edition.digest

    @rule()
    def restarts(self) -> None:
        """The process is killed: everything is read from the disk again."""
        try:
            self.open()
        except KnowledgeError:
            assert not self.sound()
            return  # it would not start; the old one stands for the one that goes on
        self.good = self.live.edition.digest

    # --- what must hold --------------------------------------------------------------------------

    @invariant()
    def every_file_is_what_somebody_wrote(self) -> None:
        assert {name: self.disk(name) for name in FILES} == self.files

    @invariant()
    def what_is_in_use_was_good(self) -> None:
        assert self.live.edition.digest == self.good
        if self.live.edition.failed == ():
            assert not _failing(self.live.edition.value)

    @invariant()
    def the_log_replays(self) -> None:
        """Each change begins where some earlier change of the file, or a hand, left it."""
        log = self.editor.changes()
        numbers = [change.number for change in log]
        assert numbers == sorted(numbers, reverse=True)
        for change in log:
            undone = next((c for c in log if c.number == change.undoes), None)
            if undone is not None:
                assert (change.before, change.after) == (undone.after, undone.before)

    def teardown(self) -> None:
        self.runner.close()
        self.temporary.cleanup()


TestEditing = Machine.TestCase
TestEditing.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
