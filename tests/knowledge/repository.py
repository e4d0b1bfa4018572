"""git, for tests of what is committed."""

import shutil
import subprocess
from pathlib import Path


def git(folder: Path, *arguments: str) -> str:
    program = shutil.which("git")
    assert program is not None
    done = subprocess.run(  # noqa: S603
        [program, "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@localhost",
         *arguments],
        capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout.decode().strip()
