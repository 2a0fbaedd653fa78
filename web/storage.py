"""The dashboard's storage: the database, or why it could not be opened; without it the pages still work, and store nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy.orm import Session as Store

from tracker.config.mode import MODE_PREFERENCE, parse_mode
from tracker.config.settings import Mode, Retention
from tracker.core.errors import MissingError, StoreError
from tracker.core.frame import now
from tracker.core.records import Json
from tracker.store import retention
from tracker.store.database import Database
from tracker.store.retention import count_stored

Answer = TypeVar("Answer")

LARGEST_ID: Final = 2**31 - 1
"""The largest number of a row that PostgreSQL can store."""


class Storage:
    """An open database with its retention, or the error that says why there is none. Any thread may call.

    Args:
        url: The setting ``db``; None is the database in the data folder.

    Attributes:
        database: None if it could not be opened.
        retention: For how long is stored; None as long as the person has not decided.
        mode: Where the person said on a page that they use Mien; None before. Without a database it holds until Mien closes.
        error: Why there is no database, as a sentence, or None.
    """

    def __init__(self, url: str | None) -> None:
        self._stack = ExitStack()
        self.database: Database | None = None
        self.retention: Retention | None = None
        self.mode: Mode | None = None
        self._unstored = dict[str, Json]()
        self.error: str | None = None
        try:
            self.database = self._stack.enter_context(Database(url))
            with self.database.session() as store:
                self.retention = retention.get_retention(store)
            answer = self.preference(MODE_PREFERENCE)
            self.mode = None if answer is None else parse_mode(str(answer))
        except StoreError as error:
            self.error = str(error)

    def give_up_soon(self) -> None:
        """From now on wait for the database for seconds at most; called when Mien ends, before anything is closed."""
        if self.database is not None:
            self.database.give_up_soon()

    def close(self) -> None:
        """Close the database, after what was given to it is written."""
        self._stack.close()

    @property
    def is_persistent(self) -> bool:
        """Whether sessions and uploads are stored: only after the person has decided for how long."""
        return self.database is not None and self.retention not in (None, "nothing")

    def deadline(self, at: datetime) -> datetime | None:
        """When what was recorded at ``at`` is deleted; None is never."""
        return retention.deadline(self.retention or "nothing", at)

    def set_retention(self, choice: str) -> None:
        """Decide for how long is stored from now on, and delete what has been stored for longer.

        Raises:
            UsageError: ``choice`` is none of the choices.
            MissingError: There is no database.
            StoreError: The database cannot be written.
        """
        decided = retention.parse_retention(choice)
        self.write(lambda store: retention.set_retention(store, decided, now()))
        self.retention = decided
        self.require().apply_retention()

    def set_mode(self, choice: str) -> None:
        """Take in where the person says that they use Mien.

        Raises:
            UsageError: ``choice`` is none of the choices.
            StoreError: The database cannot be written; then the answer before still holds.
        """
        answer = parse_mode(choice)
        self.set_preference(MODE_PREFERENCE, answer)
        self.mode = answer

    def preference(self, name: str) -> Json:
        """What the person decided under a name; None if nothing was decided. StoreError if the database cannot be read."""
        if self.database is None:
            return self._unstored.get(name)
        with self.reading() as store:
            decided: Json = retention.get_preference(store, name)
            return decided

    def set_preference(self, name: str, value: Json) -> None:
        """Keep a decision in place of an earlier one; without a database until Mien closes. StoreError if that fails."""
        if self.database is None:
            self._unstored[name] = value
        else:
            self.write(lambda store: retention.set_preference(store, name, value))

    @property
    def name(self) -> str:
        """What people call the database: its file, or the server's address without a password; "nowhere" without one."""
        return "nowhere" if self.database is None else self.database.name

    @property
    def location(self) -> str:
        """Where it is stored, as the end of a sentence that begins "It is stored"."""
        return "nowhere" if self.database is None else self.database.location

    @property
    def sentence(self) -> str:
        """The sentence at the end of every page: what is stored now, and what will be; empty if the database cannot be read."""
        if self.database is None:
            return "Nothing is stored."
        if self.is_persistent:
            return f"Results are stored {self.location}."
        try:
            with self.reading() as store:
                counts = count_stored(store)
        except StoreError:
            # A page that reports this very error has the sentence, too.
            return ""
        until = " until you say for how long" if self.retention is None else ""
        if not counts:
            return f"Nothing is stored{until}."
        listed = ", ".join(f"{count:,} {noun}{'s' * (count != 1)}" for noun, count in counts.items())
        return f"Nothing new is stored{until}. Stored {self.location}: {listed}."

    def require(self) -> Database:
        """The database; MissingError, with the reason, if there is none."""
        if self.database is None:
            raise MissingError(f"Nothing is being saved: {self.error}")
        return self.database

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """Open a session to read with.

        Raises:
            MissingError: There is no database.
            StoreError: It cannot be read.
        """
        with self.require().session() as store:
            yield store

    def write(self, work: Callable[[Store], Answer]) -> Answer:
        """Run ``work`` in the database's writing thread, as one transaction, and wait for it.

        Args:
            work: Is given a session of the database; what it raises is raised here.

        Returns:
            What ``work`` returned.

        Raises:
            MissingError: There is no database.
            StoreError: It cannot be written.
        """
        return self.require().write(work).result()
