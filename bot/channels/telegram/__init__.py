"""The desk on Telegram, by long polling of any Bot API server."""

import os

# The library is about to give times as timedelta and warns on each use until one opts in.
os.environ.setdefault("PTB_TIMEDELTA", "true")
