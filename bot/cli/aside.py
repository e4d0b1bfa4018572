"""Work done in a second process while this one goes on; where that cannot be, done here later.

Checking a large knowledge is arithmetic from end to end, and a command has the processor to itself:
two cores do it in little more than half the time. The second process is a fork, so that it needs no
copy of the knowledge; only what it finds comes back.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Generic, NoReturn, TypeVar

T = TypeVar("T")


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Aside(Generic[T]):
    """One piece of work; ``result`` waits for it.

    ``work`` must change nothing that is looked at later, and what it returns must be picklable.
    """

    def __init__(self, work: Callable[[], T], *, worth_it: bool = True) -> None:
        """Begin at once in a process of its own, if it is worth it and possible."""
        self._work = work
        self._pid, self._pipe = 0, -1
        # A fork of a process with several threads may find a lock held for ever; on a Mac the
        # system's own libraries bear no fork.
        alone = threading.active_count() == 1 and sys.platform == "linux"
        if worth_it and alone and cores() > 1:
            self._begin()

    def _begin(self) -> None:
        reading, writing = os.pipe()
        gc.freeze()  # else the first collection in the fork copies every page
        try:
            with warnings.catch_warnings():
                # From Python 3.12 on: the threads that it warns of are numpy's, which expect forks.
                warnings.simplefilter("ignore", DeprecationWarning)
                self._pid = os.fork()
        except OSError:  # no memory or no process left: done here, later
            os.close(reading)
            os.close(writing)
            return
        if self._pid == 0:
            os.close(reading)
            self._end(writing)
        os.close(writing)
        self._pipe = reading

    def _end(self, pipe: int) -> NoReturn:
        """The second process: work, hand over, and end without tidying what is the first's."""
        status = 1
        try:
            with os.fdopen(pipe, "wb") as out:
                pickle.dump(self._work(), out, pickle.HIGHEST_PROTOCOL)
            status = 0
        finally:
            os._exit(status)

    def result(self) -> T:
        """What came of it; an error is raised here as if the work had been done here."""
        if not self._pid:
            return self._work()
        with os.fdopen(self._pipe, "rb") as found:
            data = found.read()
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        if status != 0:
            return self._work()  # it failed or was ended: here the reason shows
        done: T = pickle.loads(data)  # noqa: S301 - our own process wrote it
        return done
