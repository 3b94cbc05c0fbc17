"""Wall time, for showing only: nothing in the log is ordered by it (SYNC 9)."""

from __future__ import annotations

from datetime import UTC, date, datetime


class Clock:
    """The computer's clock. Tests inject their own with the same two methods."""

    def now(self) -> str:
        """The present instant in UTC, `YYYY-MM-DDTHH:MM:SSZ`."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def today(self) -> date:
        """The local calendar day, as the clerk's wall calendar shows it."""
        return datetime.now().astimezone().date()
