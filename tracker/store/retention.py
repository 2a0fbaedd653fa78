"""How long sessions and pictures are kept: the person's choice, each thing's deadline, and deleting what is past it.

What a person saved with a verdict is never deleted here: it stays until they erase it. Only ``delete_keeping_verdicts`` and
``erase.py`` (on a person's word) delete a session or a picture.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import BigInteger, ColumnElement, CursorResult, Delete, delete, select, type_coerce, update
from sqlalchemy.orm import Session as Store

from tracker.config.settings import RETENTIONS, Retention
from tracker.core.errors import UsageError
from tracker.store import leases, schema
from tracker.store.columns import MILLISECONDS_PER_SECOND
from tracker.store.preferences import get_preference, set_preference

__all__ = [
    "HEADLESS_RETENTION",
    "RETENTIONS",
    "UNTIL_CLOSED",
    "Retention",
    "apply_retention",
    "delete_keeping_verdicts",
    "get_retention",
    "keep_until",
    "parse_retention",
    "retention_seconds",
    "set_retention",
]

RETENTION_PREFERENCE: Final = "retention"
HEADLESS_RETENTION: Final[Retention] = "30d"
"""Where nobody was asked."""

RETENTION_SECONDS: Final[dict[Retention, int]] = {"24h": 24 * 3600, "30d": 30 * 24 * 3600}
UNTIL_CLOSED: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""``keep_until`` of what is kept until Mien closes."""


def parse_retention(name: str) -> Retention:
    """One of RETENTIONS; UsageError for anything else."""
    for known in RETENTIONS:
        if name == known:
            return known
    raise UsageError(f"{name!r} is no time to keep things for: there are {', '.join(RETENTIONS)}.")


def get_retention(store: Store) -> Retention | None:
    """What the person decided; None before they were asked, and then nothing may be stored."""
    found = get_preference(store, RETENTION_PREFERENCE)
    return None if found is None else parse_retention(found)


def retention_seconds(retention: Retention) -> int | None:
    """Seconds; None for what does not go by the clock."""
    return RETENTION_SECONDS.get(retention)


def keep_until(retention: Retention, at: datetime) -> datetime | None:
    """Until when something of this moment is kept, such as a picture or an ended session; None is for ever."""
    if retention == "session":
        return UNTIL_CLOSED
    return at if retention == "nothing" else moment_after(retention_seconds(retention), at)


def moment_after(seconds: int | None, at: datetime) -> datetime | None:
    """A moment so much later; None is never."""
    return None if seconds is None else at + timedelta(seconds=seconds)


def set_retention(store: Store, retention: Retention, at: datetime) -> None:
    """Decide for what comes, and for what is already kept; ``apply_retention`` then takes away what is over."""
    set_preference(store, RETENTION_PREFERENCE, retention)
    seconds = retention_seconds(retention)
    everything = keep_until(retention, at) if seconds is None else None
    store.execute(update(schema.Session).values(keep_for=seconds, keep_until=everything))
    store.execute(update(schema.Picture).values(keep_until=everything))
    if seconds is not None:
        for row, since in ((schema.Session, schema.Session.ended_at), (schema.Picture, schema.Picture.at)):
            later = type_coerce(since, BigInteger) + seconds * MILLISECONDS_PER_SECOND
            store.execute(update(row).where(since.is_not(None)).values(keep_until=type_coerce(later, row.keep_until.type)))


def apply_retention(store: Store, at: datetime) -> bool:
    """End what crashed, take away what is over, and say whether anything was."""
    leases.end_abandoned_sessions(store, at, moment_after)
    holders = leases.active_leases(store, at)
    since = min((lease.began_at for lease in holders), default=UNTIL_CLOSED)
    for row, began in ((schema.Session, schema.Session.started_at), (schema.Picture, schema.Picture.at)):
        store.execute(update(row).where(row.keep_until == UNTIL_CLOSED, began < since).values(keep_until=at))
    gone = [delete_keeping_verdicts(store, row, row.keep_until <= at) for row in (schema.Session, schema.Picture)]
    return any(gone + [_trim(store, session, at) for session in _running(store)])


def delete_keeping_verdicts(store: Store, row: type[schema.Session | schema.Picture], *which: ColumnElement[bool]) -> int:
    """Delete sessions or pictures with all that belongs to them, but nothing that a person saved; how many went.

    A face with a verdict stays, without its session or picture. A picture that was ticked stays whole.
    """
    # Locked first: a verdict that another Mien is just saving on one of them is there when we go on.
    found = store.scalars(select(row.id).where(*which).with_for_update()).all()
    return sum(_take_away(store, row, number) for number in found)


def _take_away(store: Store, row: type[schema.Session | schema.Picture], number: int) -> int:
    prediction, verdict = schema.Prediction, schema.Verdict
    inside = (prediction.session_id if row is schema.Session else prediction.picture_id) == number
    if row is schema.Picture and store.scalar(select(verdict.id).join(prediction).where(inside, verdict.whole)):
        return 0
    labelled = select(verdict.id).where(verdict.prediction_id == prediction.id).exists()
    outside = {"session_id" if row is schema.Session else "picture_id": None}
    store.execute(update(prediction).where(inside, labelled).values(outside))
    return _count(store, delete(row).where(row.id == number))


def _running(store: Store) -> list[schema.Session]:
    """Sessions that go on and are kept by the clock: their oldest part may be over before they end."""
    query = select(schema.Session).where(schema.Session.ended_at.is_(None), schema.Session.keep_for.is_not(None))
    return list(store.scalars(query))


def _trim(store: Store, session: schema.Session, at: datetime) -> int:
    """Take away what such a session said too long ago."""
    limit = at - timedelta(seconds=session.keep_for or 0)
    said = (schema.Observation, schema.Marker)
    return sum(_count(store, delete(row).where(row.session_id == session.id, row.at < limit)) for row in said)


def _count(store: Store, deletion: Delete) -> int:
    """How many rows it takes away."""
    return cast("CursorResult[Any]", store.execute(deletion)).rowcount
