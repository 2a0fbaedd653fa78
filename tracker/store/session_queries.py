"""Queries of stored sessions: their list, one of them in full, and changing what a person may change of it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session as Store
from sqlalchemy.orm import joinedload

from tracker.core.notes import line
from tracker.core.records import JsonObject, timestamp
from tracker.core.session_figures import SHARE_DIGITS, SessionFigures
from tracker.core.vocabulary import DEMO_SOURCES
from tracker.store import schema
from tracker.store.consents import names_of_faces
from tracker.store.find_session import find_session
from tracker.store.session_cache import forget_other_sessions
from tracker.store.session_figures import SESSIONS_PER_QUERY, figures_of_session, figures_of_sessions

Order = Literal["newest", "oldest", "longest", "title"]
"""In which order sessions are listed; by title means from A to Z, those without a title last."""
ORDERS: Final[tuple[Order, ...]] = get_args(Order)


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which sessions are listed, and in which order.

    text: each of its words must be part of the title, the notes or a marker, whatever its case; empty is all sessions.
    demo: True for the demo's, False for all others, None for both. since, before: when they began; None is any time.
    """

    text: str = ""
    demo: bool | None = None
    order: Order = "newest"
    since: datetime | None = None
    before: datetime | None = None


ALL_SESSIONS: Final = SessionFilter()
NEWEST_FIRST: Final = (schema.Session.started_at.desc(), schema.Session.id.desc())


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
    """A face of a session: its id there, how many readings it has, and its own share of each expression.

    label: what the person calls whose face it is, of who agreed in a call.
    """

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


def list_sessions(
    store: Store, wanted: SessionFilter = ALL_SESSIONS, *, limit: int | None = None, offset: int = 0
) -> list[SessionSummary]:
    """Sessions in their order: at most ``limit`` of them (None is all), without the first ``offset``."""
    ids = _ids_in_order(store, wanted)[offset:][:limit]
    session, found = schema.Session, dict[int, schema.Session]()
    for first in range(0, len(ids), SESSIONS_PER_QUERY):
        some = ids[first : first + SESSIONS_PER_QUERY]
        query = select(session).options(joinedload(session.model)).where(session.id.in_(some))
        found |= {each.id: each for each in store.scalars(query)}
    forget_other_sessions(store, store.scalars(select(session.uuid)))
    # One that was erased meanwhile is left out.
    listed = [found[each] for each in ids if each in found]
    figures = figures_of_sessions(store, listed)
    return [_summary(each, figures[each.id]) for each in listed]


def count_sessions(store: Store, *, demo: bool) -> int:
    """How many sessions there are of the demo, or of everything else."""
    return store.execute(select(func.count()).where(_is_demo(demo=demo))).scalar_one()


def matching_markers(store: Store, uuids: Iterable[str], text: str) -> dict[str, list[schema.Marker]]:
    """A session's uuid -> its markers, in order of time, that contain one of the text's words."""
    words, found = text.casefold().split(), dict[str, list[schema.Marker]]()
    for uuid in uuids:
        query = select(schema.Marker).join(schema.Session, schema.Session.id == schema.Marker.session_id)
        markers = store.scalars(query.where(schema.Session.uuid == uuid).order_by(schema.Marker.t))
        found[uuid] = [each for each in markers if any(word in each.text.casefold() for word in words)]
    return found


def watched_since(store: Store, since: datetime, *, demo: bool | None = None) -> list[tuple[datetime, float]]:
    """(beginning, seconds watched) of each session that began at a moment or later, newest first; demo: see SessionFilter."""
    conditions = [schema.Session.started_at >= since, *([] if demo is None else [_is_demo(demo=demo)])]
    found = store.scalars(select(schema.Session).where(*conditions).order_by(*NEWEST_FIRST)).all()
    figures = figures_of_sessions(store, found)
    return [(session.started_at, figures[session.id].watched) for session in found]


def session_detail(store: Store, uuid: str) -> SessionDetail:
    """A session with its participants, markers and pauses.

    Raises:
        UnknownError: No session's uuid is or begins with this.
        UsageError: More than one session's does.
    """
    session = find_session(store, uuid)
    figures, names = figures_of_session(store, session), names_of_faces(store, session.uuid)
    participants = tuple(
        ParticipantFigures(
            each.number,
            names.get(each.number, each.label),
            figures.total(each.number),
            rounded_shares(figures.shares(each.number)),
        )
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


def keep_session(store: Store, uuid: str) -> None:
    """Keep a session until it is erased, whatever its deadline was; the caller commits. Raises as ``find_session``."""
    session = find_session(store, uuid)
    session.keep_for, session.keep_until = None, None


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


def _is_demo(*, demo: bool) -> ColumnElement[bool]:
    is_drawn = schema.Session.source.in_(DEMO_SOURCES)
    return is_drawn if demo else ~is_drawn


def _ids_in_order(store: Store, wanted: SessionFilter) -> list[int]:
    """The numbers of the sessions that are wanted. Words are compared here: SQLite knows the case of ASCII letters only."""
    session = schema.Session
    order: tuple[Any, ...] = NEWEST_FIRST
    if wanted.order == "oldest":
        order = (session.started_at, session.id)
    elif wanted.order == "longest":
        # Two queries, each of which takes one look at the index; one query for both would read all of it.
        first, last = (
            select(edge(schema.Observation.t)).where(schema.Observation.session_id == session.id).scalar_subquery()
            for edge in (func.min, func.max)
        )
        order = (func.coalesce(last - first, -1).desc(), *NEWEST_FIRST)
    query = select(session.id, session.title).order_by(*order)
    conditions = [] if wanted.demo is None else [_is_demo(demo=wanted.demo)]
    conditions += [] if wanted.since is None else [session.started_at >= wanted.since]
    conditions += [] if wanted.before is None else [session.started_at < wanted.before]
    rows = store.execute(query.where(*conditions)).all()
    if words := wanted.text.casefold().split():
        texts = {number: [title] for number, title in rows}
        for column, number_column in ((session.notes, session.id), (schema.Marker.text, schema.Marker.session_id)):
            for number, text in store.execute(select(number_column, column)):
                texts.get(number, []).append(text)
        found = {number: "\n".join(each).casefold() for number, each in texts.items()}
        rows = [row for row in rows if all(word in found[row[0]] for word in words)]
    if wanted.order == "title":
        rows = sorted(rows, key=lambda row: (not row[1], row[1].casefold()))
    return [number for number, *_ in rows]
