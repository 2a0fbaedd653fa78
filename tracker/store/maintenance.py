"""The upkeep of an open database: its lease is renewed, and what is past its deadline is deleted every ten minutes."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from threading import Event, Thread
from typing import Final, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session as Store

from tracker.core.clock import start_clock
from tracker.core.errors import StoreError
from tracker.core.frame import now
from tracker.store import leases
from tracker.store.retention import apply_retention
from tracker.store.vacuum import vacuum

T = TypeVar("T")
RENEWALS_PER_CLEANUP: Final = 30
"""The lease is renewed so often between two deletions: ten minutes."""


class Writer(Protocol):
    """A database's one writer, see ``Database``."""

    def write(self, function: Callable[[Store], T]) -> Future[T]: ...

    def write_outside_transaction(self, function: Callable[[Connection], T]) -> Future[T]: ...


class Maintenance:
    """Keeps a database up from ``start`` to ``stop``, in a thread of its own; ``lease`` is the lease's number."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._elapsed, self._opened = start_clock(), now()
        self._stopping = Event()
        self._thread = Thread(target=self._work, name="maintenance", daemon=True)
        self.lease = 0

    def start(self) -> None:
        """Acquire the lease, delete what is past its deadline, start the thread; StoreError when nothing can be written."""
        self.lease = self._writer.write(lambda store: leases.acquire_lease(store, self._opened)).result()
        self._delete_and_vacuum(lambda store: apply_retention(store, now()))
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread, release the lease, and delete what was kept until Mien closes; waits for all three."""
        self._stopping.set()
        self._thread.join()
        try:
            self._writer.write(lambda store: leases.release_lease(store, self.lease)).result()
            self._delete_and_vacuum(lambda store: apply_retention(store, now()))
        except StoreError as error:
            logging.getLogger(__name__).warning("%s What is over is taken away at the next start.", error)

    def clean_up(self) -> None:
        """Delete what is past its deadline, and wait for it; StoreError when nothing can be written."""

        def renew_and_delete(store: Store) -> bool:
            # Without its lease this Mien's own sessions would be taken for a crash's.
            self._renew(store)
            return apply_retention(store, now())

        self._delete_and_vacuum(renew_and_delete)

    def _delete_and_vacuum(self, delete: Callable[[Store], bool]) -> None:
        if self._writer.write(delete).result():
            try:
                self._writer.write_outside_transaction(vacuum).result()
            except StoreError as error:
                logging.getLogger(__name__).warning("%s", error)

    def _renew(self, store: Store) -> None:
        # What is kept until Mien closes is recognised by when it came: after a clock was set back, that is before the opening.
        self._opened = min(self._opened, now() - timedelta(seconds=self._elapsed()))
        leases.renew_lease(store, self.lease, self._opened, now())

    def _work(self) -> None:
        renewals = 0
        while not self._stopping.wait(leases.RENEWAL_SECONDS):
            renewals += 1
            try:
                self._writer.write(self._renew).result()
                if renewals % RENEWALS_PER_CLEANUP == 0:
                    self.clean_up()
            except StoreError as error:
                # Whoever has something to store is told; this can wait for the next renewal.
                logging.getLogger(__name__).info("%s", error)
            except Exception:
                # Without its lease a session that runs would be called interrupted by the next Mien.
                logging.getLogger(__name__).exception("mien: A mistake of Mien's, in full:")
