"""The figures of stored sessions, exact: counted by the database, and counted again only when a session changed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session as Store

from tracker.core.sampling import Gap, SampleTimes
from tracker.core.session_figures import Reading, SessionFigures
from tracker.store import schema
from tracker.store.columns import nearest_finite

SESSIONS_PER_QUERY: Final = 500
"""Databases take some thousands of parameters a query, and each session is one."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How regularly a session observed.

    interval: seconds between two observations, as ``SampleTimes.usual``. gaps: the parts without observations, in order.
    """

    interval: float
    gaps: tuple[Gap, ...]


Version = tuple[Any, ...]
"""Of a session: another one when an observation, a face or a part of it came or went."""
Cached = TypeVar("Cached", SessionFigures, Sampling)


@dataclass(frozen=True, slots=True)
class _Cache:
    """What was computed of a database's sessions: uuid -> the version it was computed from, and the result."""

    figures: dict[str, tuple[Version, SessionFigures]] = field(default_factory=dict)
    sampling: dict[str, tuple[Version, Sampling]] = field(default_factory=dict)


_caches: WeakKeyDictionary[Engine, _Cache] = WeakKeyDictionary()


def figures_of_session(store: Store, session: schema.Session) -> SessionFigures:
    """As ``figures_of_sessions``, of one session."""
    return figures_of_sessions(store, [session])[session.id]


def figures_of_sessions(store: Store, sessions: Sequence[schema.Session]) -> dict[int, SessionFigures]:
    """The session's number in the database -> its figures; a session that did not change is not counted again."""
    cached, found = _cache_of(store).figures, {}
    for first in range(0, len(sessions), SESSIONS_PER_QUERY):
        some = sessions[first : first + SESSIONS_PER_QUERY]
        versions = _versions(store, some)
        changed = [each for each in some if _unchanged(cached, each, versions) is None]
        if changed:
            counts = _count_readings(store, changed)
            observation, reading = schema.Observation, schema.Reading
            empty = ~select(reading).where(reading.observation_id == observation.id).exists()
            query = select(observation.session_id, func.count()).where(_belongs_to(observation, changed), empty)
            nobody = Counter({row[0]: row[1] for row in store.execute(query.group_by(observation.session_id))})
            for each in changed:
                times = SampleTimes.of(_times(store, each.id), each.hz, versions[each.id][-1])
                figures = SessionFigures.of(times, nobody[each.id], counts[each.id].items())
                cached[each.uuid] = versions[each.id], figures
        found.update({each.id: cached[each.uuid][1] for each in some})
    return found


def sampling_of_session(store: Store, session: schema.Session) -> Sampling:
    """The sampling of one session; its readings are not counted for it."""
    cache, versions = _cache_of(store), _versions(store, [session])
    counted = _unchanged(cache.figures, session, versions)
    if counted is not None:
        return Sampling(counted.usual, counted.gaps)
    sampling = _unchanged(cache.sampling, session, versions)
    if sampling is None:
        times = SampleTimes.of(_times(store, session.id), session.hz, versions[session.id][-1])
        sampling = Sampling(times.usual, times.gaps())
        cache.sampling[session.uuid] = versions[session.id], sampling
    return sampling


def forget_other_sessions(store: Store, uuids: Iterable[str]) -> None:
    """Drop from the cache what belongs to other sessions than these, such as those that were erased."""
    stored, cache = set(uuids), _cache_of(store)
    for uuid in (cache.figures.keys() | cache.sampling.keys()) - stored:
        cache.figures.pop(uuid, None)
        cache.sampling.pop(uuid, None)


def _unchanged(
    cached: dict[str, tuple[Version, Cached]], session: schema.Session, versions: dict[int, Version]
) -> Cached | None:
    """The cached result if the session still has the version that it was computed from."""
    version, result = cached.get(session.uuid, (None, None))
    return result if version == versions[session.id] else None


def _cache_of(store: Store) -> _Cache:
    bind = store.get_bind()
    return _caches.setdefault(bind.engine if isinstance(bind, Connection) else bind, _Cache())


def _versions(store: Store, sessions: Sequence[schema.Session]) -> dict[int, Version]:
    """The session's number -> its version, which ends with its pauses (begin, end, why)."""
    t, participant, pause = schema.Observation.t, schema.Participant, schema.Pause
    edges: Any = select(schema.Observation.session_id, func.count(), func.min(t), func.max(t))
    edges = edges.where(_belongs_to(schema.Observation, sessions)).group_by(schema.Observation.session_id)
    observed = {number: tuple(rest) for number, *rest in store.execute(edges)}
    people: dict[int, list[int]] = {each.id: [] for each in sessions}
    pauses: dict[int, list[tuple[Any, ...]]] = {each.id: [] for each in sessions}
    faces = select(participant.session_id, participant.id).where(_belongs_to(participant, sessions))
    for number, who in store.execute(faces):
        people[number].append(who)
    stored_pauses = select(pause.session_id, pause.began_t, pause.ended_t, pause.why).where(_belongs_to(pause, sessions))
    for number, *rest in store.execute(stored_pauses.order_by(pause.began_t, pause.id)):
        pauses[number].append(tuple(rest))
    return {
        each.id: (each.id, each.hz, observed.get(each.id), tuple(sorted(people[each.id])), tuple(pauses[each.id]))
        for each in sessions
    }


def _belongs_to(table: Any, sessions: Sequence[schema.Session]) -> ColumnElement[bool]:
    belongs: ColumnElement[bool] = table.session_id.in_([each.id for each in sessions])
    return belongs


def _count_readings(store: Store, sessions: Sequence[schema.Session]) -> dict[int, Counter[Reading]]:
    """The session's number -> (face, expression, reason) -> how many readings are so."""
    observation, reading, participant = schema.Observation, schema.Reading, schema.Participant
    kind = (participant.number, reading.expression, reading.reason)
    query = select(observation.session_id, *kind, func.count()).join(reading, reading.observation_id == observation.id)
    query = query.join(participant, participant.id == reading.participant_id).where(_belongs_to(observation, sessions))
    found: dict[int, Counter[Reading]] = {each.id: Counter() for each in sessions}
    for number, face, expression, reason, count in store.execute(query.group_by(observation.session_id, *kind)):
        found[number][face, expression, reason] = count
    return found


def _times(store: Store, session_id: int) -> npt.NDArray[np.float64]:
    """[n] seconds of its observations, in order.

    They come from the driver's own cursor: a day of them takes four times as long through SQLAlchemy's rows.
    """
    table = schema.Observation.__table__
    query = select(table.c.t).where(table.c.session_id == session_id).order_by(table.c.t)
    cursor: Any = store.connection().execute(query).cursor
    return np.fromiter((nearest_finite(row[0]) for row in cursor), np.float64)
