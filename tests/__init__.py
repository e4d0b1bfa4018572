"""All tests of the project; they mirror `bot/` path for path."""

import os

# Before numpy is loaded: its library of linear algebra starts a thread for each core, which here
# wait for one another, as the other cores run tests too. It doubled what building an index costs.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Programs that tests start compile each module once, not once each.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
