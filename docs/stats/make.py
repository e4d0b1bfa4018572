"""Draws four-weeks.png, an example of the picture of the week, from invented numbers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from bot.features.feedback.chart import DAYS, chart
from bot.features.feedback.figures import Day

FIRST = date(2026, 6, 1)
ANSWERED = (11, 14, 16, 12, 15, 5, 4, 13, 15, 18, 15, 16, 6, 5, 15, 17, 22, 20, 21, 8, 6)
ANSWERED += (22, 24, 31, 26, 28, 9, 7)
"""What the first of July is near for."""


def main() -> None:
    """Draw it beside this file."""
    days = [
        Day(FIRST + timedelta(days=n), ANSWERED[n], (n * 5) % 4, (n * 7) % 3) for n in range(DAYS)
    ]
    Path(__file__).with_name("four-weeks.png").write_bytes(chart(days))


if __name__ == "__main__":
    main()
