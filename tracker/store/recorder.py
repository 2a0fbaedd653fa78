"""A session, stored while it runs: rows wait in memory until the database has them, and nobody waits for the database."""

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Condition, Thread
from time import monotonic
from typing import Final, Literal, Self

from sqlalchemy.orm import Session as Store

from tracker.core.errors import StoreError
from tracker.core.frame import now
from tracker.core.records import ObservationRecord
from tracker.live.timeline import Why
from tracker.store import schema
from tracker.store.database import CLOSE_SECONDS, Database
from tracker.store.find_session import is_empty_session
from tracker.store.partial_erase import erased_moments
from tracker.store.retention import delete_keeping_verdicts, moment_after
from tracker.store.write_batch import Batch, Change, SessionBeginning, SessionErased, write_batch

BATCH_SECONDS: Final = 0.5
"""Seconds from the beginning of one batch to that of the next: kill -9 takes no more, and what a commit takes."""
RETRY_SECONDS: Final = 2.0
"""Seconds until a database that failed is tried again."""
MAX_WAITING_ROWS: Final = 21_600
"""Rows that wait: three hours at 2 Hz, as in the timeline; then the oldest are lost."""
MAX_BATCH_ROWS: Final = 2_000
"""Rows of a batch, after a long failure: so that others may write in between."""
FILE_SECONDS: Final = 5.0
"""How long ``close`` waits for a file, which another program may be writing; for a server ``CLOSE_SECONDS``."""
JOIN_SECONDS: Final = 0.5
"""A batch that was given up has ended by then, unless it waits for a file that another program writes."""

Tell = Callable[[str | None], None]


class Recorder:
    """A sink that stores what it is given; any thread may call it, and none is held up.

    trouble: a sentence while nothing can be saved, else None; ``tell`` is called with each change, in a thread of its own.
    dropped: rows that were lost because the database failed for too long.
    """

    def __init__(
        self, database: Database, beginning: SessionBeginning, tell: Tell = lambda _: None, most: int = MAX_WAITING_ROWS
    ) -> None:
        self._database, self._beginning, self._tell, self._most = database, beginning, tell, most
        self._rows: deque[ObservationRecord] = deque()
        self._changes: deque[Change] = deque()
        self._begun, self._again, self._on_the_way, self._rows_on_the_way = False, False, False, 0
        self._t = 0.0
        self._paused_at: float | None = None
        self._lost: tuple[float, float] | None = None
        self._due, self._ended, self._over = True, False, False
        self._popped = monotonic()
        self._news = Condition()
        self.trouble: str | None = None
        self.dropped = 0
        self._thread = Thread(target=self._work, name="recorder", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self.close()

    def write(self, record: ObservationRecord) -> None:
        """Take an observation; the first one that lies after a pause ends it, a late one from before does not."""
        with self._news:
            self._t = record.t
            if self._paused_at is not None and self._t > self._paused_at:
                self._paused_at = None
                self._changes.append(partial(_end_pause, t=self._t))
            self._rows.append(record)
            if len(self._rows) > self._most:
                self._drop()

    def pause(self, why: Why = "paused", t: float | None = None) -> None:
        """No observations until the next row; t: of the last row before, if that may come later than this call."""
        with self._news:
            self._paused_at = self._t if t is None else t
            self._changes.append(partial(_pause, t=self._paused_at, why=why))

    def paused(self, begin: float, end: float, why: Why | Literal["unsaved"]) -> None:
        """A stretch without observations that is over, in seconds of the session."""
        self._change(partial(_paused, begin=begin, end=end, why=why))

    def mark(self, text: str, t: float | None = None, at: datetime | None = None) -> None:
        """A note on a moment: on the last one, if none is given."""
        self._change(partial(_mark, t=self._t if t is None else t, at=at or now(), text=text))

    def entitle(self, title: str) -> None:
        """What the person calls it."""
        self._change(lambda _, session: setattr(session, "title", title))

    def end(self, at: datetime | None = None) -> None:
        """The session is over; what waits is still stored, also later if the database fails just now."""
        with self._news:
            if not self._ended:
                self._changes.append(partial(_end, t=self._t, at=at or now()))
                self._ended = self._due = True
                self._news.notify_all()

    def flush(self, seconds: float = 5.0) -> bool:
        """Have what waits stored now; False if it could not be by then."""
        with self._news:
            self._due = True
            self._news.notify_all()
            return self._news.wait_for(lambda: self._over or self._stored(), seconds) and self._stored()

    def close(self) -> bool:
        """After ``end``: wait for what is still to be stored, then give up; False if something was: ``trouble`` says what."""
        stored = self.flush(CLOSE_SECONDS if self._database.path is None else FILE_SECONDS)
        with self._news:
            gave_up = not (stored or self._over)
            self._over = True
            self._news.notify_all()
        self._thread.join(JOIN_SECONDS)
        with self._news:
            left = self.dropped + len(self._rows) + self._rows_on_the_way
        if gave_up:
            trouble = self.trouble or f"Not being saved: {self._database.name} did not answer in time."
            self.trouble = f"{trouble} The end of the session is not stored" + (
                f", nor {left:,} of its observations." if left else "."
            )
        if not stored and self.trouble:
            logging.getLogger(__name__).warning("%s", self.trouble)
        return stored

    def _change(self, change: Change) -> None:
        with self._news:
            self._changes.append(change)

    def _drop(self) -> None:
        t = self._rows.popleft().t
        self._lost = (self._lost[0] if self._lost else t, t)
        self.dropped += 1

    def _stored(self) -> bool:
        return self._begun and not (self._on_the_way or self._rows or self._changes)

    def _work(self) -> None:
        finished = False
        try:
            while not self._over:
                self._store(self._next())
            finished = True
        finally:
            with self._news:
                self._over = True
                self._news.notify_all()
            if not finished:
                self._become("Not being saved: Mien made a mistake; the terminal it was started from says more.")

    def _next(self) -> Batch:
        """What waits, when it is time; rows first, for what changes the session may be its end."""
        with self._news:
            # From the last pop on, not from the end of the write: what was said during it has waited for as long.
            wait = RETRY_SECONDS if self._again else self._popped + BATCH_SECONDS - monotonic()
            self._news.wait_for(lambda: self._over or (self._due and not self._again), wait)
            self._popped = monotonic()
            rows = [self._rows.popleft() for _ in range(min(MAX_BATCH_ROWS, len(self._rows)))]
            self._due = bool(self._rows)
            changes: list[Change] = []
            if not self._rows:
                changes = [*self._gap(), *self._changes]
                self._changes.clear()
            self._on_the_way, self._rows_on_the_way = bool(rows or changes), len(rows)
            return Batch(rows, changes, self._again)

    def _gap(self) -> list[Change]:
        """The stretch that is missing because the database was away for too long."""
        lost, self._lost = self._lost, None
        return [] if lost is None else [partial(_paused, begin=lost[0], end=lost[1], why="unsaved")]

    def _store(self, batch: Batch) -> None:
        """Write a batch, or put it back."""
        trouble = None
        if batch.rows or batch.changes or not self._begun:
            write = partial(write_batch, beginning=self._beginning, lease=self._database.lease, batch=batch, begun=self._begun)
            try:
                self._database.write(write).result()
            except SessionErased as error:
                self._become(str(error))
                self._over = True
                return
            except StoreError as error:
                trouble = f"Not being saved: {error}"
        with self._news:
            self._again, self._on_the_way, self._rows_on_the_way = trouble is not None, False, 0
            if trouble:
                self._put_back(batch)
                trouble += f" {self.dropped:,} observations are lost already." if self.dropped else ""
            else:
                self._begun = True
                self._over |= self._ended and self._stored()
            self._news.notify_all()
        self._become(trouble)

    def _become(self, trouble: str | None) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self._tell(trouble)

    def _put_back(self, batch: Batch) -> None:
        self._rows.extendleft(reversed(batch.rows))
        self._changes.extendleft(reversed(batch.changes))
        while len(self._rows) > self._most:
            self._drop()


def _mark(store: Store, session: schema.Session, t: float, at: datetime, text: str) -> None:
    if not erased_moments(store, session.id)(t):
        session.markers.append(schema.Marker(t=t, at=at, text=text))


def _pause(_: Store, session: schema.Session, t: float, why: str) -> None:
    _end_pause(_, session, t)
    session.pauses.append(schema.Pause(began_t=t, why=why))


def _paused(_: Store, session: schema.Session, begin: float, end: float, why: str) -> None:
    session.pauses.append(schema.Pause(began_t=begin, ended_t=end, why=why))


def _end_pause(_: Store, session: schema.Session, t: float) -> None:
    for pause in session.pauses:
        if pause.ended_t is None:
            pause.ended_t = max(t, pause.began_t)


def _end(store: Store, session: schema.Session, t: float, at: datetime) -> None:
    if is_empty_session(store, session):
        delete_keeping_verdicts(store, schema.Session, schema.Session.id == session.id)
        return
    _end_pause(store, session, t)
    session.ended_at = at
    if session.keep_for is not None:
        session.keep_until = moment_after(session.keep_for, at)
