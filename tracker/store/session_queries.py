"""Queries of stored sessions: their list, one of them in full, and changing what a person may change of it."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Store
from sqlalchemy.orm import joinedload

from tracker.core.notes import line
from tracker.core.records import JsonObject, timestamp
from tracker.core.session_figures import SHARE_DIGITS, SessionFigures
from tracker.store import schema
from tracker.store.find_session import find_session
from tracker.store.session_figures import figures_of_session, figures_of_sessions, forget_other_sessions


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A session as an entry of a list; fields are named as in JSON.

    id: its uuid. model: the SHA-256 of the model file. figures: all that is counted of it. The others are as in
    ``schema.Session``.
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
        """How many, those that saw nobody among them."""
        return self.figures.observations

    @property
    def seconds(self) -> float:
        """From the first observation to the end of the last one, to the millisecond."""
        return round(self.figures.seconds, 3)

    @property
    def shares(self) -> dict[str, float]:
        """Expression or unclear -> its share of all readings, in the vocabulary's order; empty without readings."""
        return rounded_shares(self.figures.shares())

    def as_dict(self) -> JsonObject:
        """As JSON: moments as text, figures by name; ``nobody`` is a share of the observations, the others of the readings."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "figures"}
        plain = {name: timestamp(value) if isinstance(value, datetime) else value for name, value in values.items()}
        counted = {"observations": self.observations, "seconds": self.seconds, "watched": round(self.figures.watched, 3)}
        shares = {"shares": self.shares, "unreadable": round(self.figures.unreadable_share, SHARE_DIGITS)}
        return plain | counted | shares | {"nobody": round(self.figures.nobody_share, SHARE_DIGITS)}


@dataclass(frozen=True, slots=True)
class ParticipantFigures:
    """A face of a session: its id there, its label, how many readings it has, and its own share of each expression."""

    id: int
    label: str | None
    readings: int
    shares: dict[str, float]


@dataclass(frozen=True, slots=True)
class SessionDetail:
    """A session in full."""

    summary: SessionSummary
    participants: tuple[ParticipantFigures, ...]
    markers: tuple[schema.Marker, ...]
    pauses: tuple[schema.Pause, ...]

    def as_dict(self) -> JsonObject:
        """As JSON: the summary's members, and lists of participants, markers and pauses."""
        markers = [{"id": each.id, "t": each.t, "at": timestamp(each.at), "text": each.text} for each in self.markers]
        pauses = [{"from": each.began_t, "to": each.ended_t, "why": each.why} for each in self.pauses]
        more = {"participants": [asdict(each) for each in self.participants], "markers": markers, "pauses": pauses}
        return self.summary.as_dict() | more


def list_sessions(store: Store, *, limit: int | None = None, offset: int = 0) -> list[SessionSummary]:
    """The sessions, newest first: at most ``limit`` of them (None is all), without the first ``offset``."""
    query = select(schema.Session).options(joinedload(schema.Session.model))
    newest = query.order_by(schema.Session.started_at.desc(), schema.Session.id.desc()).limit(limit).offset(offset)
    found = store.scalars(newest).all()
    forget_other_sessions(store, store.scalars(select(schema.Session.uuid)))
    figures = figures_of_sessions(store, found)
    return [_summary(session, figures[session.id]) for session in found]


def watched_since(store: Store, since: datetime) -> list[tuple[datetime, float]]:
    """(beginning, seconds watched) of each session that began at a moment or later, newest first."""
    newest = select(schema.Session).where(schema.Session.started_at >= since)
    found = store.scalars(newest.order_by(schema.Session.started_at.desc(), schema.Session.id.desc())).all()
    figures = figures_of_sessions(store, found)
    return [(session.started_at, figures[session.id].watched) for session in found]


def session_detail(store: Store, uuid: str) -> SessionDetail:
    """A session with its participants, markers and pauses.

    Raises:
        UnknownError: No session's uuid is or begins with this.
        UsageError: More than one session's does.
    """
    session = find_session(store, uuid)
    figures = figures_of_session(store, session)
    participants = tuple(
        ParticipantFigures(each.number, each.label, figures.total(each.number), rounded_shares(figures.shares(each.number)))
        for each in session.participants
    )
    return SessionDetail(_summary(session, figures), participants, tuple(session.markers), tuple(session.pauses))


def clock_times(store: Store, session: schema.Session) -> list[tuple[datetime, float]]:
    """(time by the wall clock, second of the session) of each of its observations, in order of the seconds."""
    observation = schema.Observation
    query = select(observation.at, observation.t).where(observation.session_id == session.id).order_by(observation.t)
    return [(at, t) for at, t in store.execute(query)]


def rename_session(store: Store, uuid: str, title: str) -> None:
    """Give a session a title, "" for none; the caller commits.

    Raises:
        UsageError: The title is longer than a line may be, or ``uuid`` fits more than one session.
        UnknownError: There is no such session.
    """
    find_session(store, uuid).title = line(title, "A title")


def set_notes(store: Store, uuid: str, notes: str) -> None:
    """Replace a person's notes on a session; the caller commits. Raises as ``find_session``."""
    find_session(store, uuid).notes = notes.strip()


def rounded_shares(shares: dict[str, float]) -> dict[str, float]:
    """Shares with as many decimals as JSON gives them."""
    return {expression: round(share, SHARE_DIGITS) for expression, share in shares.items()}


def _summary(session: schema.Session, figures: SessionFigures) -> SessionSummary:
    stored = {field.name for field in fields(SessionSummary)} & set(schema.Session.__table__.columns.keys()) - {"id"}
    return SessionSummary(
        **{name: getattr(session, name) for name in stored},
        id=session.uuid,
        model=None if session.model is None else session.model.sha256,
        figures=figures,
    )
