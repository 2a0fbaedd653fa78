"""Recordings in the folder that this Mien does not analyse: left behind by one that ended, or another one's that runs."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tracker.core.frame import now
from tracker.core.parsing import read_json
from tracker.core.validation import converted
from tracker.store.retention import UNTIL_CLOSED
from web.recordings.job import COPY_WAITS, ELSEWHERE, INTERRUPTED, ORDER_FILE, Job, Order
from web.recordings.locks import RecordingLocks
from web.storage import Storage

KEEP_COPY: Final = timedelta(days=7)
"""How long an interrupted copy waits to be continued; ``job.COPY_WAITS`` tells."""


def leftover_jobs(folder: Path, locks: RecordingLocks, storage: Storage) -> Iterator[Job]:
    """The recordings in the folder as jobs, oldest first; what is damaged, or not Mien's, is left alone."""
    for file in sorted(folder.glob(f"*/{ORDER_FILE}"), key=_modified_seconds):
        try:
            order = converted(read_json(file), Order, ORDER_FILE)
        except (OSError, ValueError):
            # Also one that is removed at this moment.
            continue
        if order.id != file.parent.name:
            continue
        analysed = any((file.parent / "out").glob("*.html"))
        if not locks.is_free(order.id):
            # What is analysed is the other Mien's to store, or to offer.
            if not analysed:
                yield Job.of(order, "elsewhere", ELSEWHERE)
        elif analysed and not storage.is_persistent:
            yield Job.of(order, "done")
        else:
            # What was analysed and should be stored, but was not, goes on with that.
            yield Job.of(order, "interrupted", f"{INTERRUPTED} {COPY_WAITS}" if order.copied else INTERRUPTED)


def remove_expired(folder: Path, locks: RecordingLocks, storage: Storage) -> None:
    """Delete what a Mien that ended left behind and retention, or KEEP_COPY, no longer keeps."""
    for place in folder.glob("*"):
        if place.is_dir() and _is_expired(place, storage) and locks.acquire(place.name):
            locks.release(place.name)
            shutil.rmtree(place, ignore_errors=True)


def _is_expired(place: Path, storage: Storage) -> bool:
    order = place / ORDER_FILE
    if not order.exists():
        # A copy that had not arrived when Mien ended.
        return True
    since = datetime.fromtimestamp(_modified_seconds(order), UTC)
    if (place / "copy").exists() and since + KEEP_COPY <= now():
        return True
    until = storage.deadline(since)
    # A database that cannot be opened does not say what the person wants.
    return storage.database is not None and until is not None and (until == UNTIL_CLOSED or until <= now())


def _modified_seconds(path: Path) -> float:
    """By the system's clock; 0 where the file is gone."""
    return path.stat().st_mtime if path.exists() else 0.0
