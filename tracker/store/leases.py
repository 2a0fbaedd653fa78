"""Who stores in a database just now: so a session that nobody ended is a crash's only if its Mien is gone.

Each Mien that has a database open holds a row, a lease, and renews it. On this machine a lease is over when its process is,
known by its number and by when it began: numbers are given again, and a process may sleep with the machine for a night. On
another machine a lease is over when it was not renewed for long.
"""

import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import psutil
from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Store

from tracker.store import schema

RENEWAL_SECONDS: Final = 20.0
"""Seconds from one renewal to the next."""
EXPIRY: Final = timedelta(seconds=4.5 * RENEWAL_SECONDS)
"""Four renewals missed: longer than a busy disk or a lost server makes one wait, short enough for a page that shows it."""

PROCESS_START_TOLERANCE: Final = timedelta(minutes=1)
"""Two moments at which one process began are not told more exactly."""


def acquire_lease(store: Store, at: datetime) -> int:
    """A new lease of this process."""
    lease = schema.Lease(
        host=platform.node(), pid=os.getpid(), process_at=_process_start(os.getpid()), began_at=at, alive_at=at
    )
    store.add(lease)
    store.flush()
    return lease.id


def renew_lease(store: Store, lease: int, began: datetime, at: datetime) -> None:
    """Alive; a lease that another Mien thought over, as after a night's sleep of the machine, is taken again."""
    process_at = _process_start(os.getpid())
    store.merge(
        schema.Lease(id=lease, host=platform.node(), pid=os.getpid(), process_at=process_at, began_at=began, alive_at=at)
    )


def release_lease(store: Store, lease: int) -> None:
    """Closed as it should be."""
    store.execute(delete(schema.Lease).where(schema.Lease.id == lease))


def active_leases(store: Store, at: datetime) -> list[schema.Lease]:
    """The leases that hold; those that are over are taken away."""
    leases = {lease: _is_active(lease, at) for lease in store.scalars(select(schema.Lease))}
    for lease, holds in leases.items():
        if not holds:
            store.delete(lease)
    store.flush()
    return [lease for lease, holds in leases.items() if holds]


def _is_active(lease: schema.Lease, at: datetime) -> bool:
    if lease.host != platform.node():
        return at - lease.alive_at < EXPIRY
    began = _process_start(lease.pid)
    if lease.process_at is None:
        # Of a Mien that did not say when it began.
        return began is not None and at - lease.alive_at < EXPIRY
    if began is None:
        return False
    # A system tells when a process began by a clock that may since have been set: then its age tells who it is.
    unheard = (at - began) - (lease.alive_at - lease.process_at)
    return abs(began - lease.process_at) < PROCESS_START_TOLERANCE or -PROCESS_START_TOLERANCE < unheard < EXPIRY


def _process_start(pid: int) -> datetime | None:
    """When a process of this machine began; None where there is none of that number."""
    try:
        return datetime.fromtimestamp(psutil.Process(pid).create_time(), UTC)
    except psutil.NoSuchProcess:
        return None


def end_abandoned_sessions(store: Store, at: datetime, keep_until: Callable[[int | None, datetime], datetime | None]) -> None:
    """End the sessions that no living Mien runs, at their last observation, and mark them interrupted."""
    holders = [lease.id for lease in active_leases(store, at)]
    abandoned = schema.Session.lease_id.is_(None) | schema.Session.lease_id.not_in(holders)
    for session in store.scalars(select(schema.Session).where(schema.Session.ended_at.is_(None), abandoned)):
        last_t, last_at = last_observation(store, session) or (0.0, session.started_at)
        session.ended_at, session.interrupted = last_at, True
        if session.keep_for is not None:
            session.keep_until = keep_until(session.keep_for, last_at)
        for pause in session.pauses:
            if pause.ended_t is None:
                pause.ended_t = max(pause.began_t, last_t)
    store.flush()


def is_empty_session(store: Store, session: schema.Session) -> bool:
    """Whether there is nothing to look back at: no observation, as when no camera opened, and no word of the person's."""
    return not (session.title or session.notes or session.markers or last_observation(store, session))


def last_observation(store: Store, session: schema.Session) -> tuple[float, datetime] | None:
    """When it said something last, in its own seconds and by the clock."""
    said = select(schema.Observation.t, schema.Observation.at).where(schema.Observation.session_id == session.id)
    found = store.execute(said.order_by(schema.Observation.t.desc()).limit(1)).first()
    return None if found is None else (found[0], found[1])
