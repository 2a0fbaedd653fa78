"""What was stored, read back: the sessions as a list, one of them in full, and what a person may change of it."""

from collections import Counter
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session as Store
from sqlalchemy.orm import joinedload

from tracker.notes import line
from tracker.rows import timestamp
from tracker.store import schema
from tracker.store.lookup import find
from tracker.store.stretch import Stretch, numbered, timeline
from tracker.vocabulary import EXPRESSIONS, UNCLEAR

__all__ = ["Stretch", "Summary", "find", "rename", "session_detail", "sessions", "set_notes", "timeline"]

WORDS: Final = (*EXPRESSIONS, UNCLEAR)
GLANCE: Final = 1000
"""Observations from which a list estimates the shares of a longer session: within 3 points of the truth, 19 times in 20."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A session as a line of a list.

    id: its uuid. model: sha256 of the file. seconds: from the session's beginning to its last observation. shares:
    expression or unclear -> its share of all readings, 0 to 1, in the vocabulary's order; empty without readings.
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
    observations: int
    seconds: float
    shares: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """As JSON: moments as text, "model" among them as its sha256."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: timestamp(value) if isinstance(value, datetime) else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Detail:
    """A session in full: shares are exact, participants tell their own, gaps are those of ``timeline``."""

    summary: Summary
    participants: tuple[dict[str, Any], ...]
    markers: tuple[schema.Marker, ...]
    pauses: tuple[schema.Pause, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON: the summary's members, and lists of participants, markers and pauses."""
        markers = [{"id": each.id, "t": each.t, "at": timestamp(each.at), "text": each.text} for each in self.markers]
        pauses = [{"from": each.began_t, "to": each.ended_t, "why": each.why} for each in self.pauses]
        more = {"participants": list(self.participants), "markers": markers, "pauses": pauses}
        return self.summary.as_dict() | more


def sessions(store: Store, *, most: int | None = None, skip: int = 0) -> list[Summary]:
    """The sessions, newest first; ``most`` of them after the first ``skip``. Shares of long ones are estimated."""
    query = select(schema.Session).options(joinedload(schema.Session.model))
    newest = query.order_by(schema.Session.started_at.desc(), schema.Session.id.desc()).limit(most).offset(skip)
    return [_summary(store, session, _glance(store, session)) for session in store.scalars(newest)]


def lengths(store: Store, since: datetime) -> list[tuple[datetime, float]]:
    """(beginning, seconds) of the sessions since a moment, newest first."""
    session, t = schema.Session, schema.Observation.t
    last = select(func.max(t)).where(schema.Observation.session_id == session.id).correlate(session).scalar_subquery()
    newest = select(session.started_at, last).where(session.started_at >= since)
    rows = store.execute(newest.order_by(session.started_at.desc(), session.id.desc()))
    return [(began, seconds or 0.0) for began, seconds in rows]


def session_detail(store: Store, uuid: str) -> Detail:
    """A session with its participants, markers and pauses; UsageError when there is none."""
    session = find(store, uuid)
    counts = _counts(store, session)
    people = ((each, counts.get(each.id, Counter())) for each in session.participants)
    participants = tuple(
        {"id": each.number, "label": each.label, "readings": count.total(), "shares": _shares(count)} for each, count in people
    )
    summary = _summary(store, session, sum(counts.values(), Counter()))
    return Detail(summary, participants, tuple(session.markers), tuple(session.pauses))


def seconds_at(store: Store, session: schema.Session, at: datetime) -> float:
    """When a session observed something nearest to a moment of the wall clock, which may have been set meanwhile; else 0."""
    observation = schema.Observation
    apart = func.abs(type_coerce(observation.at, BigInteger) - round(at.timestamp() * 1000))
    nearest = select(observation.t).where(observation.session_id == session.id).order_by(apart, observation.t).limit(1)
    return store.scalar(nearest) or 0.0


def rename(store: Store, uuid: str, title: str) -> None:
    """Give a session a title, "" for none; the caller commits. UsageError when it is no line."""
    find(store, uuid).title = line(title, "A title")


def set_notes(store: Store, uuid: str, notes: str) -> None:
    """Keep what a person noted of a session; the caller commits."""
    find(store, uuid).notes = notes.strip()


def _glance(store: Store, session: schema.Session) -> Counter[str]:
    total = store.scalar(select(func.count()).where(schema.Observation.session_id == session.id)) or 0
    return sum(_counts(store, session, max(1, -(-total // GLANCE))).values(), Counter())


def _summary(store: Store, session: schema.Session, counts: Counter[str]) -> Summary:
    observation = schema.Observation
    query = select(func.count(), func.max(observation.t)).where(observation.session_id == session.id)
    observations, last = store.execute(query).one()
    known = {field.name for field in fields(Summary)} & set(schema.Session.__table__.columns.keys()) - {"id"}
    return Summary(
        **{name: getattr(session, name) for name in known},
        id=session.uuid,
        model=None if session.model is None else session.model.sha256,
        observations=observations,
        seconds=round(last or 0.0, 3),
        shares=_shares(counts),
    )


def _counts(store: Store, session: schema.Session, every: int = 1) -> dict[int, Counter[str]]:
    """How often each participant showed each expression, in every so many observations."""
    reading = schema.Reading
    query = select(reading.participant_id, reading.expression, func.count())
    if every == 1:
        query = query.join(schema.Observation, schema.Observation.id == reading.observation_id)
        query = query.where(schema.Observation.session_id == session.id)
    else:
        kept = numbered(session.id)
        query = query.join(kept, kept.c.id == reading.observation_id).where(kept.c.number % every == 0)
    counts: dict[int, Counter[str]] = {}
    for who, expression, count in store.execute(query.group_by(reading.participant_id, reading.expression)):
        counts.setdefault(who, Counter())[expression] = count
    return counts


def _shares(counts: Counter[str]) -> dict[str, float]:
    return {word: round(counts[word] / counts.total(), 4) for word in WORDS if word in counts}
