"""What a person's sessions said, counted: those before one, and those of the last weeks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session as Store

from tracker.exports.trends import Watched
from tracker.exports.usual import MOST, Earlier, Lately
from tracker.person import ME
from tracker.store import schema
from tracker.store.lookup import find
from tracker.store.recordings import SOURCE, is_recorded

SHORTEST: Final = 30.0
"""Seconds that a session lasts at least: one that was started by mistake is not like others."""
DEMOS: Final = ("fake", "fake:meeting")
OWN: Final = "own"
RECORDED: Final = "Only live sessions are put beside each other: a recording may show anybody."
NOT_OWN: Final = "Only sessions of one's own face are put beside each other; this one watched all faces."


def lately(store: Store, uuid: str) -> Lately:
    """The last sessions of the same person before this one; UsageError when there is no such session."""
    session = find(store, uuid)
    if session.faces != OWN:
        return Lately(reason=NOT_OWN)
    if is_recorded(session.source):
        return Lately(reason=RECORDED)
    same = (schema.Session.started_at < session.started_at, *own(session.person, demo=session.source in DEMOS))
    newest = select(schema.Session).where(*same).order_by(schema.Session.started_at.desc(), schema.Session.id.desc())
    # Twice as many, for those that are too short or saw nobody.
    before = store.scalars(newest.limit(2 * MOST)).all()
    found, long = readings(store, before), lengths(store, before)
    kept = [each for each in before if found[each.id] and long[each.id] >= SHORTEST][:MOST]
    return Lately(tuple(_earlier(each, found[each.id], session) for each in kept))


def own(person: str | None, *, demo: bool = False) -> tuple[ColumnElement[bool], ...]:
    """Live sessions of one person's own face; the demo's drawn face is another's."""
    column = schema.Session
    drawn, live = column.source.in_(DEMOS), ~column.source.startswith(SOURCE)
    return column.faces == OWN, live, func.coalesce(column.person, ME) == (person or ME), drawn if demo else ~drawn


def readings(store: Store, sessions: Iterable[schema.Session]) -> dict[int, Counter[str]]:
    """How often each session showed each expression."""
    counts: dict[int, Counter[str]] = {each.id: Counter() for each in sessions}
    reading, observation = schema.Reading, schema.Observation
    query = select(observation.session_id, reading.expression, func.count())
    query = query.join(reading, reading.observation_id == observation.id).where(observation.session_id.in_(counts))
    for number, word, many in store.execute(query.group_by(observation.session_id, reading.expression)):
        counts[number][word] = many
    return counts


def lengths(store: Store, sessions: Sequence[schema.Session]) -> dict[int, float]:
    """Seconds from the first to the last observation of each session, without its pauses."""
    known = {each.id: each for each in sessions}
    observation = schema.Observation
    edges: Any = select(observation.session_id, func.min(observation.t), func.max(observation.t))
    edges = edges.where(observation.session_id.in_(known)).group_by(observation.session_id)
    found = {number: last - first - _paused(known[number], first, last) for number, first, last in store.execute(edges)}
    return {number: max(found.get(number, 0.0), 0.0) for number in known}


def watched(store: Store, since: datetime, person: str | None = None) -> list[Watched]:
    """A person's sessions that began at a moment or later, oldest first, without the short and the empty ones."""
    query = select(schema.Session).where(schema.Session.started_at >= since, *own(person))
    sessions = store.scalars(query.order_by(schema.Session.started_at, schema.Session.id)).all()
    found, long = readings(store, sessions), lengths(store, sessions)
    kept = [each for each in sessions if found[each.id] and long[each.id] >= SHORTEST]
    return [Watched(each.uuid, each.title, each.started_at, long[each.id], dict(found[each.id])) for each in kept]


def _paused(session: schema.Session, first: float, last: float) -> float:
    """Seconds between two moments in which nothing was watched, or what was is erased."""
    ends = ((max(each.began_t, first), last if each.ended_t is None else min(each.ended_t, last)) for each in session.pauses)
    return sum(max(end - begin, 0.0) for begin, end in ends)


def _earlier(session: schema.Session, counts: Counter[str], now: schema.Session) -> Earlier:
    alike = (session.model_id, session.prior) == (now.model_id, now.prior)
    return Earlier(session.uuid, session.started_at, dict(counts), alike)
