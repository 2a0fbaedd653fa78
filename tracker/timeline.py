"""The running session in memory: its rows, numbered, the oldest forgotten when there are too many."""

from collections import deque
from itertools import islice
from threading import Lock
from typing import Final

from tracker.rows import Row

MOST: Final = 21_600
"""Three hours at 2 Hz, some 40 MB: longer than a meeting, and flat."""


class Timeline:
    """Rows in order; written by one thread, read by any."""

    def __init__(self, most: int = MOST) -> None:
        self._rows: deque[Row] = deque(maxlen=most)
        self._count = 0
        self._lock = Lock()

    def append(self, row: Row) -> Row:
        """Keep a row, and return it with its running number ``n``, from 1."""
        with self._lock:
            self._count += 1
            numbered = {"n": self._count, **row}
            self._rows.append(numbered)
            return numbered

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
