"""The figures of stored sessions, exact: counted by the database, and counted again only when a session changed."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Store

from tracker.core.sampling import SampleTimes
from tracker.core.session_figures import Reading, SessionFigures
from tracker.store import schema
from tracker.store.columns import nearest_finite
from tracker.store.session_cache import Sampling, belongs_to, cache_of, session_versions, unchanged

SESSIONS_PER_QUERY: Final = 500
"""Databases take some thousands of parameters a query, and each session is one."""


def figures_of_session(store: Store, session: schema.Session) -> SessionFigures:
    """As ``figures_of_sessions``, of one session."""
    return figures_of_sessions(store, [session])[session.id]


def figures_of_sessions(store: Store, sessions: Sequence[schema.Session]) -> dict[int, SessionFigures]:
    """The session's number in the database -> its figures; a session that did not change is not counted again."""
    cached, found = cache_of(store).figures, {}
    for first in range(0, len(sessions), SESSIONS_PER_QUERY):
        some = sessions[first : first + SESSIONS_PER_QUERY]
        versions = session_versions(store, some)
        changed = [each for each in some if unchanged(cached, each, versions) is None]
        if changed:
            counts = _count_readings(store, changed)
            observation, reading = schema.Observation, schema.Reading
            empty = ~select(reading).where(reading.observation_id == observation.id).exists()
            query = select(observation.session_id, func.count()).where(belongs_to(observation, changed), empty)
            nobody = Counter({row[0]: row[1] for row in store.execute(query.group_by(observation.session_id))})
            for each in changed:
                times = SampleTimes.of(_times(store, each.id), each.hz, versions[each.id][-1])
                figures = SessionFigures.of(times, nobody[each.id], counts[each.id].items())
                cached[each.uuid] = versions[each.id], figures
        found.update({each.id: cached[each.uuid][1] for each in some})
    return found


def sampling_of_session(store: Store, session: schema.Session) -> Sampling:
    """The sampling of one session; its readings are not counted for it."""
    cache, versions = cache_of(store), session_versions(store, [session])
    counted = unchanged(cache.figures, session, versions)
    if counted is not None:
        return Sampling(counted.usual, counted.gaps)
    sampling = unchanged(cache.sampling, session, versions)
    if sampling is None:
        times = SampleTimes.of(_times(store, session.id), session.hz, versions[session.id][-1])
        sampling = Sampling(times.usual, times.gaps())
        cache.sampling[session.uuid] = versions[session.id], sampling
    return sampling


def _count_readings(store: Store, sessions: Sequence[schema.Session]) -> dict[int, Counter[Reading]]:
    """The session's number -> (face, expression, reason) -> how many readings are so."""
    observation, reading, participant = schema.Observation, schema.Reading, schema.Participant
    kind = (participant.number, reading.expression, reading.reason)
    query = select(observation.session_id, *kind, func.count()).join(reading, reading.observation_id == observation.id)
    query = query.join(participant, participant.id == reading.participant_id).where(belongs_to(observation, sessions))
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
