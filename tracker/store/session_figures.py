"""The figures of stored sessions, exact: counted where they lie, once, and again when something of a session changed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session as Store

from tracker.core.sampling import Gap, SampleTimes
from tracker.core.session_figures import Reading, SessionFigures
from tracker.store import schema
from tracker.store.columns import nearest_finite

SESSIONS_PER_QUERY: Final = 500
"""Sessions a query: databases take some thousands of parameters."""

Pace = tuple[float, tuple[Gap, ...]]
Kept = TypeVar("Kept", SessionFigures, Pace)


class _Known:
    """uuid -> what its rows were when they were counted, and what came of it: counts and lengths alone, in memory."""

    def __init__(self) -> None:
        self.figures: dict[str, tuple[Any, SessionFigures]] = {}
        self.paces: dict[str, tuple[Any, Pace]] = {}


_known: WeakKeyDictionary[Engine, _Known] = WeakKeyDictionary()
"""Of each database."""


def figures_of_session(store: Store, session: schema.Session) -> SessionFigures:
    """Of one session."""
    return figures_of_sessions(store, [session])[session.id]


def figures_of_sessions(store: Store, sessions: Sequence[schema.Session]) -> dict[int, SessionFigures]:
    """Session's number -> its figures; what did not change since it was counted is not counted again."""
    known, found = _of_database(store).figures, {}
    for first in range(0, len(sessions), SESSIONS_PER_QUERY):
        some = sessions[first : first + SESSIONS_PER_QUERY]
        states = _states(store, some)
        changed = [each for each in some if _unchanged(known, each, states) is None]
        if changed:
            counts, nobody = _counts(store, changed), _nobody(store, changed)
            for each in changed:
                rhythm = SampleTimes.of(_times(store, each.id), each.hz, states[each.id][-1])
                known[each.uuid] = states[each.id], SessionFigures.of(rhythm, nobody[each.id], counts[each.id].items())
        found.update({each.id: known[each.uuid][1] for each in some})
    return found


def interval_and_gaps(store: Store, session: schema.Session) -> Pace:
    """Seconds between two observations, and the gaps; without counting its readings, if nobody did so far."""
    known, states = _of_database(store), _states(store, [session])
    counted = _unchanged(known.figures, session, states)
    if counted is not None:
        return counted.usual, counted.gaps
    pace = _unchanged(known.paces, session, states)
    if pace is None:
        rhythm = SampleTimes.of(_times(store, session.id), session.hz, states[session.id][-1])
        pace = rhythm.usual, rhythm.gaps()
        known.paces[session.uuid] = states[session.id], pace
    return pace


def _unchanged(known: dict[str, tuple[Any, Kept]], session: schema.Session, states: dict[int, tuple[Any, ...]]) -> Kept | None:
    """What came of it, if its rows are still what they were."""
    state, kept = known.get(session.uuid, (None, None))
    return kept if state == states[session.id] else None


def forget_other_sessions(store: Store, uuids: Iterable[str]) -> None:
    """What was erased leaves nothing here either."""
    kept, known = set(uuids), _of_database(store)
    for uuid in (known.figures.keys() | known.paces.keys()) - kept:
        known.figures.pop(uuid, None)
        known.paces.pop(uuid, None)


def _of_database(store: Store) -> _Known:
    bind = store.get_bind()
    return _known.setdefault(bind.engine if isinstance(bind, Connection) else bind, _Known())


def _states(store: Store, sessions: Sequence[schema.Session]) -> dict[int, tuple[Any, ...]]:
    """Of each session what is another when an observation, a face or a part of it came or went; last its pauses."""
    t, participant, pause = schema.Observation.t, schema.Participant, schema.Pause
    edges: Any = select(schema.Observation.session_id, func.count(), func.min(t), func.max(t))
    edges = edges.where(_of(schema.Observation, sessions)).group_by(schema.Observation.session_id)
    observed = {number: tuple(rest) for number, *rest in store.execute(edges)}
    people: dict[int, list[int]] = {each.id: [] for each in sessions}
    pauses: dict[int, list[tuple[Any, ...]]] = {each.id: [] for each in sessions}
    for number, who in store.execute(select(participant.session_id, participant.id).where(_of(participant, sessions))):
        people[number].append(who)
    told = select(pause.session_id, pause.began_t, pause.ended_t, pause.why).where(_of(pause, sessions))
    for number, *rest in store.execute(told.order_by(pause.began_t, pause.id)):
        pauses[number].append(tuple(rest))
    return {
        each.id: (each.id, each.hz, observed.get(each.id), tuple(sorted(people[each.id])), tuple(pauses[each.id]))
        for each in sessions
    }


def _of(table: Any, sessions: Sequence[schema.Session]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = table.session_id.in_([each.id for each in sessions])
    return found


def _counts(store: Store, sessions: Sequence[schema.Session]) -> dict[int, Counter[Reading]]:
    observation, reading, participant = schema.Observation, schema.Reading, schema.Participant
    what = (participant.number, reading.expression, reading.reason)
    query = select(observation.session_id, *what, func.count()).join(reading, reading.observation_id == observation.id)
    query = query.join(participant, participant.id == reading.participant_id).where(_of(observation, sessions))
    found: dict[int, Counter[Reading]] = {each.id: Counter() for each in sessions}
    for number, face, word, reason, many in store.execute(query.group_by(observation.session_id, *what)):
        found[number][face, word, reason] = many
    return found


def _nobody(store: Store, sessions: Sequence[schema.Session]) -> Counter[int]:
    observation, reading = schema.Observation, schema.Reading
    empty = ~select(reading).where(reading.observation_id == observation.id).exists()
    query = select(observation.session_id, func.count()).where(_of(observation, sessions), empty)
    return Counter({row[0]: row[1] for row in store.execute(query.group_by(observation.session_id))})


def _times(store: Store, number: int) -> Any:
    """[n] seconds; from the driver's own cursor, as a day of them takes SQLAlchemy's rows four times as long."""
    table = schema.Observation.__table__
    cursor: Any = store.connection().execute(select(table.c.t).where(table.c.session_id == number).order_by(table.c.t)).cursor
    return np.fromiter((nearest_finite(row[0]) for row in cursor), np.float64)
