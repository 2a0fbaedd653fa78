"""How fast and how large the store is, measured on a day of meetings: 8 hours at 5 Hz with four faces."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tracker.core.records import ObservationRecord, as_json
from tracker.reports.trend import compute_trend
from tracker.reports.trend_svg import max_bins, trend_svg
from tracker.store.database import Database
from tracker.store.session_readings import query_readings
from tracker.store.testing import beginning, row
from tracker.store.timeline_query import query_timeline
from tracker.store.write_batch import Batch, write_batch

DAY_ROWS: Final = 8 * 3600 * 5
DAY_HZ: Final = 5
FACE_IDS: Final = (1, 2, 3, 4)
LIVE_BATCH_ROWS: Final = 25
"""Rows of a timed batch, as the recorder has them at 50 a second."""
BULK_BATCH_ROWS: Final = 2000
"""Rows of a batch that is not timed."""
TIMED_ROWS: Final = 5000
"""Rows that are written in live batches, and timed; the others complete the day."""
DAY_SESSION_ID: Final = "a-day-of-meetings"
TREND_WIDTH: Final = 1100
"""Units of the drawing: a wide page."""
TIMELINE_POINTS: Final = 1500
"""As many as the page asks for."""

Progress = Callable[[Iterable[int]], Iterable[int]]

FIGURE_LABELS: Final = {
    "insert_per_s": "observations of four faces stored a second, in batches as they come live",
    "day_mb": "MB for 8 h at 5 Hz with four faces, without shapes",
    "open_day_s": "s to open that day as a timeline of 1,500 points",
    "zoom_s": "s to open five minutes of it whole",
    "trend_first_ms": "ms to draw that day's trend for the first time",
    "trend_zoom_ms": "ms to draw the middle half of it when one zooms in",
}
"""Each member of StoreFigures and what it is."""


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """What was measured; FIGURE_LABELS says what each figure is. From 100 on they are whole numbers."""

    insert_per_s: float
    day_mb: float
    open_day_s: float
    zoom_s: float
    trend_first_ms: float
    trend_zoom_ms: float


def measure_store(progress: Progress = lambda steps: steps) -> StoreFigures:
    """Write and read a day of meetings in an SQLite file on this machine's temporary disk; it takes about a minute.

    Args:
        progress: Passes on the steps of the longest part, for a progress bar.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mien.db"
        with Database(f"sqlite:///{path}") as database:
            insert_s = sum(_write_batch(database, first, LIVE_BATCH_ROWS) for first in range(0, TIMED_ROWS, LIVE_BATCH_ROWS))
            for first in progress(range(TIMED_ROWS, DAY_ROWS, BULK_BATCH_ROWS)):
                _write_batch(database, first, min(BULK_BATCH_ROWS, DAY_ROWS - first))
            open_day_s, zoom_s = _read_timeline(database, None, None), _read_timeline(database, 3600.0, 3900.0)
            day_seconds = DAY_ROWS / DAY_HZ
            trend_first_s = _draw_trend(database, 0.0, day_seconds)
            trend_zoom_s = _draw_trend(database, day_seconds / 4, day_seconds * 3 / 4)
        # Closed: SQLite has written its log back.
        size = path.stat().st_size
    figures = (TIMED_ROWS / insert_s, size / 1e6, open_day_s, zoom_s, 1000 * trend_first_s, 1000 * trend_zoom_s)
    return StoreFigures(*(round(value, 2 if value < 100 else None) for value in figures))


def _write_batch(database: Database, first: int, count: int) -> float:
    """Seconds to write and commit so many rows from number ``first`` on, without the time to make them."""
    rows: list[ObservationRecord] = [row(n, FACE_IDS, hz=DAY_HZ) for n in range(first, first + count)]
    batch = partial(
        write_batch, beginning=beginning(DAY_SESSION_ID), lease=database.lease, batch=Batch(rows, ()), begun=first > 0
    )
    started = time.perf_counter()
    database.write(batch).result()
    return time.perf_counter() - started


def _read_timeline(database: Database, begin: float | None, end: float | None) -> float:
    """Seconds to read a part of the timeline (seconds of the session; None is its edge) with all that the page gets of it."""
    started = time.perf_counter()
    with database.session() as store:
        as_json(query_timeline(store, DAY_SESSION_ID, begin, end, points=TIMELINE_POINTS))
    return time.perf_counter() - started


def _draw_trend(database: Database, begin: float, end: float) -> float:
    """Seconds to draw the trend of a part of the day, in seconds of the session, as a page asks for it."""
    started = time.perf_counter()
    with database.session() as store:
        readings = query_readings(store, DAY_SESSION_ID)
    trend_svg(compute_trend(readings, begin, end, max_bins(TREND_WIDTH)), TREND_WIDTH, readings.end)
    return time.perf_counter() - started
