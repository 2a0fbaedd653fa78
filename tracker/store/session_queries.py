"""What was stored, read back: the sessions as a list, one of them in full, and what a person may change of it."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Store
from sqlalchemy.orm import joinedload

from tracker.core.notes import line
from tracker.core.records import timestamp
from tracker.core.session_figures import DIGITS, SessionFigures
from tracker.store import schema
from tracker.store.find_session import find_session
from tracker.store.session_figures import figures_of_session, figures_of_sessions, forget_other_sessions
from tracker.store.timeline_query import StoredTimeline, query_timeline

__all__ = [
    "SessionSummary",
    "StoredTimeline",
    "find_session",
    "list_sessions",
    "query_timeline",
    "rename_session",
    "session_detail",
    "set_notes",
]


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A session as a line of a list.

    id: its uuid. model: sha256 of the file. figures: all that is counted of it.
    """

    id: str
    title: str
    notes: str
    started_at: datetime
    ended_at: datetime | None
    interrupted: bool
    source: str
    hz: float
    faces: str
    prior: str
    smoothing: float
    threshold: float | None
    model: str | None
    person: str | None
    keep_until: datetime | None
    figures: SessionFigures

    @property
    def observations(self) -> int:
        """Of nobody, too."""
        return self.figures.observations

    @property
    def seconds(self) -> float:
        """From the first observation to the end of the last one."""
        return round(self.figures.seconds, 3)

    @property
    def shares(self) -> dict[str, float]:
        """Expression or unclear -> its share of all readings, in the vocabulary's order; empty without readings."""
        return rounded_shares(self.figures.shares())

    def as_dict(self) -> dict[str, Any]:
        """As JSON: moments as text; figures by name; ``nobody`` is a share of the observations, others of the readings."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "figures"}
        told = {name: timestamp(value) if isinstance(value, datetime) else value for name, value in values.items()}
        counted = {"observations": self.observations, "seconds": self.seconds, "watched": round(self.figures.watched, 3)}
        shares = {"shares": self.shares, "unreadable": round(self.figures.unreadable_share, DIGITS)}
        return told | counted | shares | {"nobody": round(self.figures.nobody_share, DIGITS)}


@dataclass(frozen=True, slots=True)
class SessionDetail:
    """A session in full: participants tell their own shares, gaps are those of ``query_timeline``."""

    summary: SessionSummary
    participants: tuple[dict[str, Any], ...]
    markers: tuple[schema.Marker, ...]
    pauses: tuple[schema.Pause, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON: the summary's members, and lists of participants, markers and pauses."""
        markers = [{"id": each.id, "t": each.t, "at": timestamp(each.at), "text": each.text} for each in self.markers]
        pauses = [{"from": each.began_t, "to": each.ended_t, "why": each.why} for each in self.pauses]
        more = {"participants": list(self.participants), "markers": markers, "pauses": pauses}
        return self.summary.as_dict() | more


def list_sessions(store: Store, *, most: int | None = None, skip: int = 0) -> list[SessionSummary]:
    """The sessions, newest first; ``most`` of them after the first ``skip``."""
    query = select(schema.Session).options(joinedload(schema.Session.model))
    newest = query.order_by(schema.Session.started_at.desc(), schema.Session.id.desc()).limit(most).offset(skip)
    found = store.scalars(newest).all()
    forget_other_sessions(store, store.scalars(select(schema.Session.uuid)))
    counted = figures_of_sessions(store, found)
    return [_summary(session, counted[session.id]) for session in found]


def watched_since(store: Store, since: datetime) -> list[tuple[datetime, float]]:
    """(beginning, seconds watched) of the sessions since a moment, newest first."""
    newest = select(schema.Session).where(schema.Session.started_at >= since)
    found = store.scalars(newest.order_by(schema.Session.started_at.desc(), schema.Session.id.desc())).all()
    counted = figures_of_sessions(store, found)
    return [(session.started_at, counted[session.id].watched) for session in found]


def session_detail(store: Store, uuid: str) -> SessionDetail:
    """A session with its participants, markers and pauses; UsageError when there is none."""
    session = find_session(store, uuid)
    found = figures_of_session(store, session)
    people = ((each, found.total(each.number), rounded_shares(found.shares(each.number))) for each in session.participants)
    participants = tuple({"id": each.number, "label": each.label, "readings": n, "shares": part} for each, n, part in people)
    return SessionDetail(_summary(session, found), participants, tuple(session.markers), tuple(session.pauses))


def clock_times(store: Store, session: schema.Session) -> list[tuple[datetime, float]]:
    """What the wall clock showed at each of a session's seconds that was observed, in order of these."""
    observation = schema.Observation
    query = select(observation.at, observation.t).where(observation.session_id == session.id).order_by(observation.t)
    return [(at, t) for at, t in store.execute(query)]


def rename_session(store: Store, uuid: str, title: str) -> None:
    """Give a session a title, "" for none; the caller commits. UsageError when it is no line."""
    find_session(store, uuid).title = line(title, "A title")


def set_notes(store: Store, uuid: str, notes: str) -> None:
    """Keep what a person noted of a session; the caller commits."""
    find_session(store, uuid).notes = notes.strip()


def rounded_shares(shares: dict[str, float]) -> dict[str, float]:
    """Shares as JSON has them."""
    return {word: round(value, DIGITS) for word, value in shares.items()}


def _summary(session: schema.Session, figures: SessionFigures) -> SessionSummary:
    known = {field.name for field in fields(SessionSummary)} & set(schema.Session.__table__.columns.keys()) - {"id"}
    return SessionSummary(
        **{name: getattr(session, name) for name in known},
        id=session.uuid,
        model=None if session.model is None else session.model.sha256,
        figures=figures,
    )
