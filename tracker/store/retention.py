"""How long sessions and pictures are kept: the person's choice, each thing's deadline, and deleting what is past it.

What a person saved with a verdict is never deleted here: it stays until they erase it. Only ``delete_keeping_verdicts`` and
``erase.py`` (on a person's word) delete a session or a picture.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import BigInteger, ColumnElement, CursorResult, Delete, delete, func, select, type_coerce, update
from sqlalchemy.orm import Session as Store

from tracker.config.settings import RETENTIONS, Retention
from tracker.core.errors import UsageError
from tracker.store import leases, schema
from tracker.store.columns import MILLISECONDS_PER_SECOND
from tracker.store.find_session import last_observation

RETENTION_PREFERENCE: Final = "retention"
HEADLESS_RETENTION: Final[Retention] = "30d"
"""Without a screen, where nobody was asked."""

RETENTION_SECONDS: Final[dict[Retention, int]] = {"24h": 24 * 3600, "30d": 30 * 24 * 3600}
UNTIL_CLOSED: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""The deadline of what is kept until Mien closes."""


def get_preference(store: Store, name: str) -> Any:
    """What the person decided under a name, as JSON has it; None if nothing was decided."""
    found = store.get(schema.Preference, name)
    return None if found is None else found.value


def set_preference(store: Store, name: str, value: Any) -> None:
    """Store a decision of the person's, any JSON value, in place of an earlier one of that name; the caller commits."""
    store.merge(schema.Preference(name=name, value=value))


def parse_retention(name: str) -> Retention:
    """One of RETENTIONS; UsageError for anything else."""
    for known in RETENTIONS:
        if name == known:
            return known
    raise UsageError(f"{name!r} is not a retention: choose one of {', '.join(RETENTIONS)}.")


def get_retention(store: Store) -> Retention | None:
    """What the person decided; None before they were asked, and then nothing may be stored."""
    found = get_preference(store, RETENTION_PREFERENCE)
    return None if found is None else parse_retention(found)


def set_retention(store: Store, retention: Retention, at: datetime) -> None:
    """Decide for what comes and for what is stored already; the caller commits, and then runs ``Database.apply_retention``.

    Args:
        store: A session of the database, inside a transaction.
        retention: How long, from the end of a session or the upload of a picture.
        at: Now: the deadline of everything if nothing is to be kept.
    """
    set_preference(store, RETENTION_PREFERENCE, retention)
    seconds = retention_seconds(retention)
    everything = deadline(retention, at) if seconds is None else None
    store.execute(update(schema.Session).values(keep_for=seconds, keep_until=everything))
    store.execute(update(schema.Picture).values(keep_until=everything))
    if seconds is not None:
        for row, since in ((schema.Session, schema.Session.ended_at), (schema.Picture, schema.Picture.at)):
            later = type_coerce(since, BigInteger) + seconds * MILLISECONDS_PER_SECOND
            store.execute(update(row).where(since.is_not(None)).values(keep_until=type_coerce(later, row.keep_until.type)))


def retention_seconds(retention: Retention) -> int | None:
    """Seconds from a session's end to its deadline; None for a choice that the clock does not decide."""
    return RETENTION_SECONDS.get(retention)


def deadline(retention: Retention, at: datetime) -> datetime | None:
    """Until when a picture of this moment, or a session that ended at it, is kept; None is forever."""
    if retention == "session":
        return UNTIL_CLOSED
    return at if retention == "nothing" else moment_after(retention_seconds(retention), at)


def moment_after(seconds: int | None, at: datetime) -> datetime | None:
    """The moment that many seconds later; None is never."""
    return None if seconds is None else at + timedelta(seconds=seconds)


def apply_retention(store: Store, at: datetime) -> bool:
    """End abandoned sessions, and delete what is past its deadline; the caller commits.

    Returns:
        Whether anything was deleted: then the database should be vacuumed.
    """
    end_abandoned_sessions(store, at)
    holders = leases.active_leases(store, at)
    # A Mien that began after a thing came is not the one until whose end it is kept.
    since = min((lease.began_at for lease in holders), default=UNTIL_CLOSED)
    for row, began in ((schema.Session, schema.Session.started_at), (schema.Picture, schema.Picture.at)):
        store.execute(update(row).where(row.keep_until == UNTIL_CLOSED, began < since).values(keep_until=at))
    deleted = [delete_keeping_verdicts(store, row, row.keep_until <= at) for row in (schema.Session, schema.Picture)]
    # Of a session that runs for days, the oldest part is past its time before the session ends.
    running = select(schema.Session).where(schema.Session.ended_at.is_(None), schema.Session.keep_for.is_not(None))
    for session in store.scalars(running).all():
        oldest = at - timedelta(seconds=session.keep_for or 0)
        deleted += [
            _delete(store, delete(table).where(table.session_id == session.id, table.at < oldest))
            for table in (schema.Observation, schema.Marker)
        ]
        verdict = schema.ReadingVerdict
        deleted.append(_delete(store, delete(verdict).where(verdict.session == session.uuid, verdict.at < oldest)))
    return any(deleted)


def end_abandoned_sessions(store: Store, at: datetime) -> None:
    """End the sessions that no running Mien holds, at their last observation, and mark them interrupted."""
    holders = [lease.id for lease in leases.active_leases(store, at)]
    abandoned = schema.Session.lease_id.is_(None) | schema.Session.lease_id.not_in(holders)
    for session in store.scalars(select(schema.Session).where(schema.Session.ended_at.is_(None), abandoned)):
        last_t, last_at = last_observation(store, session) or (0.0, session.started_at)
        session.ended_at, session.interrupted = last_at, True
        if session.keep_for is not None:
            session.keep_until = moment_after(session.keep_for, last_at)
        for pause in session.pauses:
            if pause.ended_t is None:
                pause.ended_t = max(pause.began_t, last_t)
    store.flush()


def delete_keeping_verdicts(store: Store, row: type[schema.Session | schema.Picture], *which: ColumnElement[bool]) -> int:
    """Delete sessions or pictures with all that belongs to them, except what a person saved; the caller commits.

    A face with a verdict stays, without its session or picture. A picture that was saved whole with a verdict stays whole.

    Args:
        store: A session of the database, inside a transaction.
        row: Which of the two.
        which: Conditions on that table; all of them hold for what is deleted.

    Returns:
        How many sessions or pictures were deleted.
    """
    prediction, verdict = schema.Prediction, schema.Verdict
    parent = prediction.session_id if row is schema.Session else prediction.picture_id
    detached = {"session_id" if row is schema.Session else "picture_id": None}
    labelled = select(verdict.id).where(verdict.prediction_id == prediction.id).exists()
    deleted = 0
    # Locked first: a verdict that another Mien is just saving on one of them is committed before this goes on.
    for number in store.scalars(select(row.id).where(*which).with_for_update()).all():
        saved_whole = select(verdict.id).join(prediction).where(parent == number, verdict.whole)
        if row is schema.Picture and store.scalar(saved_whole):
            continue
        store.execute(update(prediction).where(parent == number, labelled).values(detached))
        if row is schema.Session:
            uuid = select(schema.Session.uuid).where(schema.Session.id == number).scalar_subquery()
            store.execute(delete(schema.Consent).where(schema.Consent.session == uuid))
        deleted += _delete(store, delete(row).where(row.id == number))
    return deleted


def count_stored(store: Store) -> dict[str, int]:
    """How many are stored of each that there is: "session", "picture" and "verdict" -> their number, above 0."""
    counts = {
        "session": func.count(schema.Session.id),
        "picture": func.count(schema.Picture.id),
        "verdict": func.count(schema.Verdict.id),
    }
    found = {name: store.scalar(select(count)) or 0 for name, count in counts.items()}
    return {name: count for name, count in found.items() if count}


def _delete(store: Store, deletion: Delete) -> int:
    """The number of rows deleted; SQLAlchemy types a deletion's result too generally to have it."""
    return cast("CursorResult[Any]", store.execute(deletion)).rowcount
