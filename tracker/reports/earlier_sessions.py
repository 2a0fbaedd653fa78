"""Queries for a person's earlier sessions: those that a session is compared with, and those of the last weeks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session as Store

from tracker.core.person import ME
from tracker.core.session_figures import SessionFigures
from tracker.core.vocabulary import DEMO_SOURCES
from tracker.reports.personal_range import MAX_SESSIONS, EarlierSession, EarlierSessions
from tracker.reports.trends import WatchedSession
from tracker.store import schema
from tracker.store.find_session import find_session
from tracker.store.session_figures import figures_of_sessions
from tracker.store.source_label import RECORDING_PREFIX, is_recorded

MIN_SESSION_SECONDS: Final = 30.0
"""A session that watched for less is left out: it was probably started by mistake."""
OWN_FACE: Final = "own"
"""The setting ``faces`` of a session that watched one's own face only."""
RECORDING_NOT_COMPARED: Final = "Only live sessions are compared: a recording may show anybody."
ALL_FACES_NOT_COMPARED: Final = "Only sessions of your own face are compared; this one watched all faces."


def read_earlier_sessions(store: Store, uuid: str) -> EarlierSessions:
    """The same person's last sessions before this one.

    Args:
        store: A session of the database.
        uuid: The beginning of the session's id.

    Returns:
        At most MAX_SESSIONS, newest first; or the reason why this session is not compared.

    Raises:
        UsageError: There is no such session, or several.
    """
    session = find_session(store, uuid)
    if session.faces != OWN_FACE:
        return EarlierSessions(reason=ALL_FACES_NOT_COMPARED)
    if is_recorded(session.source):
        return EarlierSessions(reason=RECORDING_NOT_COMPARED)
    same_person = own_live_sessions(session.person, demo=session.source in DEMO_SOURCES)
    query = select(schema.Session).where(schema.Session.started_at < session.started_at, *same_person)
    newest = query.order_by(schema.Session.started_at.desc(), schema.Session.id.desc())
    # Twice as many as needed, because short and empty ones are left out.
    before = store.scalars(newest.limit(2 * MAX_SESSIONS)).all()
    return EarlierSessions(
        tuple(
            EarlierSession(
                each.uuid,
                each.started_at,
                figures.counts(),
                same_model=(each.model_id, each.prior) == (session.model_id, session.prior),
            )
            for each, figures in _long_enough(store, before)[:MAX_SESSIONS]
        )
    )


def own_live_sessions(person: str | None, *, demo: bool = False) -> tuple[ColumnElement[bool], ...]:
    """The conditions of a query for live sessions of one person's own face.

    Args:
        person: Whose sessions; None is the person at this machine.
        demo: Whether those of the demo's drawn face are wanted, in place of those of a real one.
    """
    column = schema.Session
    is_drawn, is_live = column.source.in_(DEMO_SOURCES), ~column.source.startswith(RECORDING_PREFIX)
    is_person = func.coalesce(column.person, ME) == (person or ME)
    return column.faces == OWN_FACE, is_live, is_person, is_drawn if demo else ~is_drawn


def read_watched_sessions(store: Store, since: datetime, person: str | None = None) -> list[WatchedSession]:
    """A person's sessions that began at ``since`` or later, oldest first, without short and empty ones.

    Args:
        store: A session of the database.
        since: Aware of its time zone.
        person: Whose sessions; None is the person at this machine.
    """
    query = select(schema.Session).where(schema.Session.started_at >= since, *own_live_sessions(person))
    sessions = store.scalars(query.order_by(schema.Session.started_at, schema.Session.id)).all()
    return [
        WatchedSession(each.uuid, each.title, each.started_at, figures.watched, figures.counts())
        for each, figures in _long_enough(store, sessions)
    ]


def _long_enough(store: Store, sessions: Sequence[schema.Session]) -> list[tuple[schema.Session, SessionFigures]]:
    """The sessions with a reading that watched for at least MIN_SESSION_SECONDS."""
    figures = figures_of_sessions(store, sessions)
    pairs = [(each, figures[each.id]) for each in sessions]
    return [(each, found) for each, found in pairs if found.readings and found.watched >= MIN_SESSION_SECONDS]
