"""A database's errors as sentences that say what to do."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from tracker.core.errors import StoreError
from tracker.store.columns import ForeignValue
from tracker.store.schema import Base

SQLITE_MESSAGES: Final = {
    sqlite3.SQLITE_NOTADB: "{name} is no database: it was written by something else. Name another file with --db.",
    sqlite3.SQLITE_CORRUPT: "{name} is damaged. Restore it from a copy, or move it away: Mien then begins a new one.",
    sqlite3.SQLITE_CANTOPEN: "{name} cannot be opened: its folder is missing, or may not be written to.",
    sqlite3.SQLITE_PERM: "You may not open {name}: check its permissions.",
    sqlite3.SQLITE_READONLY: "{name} cannot be written: it is read-only, or its folder is.",
    sqlite3.SQLITE_FULL: "{name} cannot grow: the disk is full. Make room.",
    sqlite3.SQLITE_IOERR: "{name} cannot be read or written: its disk fails, is full, or was removed.",
    sqlite3.SQLITE_BUSY: "Another program has been writing to {name} for {timeout} s. Try again.",
    sqlite3.SQLITE_LOCKED: "Another program has been writing to {name} for {timeout} s. Try again.",
}
"""By SQLite's primary result code."""
PRIMARY_CODE_MASK: Final = 0xFF
"""Selects the primary code from an extended result code."""

POSTGRESQL_MESSAGES: Final = {
    "28": "{name} refuses the user or the password: check them in the address. ({message})",
    "3D": "{name} is not there: create it with createdb, or name another. ({message})",
    "42501": "{name} does not permit this user to do that: the user must own its tables. ({message})",
    "53": "{name} has no room left on its server: disk, memory or connections. ({message})",
    "57": "{name} was shut down. ({message})",
    "25006": "{name} cannot be written: it is read-only. ({message})",
}
"""By SQLSTATE, or the class that it begins with."""
NO_ANSWER_MESSAGE: Final = (
    "{name} does not answer, or not as expected: check that its server runs, and its user and password. ({message})"
)
"""Before there is a connection there is no SQLSTATE, but the server's message alone."""

FOREIGN_VALUE_MESSAGE: Final = (
    "{name} holds what Mien never wrote ({message}): it was damaged, or changed by something else. Restore it from a copy, or"
    " move it away: Mien then begins a new one."
)

LOCK_TIMEOUT_SECONDS: Final = 10
"""One program waits so long for another that writes: longer than any of our transactions takes."""


@contextmanager
def translated_errors(name: str, find_foreign: Callable[[], str | None] | None = None) -> Iterator[None]:
    """Turn a database's errors inside of the block into StoreError; a mistake of ours stays as it is.

    Args:
        name: What the sentences call the database.
        find_foreign: Returns what in the database Mien never wrote, if anything. It is called when the block failed over what
            it read, to tell a changed database from a mistake of ours.
    """
    try:
        yield
    except ForeignValue as error:
        raise StoreError(FOREIGN_VALUE_MESSAGE.format(name=name, message=error)) from error
    except DBAPIError as error:
        sentence = _sentence(error.orig)
        if sentence is None:
            _raise_if_foreign(name, find_foreign, error)
            raise
        # A server's message may go on with hints; the last line of a failed connection says why.
        lines = str(error.orig).strip().splitlines()
        message = lines[-1].strip() if lines else "no message"
        raise StoreError(sentence.format(name=name, timeout=LOCK_TIMEOUT_SECONDS, message=message)) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        _raise_if_foreign(name, find_foreign, error)
        raise
    except NoConnectionFree as error:
        raise StoreError(f"{name} has no connection free: too much is being read at once. Try again.") from error
    except OSError as error:
        raise StoreError(f"{name} cannot be made: {error.strerror} ({error.filename}).") from error


def _raise_if_foreign(name: str, find_foreign: Callable[[], str | None] | None, error: Exception) -> None:
    """StoreError if the database is to blame, and not we."""
    if find_foreign is not None and (found := find_foreign()):
        raise StoreError(FOREIGN_VALUE_MESSAGE.format(name=name, message=found)) from error


def _sentence(error: object) -> str | None:
    if isinstance(error, sqlite3.Error):
        return SQLITE_MESSAGES.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE_MASK)
    # Of a server's, and loaded by now: a file does without its 9 MB.
    import psycopg

    match error:
        case psycopg.Error(sqlstate=str(state)) if found := POSTGRESQL_MESSAGES.get(state) or POSTGRESQL_MESSAGES.get(
            state[:2]
        ):
            return found
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return NO_ANSWER_MESSAGE
    return None


def find_foreign_value(engine: Engine) -> str | None:
    """Describes a value that Mien never wrote; None where each value of each table can be read. Reads all of them."""
    try:
        with engine.connect() as connection:
            for table in Base.metadata.sorted_tables:
                for row in connection.execute(select(table)):
                    for column, value in zip(table.columns, row, strict=True):
                        if value is None and not column.nullable:
                            return f"{column} NULL"
    except (DBAPIError, ForeignValue) as error:
        return str(error.orig if isinstance(error, DBAPIError) else error)
    return None
