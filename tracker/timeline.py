"""The running session in memory: its rows, numbered, the oldest forgotten when there are too many."""

from collections import deque
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import Final, Literal

from tracker.rows import Row

MOST: Final = 21_600
"""Three hours at 2 Hz, some 40 MB: longer than a meeting, and flat."""


Why = Literal["paused", "lost"]
"""Why nothing is observed: the person wants it so, or the camera is lost."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch without rows, in seconds of the session.

    n: its running number, from 1. begin: ``t`` of the row before it, 0 before the first. end: ``t`` of the row that ended
    it, None while it lasts.
    """

    n: int
    begin: float
    why: Why
    end: float | None = None


class Timeline:
    """Rows in order and the pauses between them; written by one thread, read by any."""

    def __init__(self, most: int = MOST) -> None:
        self._rows: deque[Row] = deque(maxlen=most)
        self._count = 0
        self._pauses: list[Pause] = []
        self._lock = Lock()

    def append(self, row: Row) -> Row:
        """Keep a row, and return it with its running number ``n``, from 1."""
        with self._lock:
            self._count += 1
            numbered = {"n": self._count, **row}
            self._rows.append(numbered)
            self._end_pause(row["t"])
            return numbered

    def pause(self, why: Why) -> Pause:
        """No rows until the next one; a pause for the same reason that still lasts is the same pause."""
        with self._lock:
            last = self._pauses[-1] if self._pauses else None
            if last is not None and last.end is None and last.why == why:
                return last
            t = self._rows[-1]["t"] if self._rows else 0.0
            self._end_pause(t)
            self._pauses.append(Pause(len(self._pauses) + 1, t, why))
            return self._pauses[-1]

    @property
    def pauses(self) -> list[Pause]:
        """All of them, oldest first."""
        with self._lock:
            return list(self._pauses)

    def _end_pause(self, t: float) -> None:
        if self._pauses and self._pauses[-1].end is None:
            self._pauses[-1] = replace(self._pauses[-1], end=t)

    def since(self, n: int) -> list[Row]:
        """Rows numbered above n."""
        with self._lock:
            forgotten = self._count - len(self._rows)
            return list(islice(self._rows, max(n - forgotten, 0), None))

    def at(self, n: int | None = None) -> Row | None:
        """The row numbered n, the newest for None; None if it is not here."""
        with self._lock:
            place = len(self._rows) - 1 if n is None else n - 1 - (self._count - len(self._rows))
            return self._rows[place] if 0 <= place < len(self._rows) else None
