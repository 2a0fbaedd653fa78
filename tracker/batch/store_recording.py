"""A recording that was analysed, stored as a session like a live one: once, whoever asks again, and whole after a crash."""

import dataclasses
from functools import partial
from itertools import islice
from time import sleep
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session as Store

from tracker.config.settings import Retention
from tracker.consent.audit import AuditedRun
from tracker.core.address import readable
from tracker.core.errors import UsageError
from tracker.core.frame import now
from tracker.core.notes import MAX_LINE_CHARACTERS
from tracker.core.records import ObservationRecord, whole_milliseconds
from tracker.exports.read_jsonl import read_observations
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.retention import moment_after
from tracker.store.write_batch import Batch, Change, SessionBeginning, write_batch

if TYPE_CHECKING:
    from tracker.batch.analyze_recording import Recording, RecordingState

BATCH_ROWS: Final = 200
"""Rows of a batch, a tenth of a second: a session that runs beside is stored in between, and loses no more by a kill."""
SECONDS_BETWEEN_BATCHES: Final = 0.03
"""Seconds between two batches: another program that waits for a SQLite file looks for its turn only every tenth of a second."""


def store_recording(
    database: Database, recording: "Recording", state: "RecordingState", retention: Retention, *, source: str | None = None
) -> str:
    """Store what an analysis wrote, unless it is there already; the session's id. Wait for it: it may be many rows.

    source: what the session calls its file, if not by its path. The clock says when it was stored, and nothing of its own
    seconds. UsageError for files of an older Mien, which do not name their judge.
    """
    if state.judge is None:
        raise UsageError(f"{recording.file('json')} is of an older Mien and cannot be stored. Remove it and analyse again.")
    with database.session() as store:
        found = store.scalar(select(schema.Session).where(schema.Session.uuid == state.session))
        if found is not None and found.ended_at is not None and not found.interrupted:
            return state.session
        at, known = now() if found is None else found.started_at, found is not None
    settings = dataclasses.replace(recording.choices, source=readable(source or str(recording.video)))
    beginning = SessionBeginning.of(state.session, settings, state.judge, at, live=False, retention=retention)
    rows = (replace(each, at=whole_milliseconds(at)) for each in read_observations(recording.file("jsonl")))
    while batch := list(islice(rows, BATCH_ROWS)):
        _write(database, beginning, batch, [], known=known)
        known = True
    audit = AuditedRun.begin(
        database, state.session, faces=settings.faces, mode=settings.mode, source=settings.source, live=False, at=at
    )
    if audit is not None:
        audit.end(now())
    _write(database, beginning, [], [partial(_end, title=readable(recording.video.stem)[:MAX_LINE_CHARACTERS])], known=known)
    return state.session


def _write(
    database: Database, beginning: SessionBeginning, rows: list[ObservationRecord], changes: list[Change], *, known: bool
) -> None:
    """One batch, so that others may write in between; of one that was stored before a crash, only what is missing."""
    batch = Batch(rows, changes, again=True)
    database.write(partial(write_batch, beginning=beginning, lease=database.lease, batch=batch, begun=known)).result()
    if database.path:
        sleep(SECONDS_BETWEEN_BATCHES)


def _end(_: Store, session: schema.Session, title: str) -> None:
    """It is there, and is kept from now on."""
    session.title, session.interrupted, session.ended_at = session.title or title, False, now()
    if session.keep_for is not None:
        session.keep_until = moment_after(session.keep_for, session.ended_at)
