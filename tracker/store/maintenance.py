"""While a database is open: its lease is renewed, and what is over is taken away, at the start and on a slow clock."""

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
"""Renewals from one look at what is over to the next: ten minutes."""


class Writer(Protocol):
    """A database's one writer."""

    def write(self, function: Callable[[Store], T]) -> Future[T]: ...

    def alone(self, function: Callable[[Connection], T]) -> Future[T]: ...


class Maintenance:
    """From ``begin`` to ``end`` in a thread of its own."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._elapsed, self._first = start_clock(), now()
        self._stopping = Event()
        self._thread = Thread(target=self._work, name="keeper", daemon=True)
        self.lease = 0

    def begin(self) -> None:
        """StoreError when the database cannot be written."""
        self.lease = self._writer.write(lambda store: leases.acquire_lease(store, self._first)).result()
        self._take_away(_apply_retention)
        self._thread.start()

    def end(self) -> None:
        """Also the end of what was kept until Mien closes."""
        self._stopping.set()
        self._thread.join()
        try:
            self._writer.write(lambda store: leases.release_lease(store, self.lease)).result()
            self._take_away(_apply_retention)
        except StoreError as error:
            logging.getLogger(__name__).warning("%s What is over is taken away at the next start.", error)

    def tidy(self) -> None:
        """Take away what is over."""

        def work(store: Store) -> bool:
            self._renew(store)
            return _apply_retention(store)

        self._take_away(work)

    def _take_away(self, work: Callable[[Store], bool]) -> None:
        if self._writer.write(work).result():
            try:
                self._writer.alone(vacuum).result()
            except StoreError as error:
                logging.getLogger(__name__).warning("%s", error)

    def _renew(self, store: Store) -> None:
        # What is kept until Mien closes is told by when it came: after a clock was set back, that lies before our beginning.
        self._first = min(self._first, now() - timedelta(seconds=self._elapsed()))
        leases.renew_lease(store, self.lease, self._first, now())

    def _work(self) -> None:
        beats = 0
        while not self._stopping.wait(leases.RENEWAL_SECONDS):
            beats += 1
            try:
                self._writer.write(self._renew).result()
                if beats % RENEWALS_PER_CLEANUP == 0:
                    self.tidy()
            except StoreError as error:
                # Whoever has something to store is told; this can wait for the next time.
                logging.getLogger(__name__).info("%s", error)
            except Exception:
                # Without its lease a session that runs would be called interrupted by the next Mien.
                logging.getLogger(__name__).exception("mien: A mistake of Mien's, in full:")


def _apply_retention(store: Store) -> bool:
    return apply_retention(store, now())
