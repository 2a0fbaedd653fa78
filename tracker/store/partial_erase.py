"""A part of a session: what lies in it, and that it stays erased once it was, for what is still on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UsageError
from tracker.core.frame import now
from tracker.core.text import clock
from tracker.store import schema
from tracker.store.find_session import find_session
from tracker.store.leases import last_observation

ERASED_PAUSE: Final = "erased"
"""Why nothing is there, as a pause has it."""


@dataclass(frozen=True, slots=True)
class ErasedRange:
    """What lies in a session from ``begin`` to ``end``, in its seconds, both included; at least one thing.

    end: not after how far the session has come. nobody: observations without a face. verdicts: moments kept with one.
    """

    begin: float
    end: float
    readings: int
    nobody: int
    markers: int
    verdicts: int

    def __str__(self) -> str:
        """As in: 12:30 to 13:05."""
        return f"{clock(self.begin)} to {clock(ceil(self.end))}"

    @property
    def what(self) -> str:
        """As in: 140 readings, 1 marker."""
        counted = (
            (self.readings, "reading", "readings"),
            (self.nobody, "observation of nobody", "observations of nobody"),
            (self.markers, "marker", "markers"),
            (self.verdicts, "verdict with its picture", "verdicts with their pictures"),
        )
        return ", ".join(f"{many:,} {one if many == 1 else more}" for many, one, more in counted if many)


def time_bounds(begin: float | None, end: float | None) -> tuple[float, float]:
    """Where a part begins and ends, in seconds; None is from the beginning, or to the end. UsageError where it ends first."""
    first, last = max(begin or 0.0, 0.0), inf if end is None else end
    if not (begin or 0.0) <= last:
        raise UsageError("The part ends before it begins. Give the earlier time first.")
    return first, last


def count_range(store: Store, uuid: str, begin: float | None, end: float | None) -> ErasedRange:
    """Count it; None is from the beginning, or to the end. UsageError when nothing lies there."""
    first, last = time_bounds(begin, end)
    session = find_session(store, uuid)
    observation, reading = schema.Observation, schema.Reading
    inside = rows_within(observation, session.id, first, last)
    read = select(func.count()).select_from(observation).join(reading, reading.observation_id == observation.id)
    empty = select(func.count()).where(*inside, ~select(reading).where(reading.observation_id == observation.id).exists())
    noted = (
        select(func.count()).where(*rows_within(row, session.id, first, last)) for row in (schema.Marker, schema.Prediction)
    )
    counts = [store.execute(query).scalar_one() for query in (read.where(*inside), empty, *noted)]
    if not any(counts):
        raise UsageError("Nothing is kept of that part of the session.")
    return ErasedRange(first, max(first, min(last, _reached(store, session))), *counts)


def rows_within(row: Any, session_id: int, begin: float, end: float) -> tuple[ColumnElement[bool], ...]:
    """Which rows of a table belong to a part."""
    return row.session_id == session_id, row.t >= begin, row.t <= end


def _reached(store: Store, session: schema.Session) -> float:
    """How far a session has come: to what it said last, or to this moment while it runs, for what it said since then."""
    t, at = last_observation(store, session) or (0.0, session.started_at)
    waits = session.ended_at is not None or any(pause.ended_t is None for pause in session.pauses)
    return t if waits else t + max(0.0, (now() - at).total_seconds())


def record_erased_gap(store: Store, session: schema.Session, begin: float, end: float) -> None:
    """Tell that a part was erased; what was told of pauses in it goes, too."""
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


def erased_test(store: Store, session_id: int) -> Callable[[float], bool]:
    """Tells whether a moment of a session lies in a part that was erased."""
    pause = schema.Pause
    parts = store.execute(
        select(pause.began_t, pause.ended_t).where(pause.session_id == session_id, pause.why == ERASED_PAUSE)
    ).all()
    return lambda t: any(begin <= t <= (end or 0.0) for begin, end in parts)
