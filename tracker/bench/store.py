"""How quick and how large the store is, measured on a day of meetings: 8 hours at 5 Hz with four faces."""

import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tracker.core.rows import Row
from tracker.store.database import Database
from tracker.store.testing import beginning, row
from tracker.store.timeline_query import query_timeline
from tracker.store.write_batch import Batch, write_batch

DAY_ROWS: Final = 8 * 3600 * 5
DAY_HZ: Final = 5
FACE_IDS: Final = (1, 2, 3, 4)
LIVE_BATCH_ROWS: Final = 25
"""Rows of a batch, as the recorder has them at 50 a second."""
BULK_BATCH_ROWS: Final = 2000
"""Rows of a batch that only has to be there."""
TIMED_ROWS: Final = 5000
"""Rows that are written in live batches, and timed; the others only make the day whole."""
DAY_SESSION_ID: Final = "a-day-of-meetings"
TIMELINE_POINTS: Final = 1500
"""As wide as the page asks for."""

Progress = Callable[[Iterable[int]], Iterable[int]]

FIGURE_LABELS: Final = {
    "insert_per_s": "observations of four faces stored a second, in batches as they come live",
    "day_mb": "MB for 8 h at 5 Hz with four faces, without shapes",
    "open_day_s": "s to open that day as a timeline of 1,500 points",
    "zoom_s": "s to open five minutes of it whole",
}


def measure_store(progress: Progress = lambda steps: steps) -> dict[str, float]:
    """The figures that WORDS explains, of an SQLite file on this machine's temporary disk."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mien.db"
        with Database(f"sqlite:///{path}") as database:
            rate = _fill(database, progress)
            opened, zoomed = _seconds(database, None, None), _seconds(database, 3600.0, 3900.0)
        # Closed: the log is written back.
        size = path.stat().st_size
    figures = {"insert_per_s": rate, "day_mb": size / 1e6, "open_day_s": opened, "zoom_s": zoomed}
    return {name: round(value, 2 if value < 100 else None) for name, value in figures.items()}


def _fill(database: Database, progress: Progress) -> float:
    """Write the day; gives the rows a second while they came as live ones do."""
    taken = sum(_write(database, first, LIVE_BATCH_ROWS) for first in range(0, TIMED_ROWS, LIVE_BATCH_ROWS))
    for first in progress(range(TIMED_ROWS, DAY_ROWS, BULK_BATCH_ROWS)):
        _write(database, first, min(BULK_BATCH_ROWS, DAY_ROWS - first))
    return TIMED_ROWS / taken


def _write(database: Database, first: int, count: int) -> float:
    """Seconds for a batch, committed; making up what it says is not among them."""
    rows: list[Row] = [row(n, FACE_IDS, hz=DAY_HZ) for n in range(first, first + count)]
    batch = partial(
        write_batch, beginning=beginning(DAY_SESSION_ID), lease=database.lease, batch=Batch(rows, ()), begun=first > 0
    )
    started = time.perf_counter()
    database.write(batch).result()
    return time.perf_counter() - started


def _seconds(database: Database, begin: float | None, end: float | None) -> float:
    """To read a stretch, with all that the page gets of it."""
    started = time.perf_counter()
    with database.session() as store:
        query_timeline(store, DAY_SESSION_ID, begin, end, points=TIMELINE_POINTS).as_dict()
    return time.perf_counter() - started
