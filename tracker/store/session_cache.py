"""What was computed of stored sessions, kept in memory until they change: their figures, sampling and readings."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session as Store

from tracker.core.sampling import Gap
from tracker.core.session_figures import SessionFigures
from tracker.core.session_readings import SessionReadings
from tracker.store import schema

MAX_SESSIONS_WITH_READINGS: Final = 2
"""Two that are compared. The readings of 8 hours at 5 Hz with four faces take 20 MB."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How regularly a session observed.

    interval: seconds between two observations, as ``SampleTimes.usual``. gaps: the parts without observations, in order.
    """

    interval: float
    gaps: tuple[Gap, ...]


Version = tuple[Any, ...]
"""Of a session: another one when an observation, a face or a part of it came or went."""
Cached = TypeVar("Cached", SessionFigures, Sampling, SessionReadings)


@dataclass(frozen=True, slots=True)
class SessionCache:
    """What was computed of a database's sessions: uuid -> the version it was computed from, and the result.

    readings: of the sessions that were looked at last, the newest at the end. reading_lock: held while readings are read, so
    that the two requests with which a page opens read them once.
    """

    figures: dict[str, tuple[Version, SessionFigures]] = field(default_factory=dict)
    sampling: dict[str, tuple[Version, Sampling]] = field(default_factory=dict)
    readings: OrderedDict[str, tuple[Version, SessionReadings]] = field(default_factory=OrderedDict)
    reading_lock: Lock = field(default_factory=Lock)

    def keep_readings(self, uuid: str, version: Version, readings: SessionReadings) -> None:
        """Keep a session's readings, and forget those that were looked at longest ago."""
        self.readings[uuid] = version, readings
        self.readings.move_to_end(uuid)
        while len(self.readings) > MAX_SESSIONS_WITH_READINGS:
            self.readings.popitem(last=False)


_caches: WeakKeyDictionary[Engine, SessionCache] = WeakKeyDictionary()


def cache_of(store: Store) -> SessionCache:
    """The cache of the database that a session of it belongs to."""
    bind = store.get_bind()
    return _caches.setdefault(bind.engine if isinstance(bind, Connection) else bind, SessionCache())


def forget_other_sessions(store: Store, uuids: Iterable[str]) -> None:
    """Drop from the cache what belongs to other sessions than these, such as those that were erased."""
    stored, cache = set(uuids), cache_of(store)
    for kind in (cache.figures, cache.sampling, cache.readings):
        for uuid in kind.keys() - stored:
            kind.pop(uuid, None)


def unchanged(
    cached: dict[str, tuple[Version, Cached]], session: schema.Session, versions: dict[int, Version]
) -> Cached | None:
    """The cached result if the session still has the version that it was computed from."""
    version, result = cached.get(session.uuid, (None, None))
    return result if version == versions[session.id] else None


def session_versions(store: Store, sessions: Sequence[schema.Session]) -> dict[int, Version]:
    """The session's number -> its version, which ends with its pauses (begin, end, why)."""
    t, participant, pause = schema.Observation.t, schema.Participant, schema.Pause
    edges: Any = select(schema.Observation.session_id, func.count(), func.min(t), func.max(t))
    edges = edges.where(belongs_to(schema.Observation, sessions)).group_by(schema.Observation.session_id)
    observed = {number: tuple(rest) for number, *rest in store.execute(edges)}
    people: dict[int, list[int]] = {each.id: [] for each in sessions}
    pauses: dict[int, list[tuple[Any, ...]]] = {each.id: [] for each in sessions}
    faces = select(participant.session_id, participant.id).where(belongs_to(participant, sessions))
    for number, who in store.execute(faces):
        people[number].append(who)
    stored_pauses = select(pause.session_id, pause.began_t, pause.ended_t, pause.why).where(belongs_to(pause, sessions))
    for number, *rest in store.execute(stored_pauses.order_by(pause.began_t, pause.id)):
        pauses[number].append(tuple(rest))
    return {
        each.id: (each.id, each.hz, observed.get(each.id), tuple(sorted(people[each.id])), tuple(pauses[each.id]))
        for each in sessions
    }


def belongs_to(table: Any, sessions: Sequence[schema.Session]) -> ColumnElement[bool]:
    """Whether a row of a table with a ``session_id`` is of one of the sessions."""
    belongs: ColumnElement[bool] = table.session_id.in_([each.id for each in sessions])
    return belongs
