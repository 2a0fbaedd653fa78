"""What the dashboard keeps: the store behind it, opened if it can be; without it everything else still works."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy.orm import Session as Store

from tracker.config.settings import Retention
from tracker.core.errors import MissingError, StoreError
from tracker.core.frame import now
from tracker.store import retention
from tracker.store.database import Database
from tracker.store.retention import count_stored

Answer = TypeVar("Answer")

LARGEST_ID: Final = 2**31 - 1
"""Of a row in a database: PostgreSQL's own."""


class Storage:
    """A database that is open, or the sentence that says why there is none. url: as the setting ``db``."""

    def __init__(self, url: str | None) -> None:
        self._stack = ExitStack()
        self.database: Database | None = None
        self.retention: Retention | None = None
        self.trouble: str | None = None
        try:
            self.database = self._stack.enter_context(Database(url))
            with self.database.session() as store:
                self.retention = retention.get_retention(store)
        except StoreError as error:
            self.trouble = str(error)

    def give_up_soon(self) -> None:
        """Call it when Mien ends, before whatever may wait for the database is closed: it then waits for seconds at most."""
        if self.database is not None:
            self.database.give_up_soon()

    def close(self) -> None:
        """What waits is still written."""
        self._stack.close()

    @property
    def keeps(self) -> bool:
        """Whether anything is stored by itself: only once the person has said for how long."""
        return self.database is not None and self.retention not in (None, "nothing")

    def keep_until(self, at: datetime) -> datetime | None:
        """When retention takes away what was recorded at a moment; None is for ever."""
        return retention.deadline(self.retention or "nothing", at)

    def decide(self, choice: str) -> None:
        """For how long from now on, and of what is kept already; UsageError for what is no choice."""
        decided = retention.parse_retention(choice)
        self.written(lambda store: retention.set_retention(store, decided, now()))
        self.retention = decided
        self.require().apply_retention()

    @property
    def place(self) -> str:
        """Where it is kept, for people."""
        return "nowhere" if self.database is None else self.database.name

    @property
    def where(self) -> str:
        """The same as a part of a sentence."""
        return "nowhere" if self.database is None else self.database.location

    @property
    def words(self) -> str:
        """What is stored now, and what will be: the sentence below every page, true at the moment it is asked for."""
        if self.database is None:
            return "Nothing is stored."
        if self.keeps:
            return f"What it says is stored {self.where}."
        try:
            with self.reading() as store:
                there = count_stored(store)
        except StoreError:
            # A page that tells of the trouble has this sentence, too.
            return ""
        until = " until you say for how long" if self.retention is None else ""
        if not there:
            return f"Nothing is stored{until}."
        listed = ", ".join(f"{count:,} {name}{'s' * (count != 1)}" for name, count in there.items())
        return f"Nothing is added by itself{until}; stored {self.where}: {listed}."

    def require(self) -> Database:
        """The open database; MissingError says why there is none."""
        if self.database is None:
            raise MissingError(f"Nothing is being saved: {self.trouble}")
        return self.database

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """To read with."""
        with self.require().session() as store:
            yield store

    def written(self, work: Callable[[Store], Answer]) -> Answer:
        """Have something written, and wait for it."""
        return self.require().write(work).result()
