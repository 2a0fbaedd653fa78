"""What a person says of possible readings of others on a call: added while the call runs, listed, gone with the session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UsageError
from tracker.store import schema
from tracker.store.columns import ID
from tracker.store.consents import require_not_revoked
from tracker.store.find_session import find_session
from tracker.store.partial_erase import erased_moments

NONE_OF_THEM: Final = "none"
"""Said where no reading that was shown is right."""


@dataclass(frozen=True, slots=True)
class ReadingVerdict:
    """One verdict; its members are as in ``schema.ReadingVerdict``."""

    id: int
    session: str
    number: int
    t: float
    at: datetime
    told: tuple[str, ...]
    said: str
    levels: Mapping[str, float | None]


def add_reading_verdict(
    store: Store,
    session_uuid: str,
    number: int,
    t: float,
    *,
    at: datetime,
    told: tuple[str, ...],
    said: str,
    levels: Mapping[str, float | None],
) -> None:
    """Store what the person says of what somebody's face may have meant; the caller commits.

    Args:
        store: A session of the database, inside a transaction.
        session_uuid: Of a session that is stored; the verdict is kept for as long as it is.
        number: The face's, in that session.
        t: When what was shown was computed, in seconds of the session.
        at: When the person said it.
        told: Ids of the readings that were shown, the likeliest first; empty where there were none.
        said: The id of the reading that is right, or NONE_OF_THEM.
        levels: Each reading -> what its signs added up to, 0 to 1, or None where that could not be told.

    Raises:
        UnknownError: The session is not stored.
        UsageError: ``said`` is no id, the person took back their consent, or that part of the session was erased.
    """
    found = find_session(store, session_uuid)
    if not ID.fullmatch(said):
        raise UsageError(f"A verdict is the id of a reading, or {NONE_OF_THEM}.")
    require_not_revoked(store, found.uuid, number)
    if erased_moments(store, found.id)(t):
        raise UsageError("This part of the session was erased: nothing of it is stored.")
    store.add(schema.ReadingVerdict(session=found.uuid, number=number, t=t, at=at, told=told, said=said, levels=dict(levels)))


def list_reading_verdicts(store: Store, session: str | None = None) -> Sequence[ReadingVerdict]:
    """All verdicts, or those of the session with this uuid, the oldest first."""
    verdict = schema.ReadingVerdict
    query = select(verdict).order_by(verdict.id)
    if session is not None:
        query = query.where(verdict.session == session)
    return [
        ReadingVerdict(row.id, row.session, row.number, row.t, row.at, row.told, row.said, row.levels)
        for row in store.scalars(query)
    ]
