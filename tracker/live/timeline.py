"""The running session in memory: its rows, numbered, the oldest forgotten when there are too many, and its figures."""

from array import array
from collections import Counter, deque
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import Final, Literal

import numpy as np

from tracker.core.rows import Row
from tracker.core.sampling import SampleTimes
from tracker.core.session_figures import Reading, SessionFigures

MAX_TIMELINE_ROWS: Final = 21_600
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

    def __init__(self, most: int = MAX_TIMELINE_ROWS) -> None:
        self._rows: deque[Row] = deque(maxlen=most)
        self._count = 0
        self._pauses: list[Pause] = []
        self._t = array("d")
        self._counts: Counter[Reading] = Counter()
        self._nobody = 0
        self._lock = Lock()

    def append(self, row: Row) -> Row:
        """Keep a row, and return it with its running number ``n``, from 1."""
        with self._lock:
            self._count += 1
            numbered = {"n": self._count, **row}
            self._rows.append(numbered)
            self._end_pause(row["t"])
            self._t.append(row["t"])
            self._nobody += not row["faces"]
            self._counts.update((face["id"], face["expression"], face["quality"]["reason"]) for face in row["faces"])
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

    def figures(self, hz: float) -> SessionFigures:
        """Of all rows, also those that are forgotten; hz: how often one was asked for."""
        with self._lock:
            t, counts, nobody = np.array(self._t), dict(self._counts), self._nobody
            pauses = [(each.begin, each.end, each.why) for each in self._pauses]
        return SessionFigures.of(SampleTimes.of(t, hz, pauses), nobody, counts.items())

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
