"""Erasing a part of a session: what lies in it, and the pause that marks it as erased, also for what is still to be written."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UsageError
from tracker.core.frame import now
from tracker.core.text import clock
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.erase import delete_predictions, erase_and_vacuum, lock_session
from tracker.store.find_session import find_session, last_observation

ERASED_PAUSE: Final = "erased"
"""``Pause.why`` of a part that was erased."""


@dataclass(frozen=True, slots=True)
class ErasedRange:
    """What lies in a session from ``begin`` to ``end``, in its seconds, both included; at least one thing.

    end: not after how far the session has come. readings: of faces. nobody: observations without a face. verdicts: moments of
    it that were saved with one. reading_verdicts: what the person said of possible readings.
    """

    begin: float
    end: float
    readings: int
    nobody: int
    markers: int
    verdicts: int
    reading_verdicts: int

    def __str__(self) -> str:
        """As in: 12:30 to 13:05."""
        return f"{clock(self.begin)} to {clock(ceil(self.end))}"

    @property
    def contents(self) -> str:
        """As in: 140 readings, 1 marker."""
        counted = (
            (self.readings, "reading", "readings"),
            (self.nobody, "observation of nobody", "observations of nobody"),
            (self.markers, "marker", "markers"),
            (self.verdicts, "verdict with its picture", "verdicts with their pictures"),
            (self.reading_verdicts, "verdict on a possible reading", "verdicts on possible readings"),
        )
        return ", ".join(f"{count:,} {singular if count == 1 else plural}" for count, singular, plural in counted if count)


def time_bounds(begin: float | None, end: float | None) -> tuple[float, float]:
    """Where a part begins and ends, in seconds of the session, at least 0 and up to infinity.

    Args:
        begin: None is from the session's beginning.
        end: None is to its end.

    Raises:
        UsageError: It ends before it begins.
    """
    first, last = max(begin or 0.0, 0.0), inf if end is None else end
    if not (begin or 0.0) <= last:
        raise UsageError("The part ends before it begins. Give the earlier time first.")
    return first, last


def count_range(store: Store, uuid: str, begin: float | None, end: float | None) -> ErasedRange:
    """Count what lies in a part of a session, given as in ``time_bounds``.

    Raises:
        UnknownError: There is no such session.
        UsageError: Nothing lies in the part, or it ends before it begins, or more than one session has such an id.
    """
    first, last = time_bounds(begin, end)
    session = find_session(store, uuid)
    observation, reading = schema.Observation, schema.Reading
    inside = rows_within(observation, session.id, first, last)
    read = select(func.count()).select_from(observation).join(reading, reading.observation_id == observation.id)
    empty = select(func.count()).where(*inside, ~select(reading).where(reading.observation_id == observation.id).exists())
    noted = [
        select(func.count()).where(*rows_within(row, session.id, first, last)) for row in (schema.Marker, schema.Prediction)
    ]
    noted.append(select(func.count()).where(*reading_verdicts_within(session, first, last)))
    counts = [store.execute(query).scalar_one() for query in (read.where(*inside), empty, *noted)]
    if not any(counts):
        raise UsageError("Nothing is kept of that part of the session.")
    # How far the session has come: to its last observation; while it observes, to this moment, for what is not written yet.
    reached, at = last_observation(store, session) or (0.0, session.started_at)
    if session.ended_at is None and all(pause.ended_t is not None for pause in session.pauses):
        reached += max(0.0, (now() - at).total_seconds())
    return ErasedRange(first, max(first, min(last, reached)), *counts)


def erase_part(database: Database, uuid: str, begin: float | None, end: float | None) -> None:
    """Erase a part of a session, with its markers and the moments of it that were saved with a verdict.

    It leaves a pause called erased; what a running session has not written of it yet is not written.

    Args:
        database: It is open.
        uuid: The session's, or the beginning of it.
        begin: From when, in seconds of the session, included; None is from its beginning.
        end: To when, included; None is to its end.

    Raises:
        UnknownError: There is no such session.
        UsageError: Nothing lies in the part, or it ends before it begins, or more than one session has such an id.
        StoreError: As ``erase.erase_session``.
    """

    def work(store: Store) -> None:
        session = find_session(store, uuid)
        lock_session(store, session.id)
        found = count_range(store, uuid, begin, end)
        part = session.id, found.begin, inf if end is None else end
        for row in (schema.Observation, schema.Marker):
            store.execute(delete(row).where(*rows_within(row, *part)))
        delete_predictions(store, *rows_within(schema.Prediction, *part))
        store.execute(delete(schema.ReadingVerdict).where(*reading_verdicts_within(session, *part[1:])))
        # Of a person who was there only in this part, nothing is left.
        person = schema.Participant
        seen = select(schema.Reading).where(schema.Reading.participant_id == person.id).exists()
        store.execute(delete(person).where(person.session_id == session.id, ~seen))
        record_erased_gap(store, session, found.begin, found.end)

    erase_and_vacuum(database, work)


def rows_within(row: Any, session_id: int, begin: float, end: float) -> tuple[ColumnElement[bool], ...]:
    """The conditions that rows of a table with ``session_id`` and ``t`` lie in a part, its ends included."""
    return row.session_id == session_id, row.t >= begin, row.t <= end


def reading_verdicts_within(session: schema.Session, begin: float, end: float) -> tuple[ColumnElement[bool], ...]:
    """The same for verdicts on possible readings, which have the session's uuid."""
    verdict = schema.ReadingVerdict
    return verdict.session == session.uuid, verdict.t >= begin, verdict.t <= end


def record_erased_gap(store: Store, session: schema.Session, begin: float, end: float) -> None:
    """Mark a part as erased by a pause, in seconds; other pauses are cut where they lie in it. The caller commits."""
    for pause in session.pauses:
        until = inf if pause.ended_t is None else pause.ended_t
        if pause.began_t >= end or until <= begin:
            continue
        store.delete(pause)
        if pause.began_t < begin:
            store.add(schema.Pause(session_id=session.id, began_t=pause.began_t, ended_t=begin, why=pause.why))
        if until > end:
            store.add(schema.Pause(session_id=session.id, began_t=end, ended_t=pause.ended_t, why=pause.why))
    store.add(schema.Pause(session_id=session.id, began_t=begin, ended_t=end, why=ERASED_PAUSE))


def erased_moments(store: Store, session_id: int) -> Callable[[float], bool]:
    """A function that tells whether a moment, in seconds of the session, lies in a part that was erased."""
    pause = schema.Pause
    erased = pause.session_id == session_id, pause.why == ERASED_PAUSE
    parts = store.execute(select(pause.began_t, pause.ended_t).where(*erased)).all()
    return lambda t: any(begin <= t <= (end or 0.0) for begin, end in parts)
