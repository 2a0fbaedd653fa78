"""What a person's sessions said, counted: those before one, and those of the last weeks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session as Store

from tracker.core.person import ME
from tracker.core.session_figures import SessionFigures
from tracker.reports.personal_range import MAX_SESSIONS, EarlierSession, EarlierSessions
from tracker.reports.trends import WatchedSession
from tracker.store import schema
from tracker.store.find_session import find_session
from tracker.store.session_figures import figures_of_sessions
from tracker.store.source_label import RECORDING_PREFIX, is_recorded

MIN_SESSION_SECONDS: Final = 30.0
"""Seconds that are watched of a session at least: one that was started by mistake is not like others."""
DEMO_SOURCES: Final = ("fake", "fake:meeting")
OWN_FACE: Final = "own"
RECORDING_NOT_COMPARED: Final = "Only live sessions are put beside each other: a recording may show anybody."
ALL_FACES_NOT_COMPARED: Final = "Only sessions of one's own face are put beside each other; this one watched all faces."


def read_earlier_sessions(store: Store, uuid: str) -> EarlierSessions:
    """The last sessions of the same person before this one; UsageError when there is no such session."""
    session = find_session(store, uuid)
    if session.faces != OWN_FACE:
        return EarlierSessions(reason=ALL_FACES_NOT_COMPARED)
    if is_recorded(session.source):
        return EarlierSessions(reason=RECORDING_NOT_COMPARED)
    same = (
        schema.Session.started_at < session.started_at,
        *own_live_sessions(session.person, demo=session.source in DEMO_SOURCES),
    )
    newest = select(schema.Session).where(*same).order_by(schema.Session.started_at.desc(), schema.Session.id.desc())
    # Twice as many, for those that are too short or saw nobody.
    before = store.scalars(newest.limit(2 * MAX_SESSIONS)).all()
    earlier = []
    for each, figures in _told(store, before)[:MAX_SESSIONS]:
        alike = (each.model_id, each.prior) == (session.model_id, session.prior)
        earlier.append(EarlierSession(each.uuid, each.started_at, figures.counts(), alike))
    return EarlierSessions(tuple(earlier))


def own_live_sessions(person: str | None, *, demo: bool = False) -> tuple[ColumnElement[bool], ...]:
    """Live sessions of one person's own face; the demo's drawn face is another's."""
    column = schema.Session
    drawn, live = column.source.in_(DEMO_SOURCES), ~column.source.startswith(RECORDING_PREFIX)
    return column.faces == OWN_FACE, live, func.coalesce(column.person, ME) == (person or ME), drawn if demo else ~drawn


def read_watched_sessions(store: Store, since: datetime, person: str | None = None) -> list[WatchedSession]:
    """A person's sessions that began at a moment or later, oldest first, without the short and the empty ones."""
    query = select(schema.Session).where(schema.Session.started_at >= since, *own_live_sessions(person))
    sessions = store.scalars(query.order_by(schema.Session.started_at, schema.Session.id)).all()
    kept = _told(store, sessions)
    return [WatchedSession(each.uuid, each.title, each.started_at, found.watched, found.counts()) for each, found in kept]


def _told(store: Store, sessions: Sequence[schema.Session]) -> list[tuple[schema.Session, SessionFigures]]:
    """Without the short and the empty ones."""
    found = figures_of_sessions(store, sessions)
    return [
        (each, found[each.id]) for each in sessions if found[each.id].readings and found[each.id].watched >= MIN_SESSION_SECONDS
    ]
