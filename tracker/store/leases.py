"""Who stores in a database just now: so a session that nobody ended is a crash's only if its Mien is gone.

Each Mien that has a database open holds a row, a lease, and renews it. On this machine a lease ends with its process, which is
identified by its number and by when it started: numbers are given again, and a process may sleep with the machine for a night.
On another machine a lease ends when it was not renewed for too long.
"""

import os
import platform
from datetime import UTC, datetime, timedelta
from typing import Final

import psutil
from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Store

from tracker.store import schema

RENEWAL_SECONDS: Final = 20.0
"""From one renewal to the next."""
EXPIRY: Final = timedelta(seconds=4.5 * RENEWAL_SECONDS)
"""Four renewals missed: longer than a busy disk or a lost server delays one, short enough for a page that shows it."""

PROCESS_START_TOLERANCE: Final = timedelta(minutes=1)
"""Two readings of when one process started may differ by so much."""


def acquire_lease(store: Store, at: datetime) -> int:
    """Add a lease of this process, taken at a moment; returns its number. The caller commits."""
    started = _process_start(os.getpid())
    lease = schema.Lease(host=platform.node(), pid=os.getpid(), process_at=started, began_at=at, alive_at=at)
    store.add(lease)
    store.flush()
    return lease.id


def renew_lease(store: Store, lease: int, began: datetime, at: datetime) -> None:
    """Write that this process is alive; the caller commits.

    A lease that another Mien took for over and deleted, as after a night's sleep of the machine, is added again.

    Args:
        store: A session of the database, inside a transaction.
        lease: Its number.
        began: When it was acquired.
        at: Now.
    """
    process_at = _process_start(os.getpid())
    store.merge(
        schema.Lease(id=lease, host=platform.node(), pid=os.getpid(), process_at=process_at, began_at=began, alive_at=at)
    )


def release_lease(store: Store, lease: int) -> None:
    """Delete a lease: its Mien closed the database. The caller commits."""
    store.execute(delete(schema.Lease).where(schema.Lease.id == lease))


def active_leases(store: Store, at: datetime) -> list[schema.Lease]:
    """The leases that hold at a moment; deletes the others. The caller commits."""
    leases = {lease: _is_active(lease, at) for lease in store.scalars(select(schema.Lease))}
    for lease, active in leases.items():
        if not active:
            store.delete(lease)
    store.flush()
    return [lease for lease, active in leases.items() if active]


def _is_active(lease: schema.Lease, at: datetime) -> bool:
    if lease.host != platform.node():
        return at - lease.alive_at < EXPIRY
    started = _process_start(lease.pid)
    if lease.process_at is None:
        # Of an older Mien, which did not write when it started.
        return started is not None and at - lease.alive_at < EXPIRY
    if started is None:
        return False
    # A system tells when a process started by a clock that may have been set since: then the process's age identifies it.
    silent_for = (at - started) - (lease.alive_at - lease.process_at)
    same_start = abs(started - lease.process_at) < PROCESS_START_TOLERANCE
    return same_start or -PROCESS_START_TOLERANCE < silent_for < EXPIRY


def _process_start(pid: int) -> datetime | None:
    """When a process of this machine started; None where there is none of that number."""
    try:
        return datetime.fromtimestamp(psutil.Process(pid).create_time(), UTC)
    except psutil.NoSuchProcess:
        return None
