"""Changes as git commits, where the knowledge lies in a repository; never pushed anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path as FilePath

from bot.knowledge.edit import ALONE_NAME, LOG_NAME
from bot.knowledge.locks import LOCKS_NAME

SECONDS_MAX = 10
AUTHOR, MAIL = "dangbot", "dangbot@localhost"
"""A history is copied far and wide: who made a change stands in the change log alone."""
_PRIVATE = (LOG_NAME, LOCKS_NAME, ALONE_NAME)
_IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", AUTHOR), ("EMAIL", MAIL))
}
_QUIET = ("-c", "commit.gpgsign=false", "-c", f"core.hooksPath={os.devnull}", "-c", "gc.auto=0")
"""Nothing may ask back or hold up the chat: no passphrase, no hooks, no tidying."""


class Commits:
    """Commits single files of a folder.

    Args:
        folder: of the knowledge files.
        wanted: False: never.
    """

    def __init__(self, folder: FilePath, *, wanted: bool = True) -> None:
        self._folder = folder
        self._git = shutil.which("git") if wanted else None

    def commit(self, files: Sequence[str], what: str) -> str:
        """Commit files as they are on the disk, and nothing else that is staged.

        Gives a line for the editor: what went wrong; empty if all is well or there is nothing to
        commit to. Never raises: the change itself stands.
        """
        if self._git is None:
            return ""
        try:
            inside = self._run("rev-parse", "--is-inside-work-tree")
            if inside.returncode:
                strange = b"dubious ownership" in inside.stderr
                return _SAID.format("这个仓库是别的用户的") if strange else ""
            if inside.stdout.strip() != b"true" or not self._run("check-ignore", *files).returncode:
                return ""
            self._keep_private()
            # A file that is new must be known before it can be committed by its name.
            self._run("add", "--intent-to-add", "--", *files)
            done = self._run(
                *_QUIET, "commit", "--quiet", "--no-verify", "--only", "--file=-", "--", *files,
                said=what,
            )  # fmt: skip
        except (OSError, UnicodeError, subprocess.TimeoutExpired):
            return _SAID.format("git 没有应答")
        if done.returncode and self._run("status", "--porcelain", "--", *files).stdout.strip():
            return _SAID.format("仓库可能正在合并，或被别的程序占着")
        return ""

    def _keep_private(self) -> None:
        """The log, the locks and their like stay out of every commit, also those of people."""
        found = self._run("rev-parse", "--git-path", "info/exclude").stdout.decode().strip()
        path = self._folder / found
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        missing = [name for name in _PRIVATE if name not in before.splitlines()]
        if missing:
            path.parent.mkdir(parents=True, exist_ok=True)
            gap = "" if before.endswith("\n") or not before else "\n"
            path.write_text(before + gap + "\n".join(missing) + "\n", encoding="utf-8")

    def _run(self, *arguments: str, said: str = "") -> subprocess.CompletedProcess[bytes]:
        assert self._git is not None
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        # Every argument is one of ours or a name that was checked; nothing goes through a shell.
        return subprocess.run(  # noqa: S603
            [self._git, "-C", str(self._folder), *arguments],
            input=said.encode(),
            capture_output=True,
            check=False,
            timeout=SECONDS_MAX,
            env=kept | _IDENTITY | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
        )


_SAID = "没能提交到 git（{}），改动本身不受影响。"
