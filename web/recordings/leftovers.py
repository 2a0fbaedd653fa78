"""Recordings in the folder that this Mien is not at: left behind by one that ended, or another one's that runs."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tracker.core.frame import now
from tracker.core.json_fields import Fields
from tracker.core.parsing import read_json
from tracker.store.retention import UNTIL_CLOSED
from web.recordings.job import ELSEWHERE, INTERRUPTED, ORDER, WAITS, Job
from web.recordings.locks import RecordingLocks
from web.storage import Storage

WEEK: Final = timedelta(days=7)
"""So long an interrupted copy waits for a word; ``job.WAITS`` tells."""


def left(folder: Path, claims: RecordingLocks, storage: Storage) -> Iterator[Job]:
    """Oldest first."""
    for order in sorted(folder.glob(f"*/{ORDER}"), key=_written):
        try:
            job = Job.read(Fields.of(read_json(order), ORDER))
            if job.id != order.parent.name or "\0" in job.video:
                continue
        except (OSError, ValueError):
            # Gone this moment, not ours, or damaged: left alone.
            continue
        whole = any((order.parent / "out").glob("*.html"))
        if not claims.free(job.id):
            # What is whole is the other's to store, or to offer.
            if not whole:
                yield replace(job, kind="elsewhere", message=ELSEWHERE)
        elif whole and not storage.keeps:
            yield replace(job, kind="done")
        else:
            # What was analysed and should be stored, but was not, goes on with that.
            yield replace(job, kind="interrupted", message=f"{INTERRUPTED} {WAITS}" if job.copied else INTERRUPTED)


def tidy(folder: Path, claims: RecordingLocks, storage: Storage) -> None:
    """Take away what Mien's end left and nobody may expect to find again, as retention says; no copy waits for ever."""
    for place in folder.glob("*"):
        if place.is_dir() and _is_over(place, storage) and claims.take(place.name):
            claims.let_go(place.name)
            shutil.rmtree(place, ignore_errors=True)


def _is_over(place: Path, storage: Storage) -> bool:
    order = place / ORDER
    if not order.exists():
        # A copy that had not arrived when Mien ended.
        return True
    since = datetime.fromtimestamp(_written(order), UTC)
    if (place / "copy").exists() and since + WEEK <= now():
        return True
    until = storage.keep_until(since)
    # A database that cannot be opened says nothing of what the person wants.
    return storage.database is not None and until is not None and (until == UNTIL_CLOSED or until <= now())


def _written(path: Path) -> float:
    """When, in seconds of the system's clock; 0 where it is gone."""
    return path.stat().st_mtime if path.exists() else 0.0
