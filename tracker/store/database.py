"""The database: opened and brought up to date, read from any thread, written from one."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from platformdirs import user_data_path
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from tracker.core.address import Address, readable
from tracker.core.errors import StoreError, UsageError
from tracker.core.paths import beside, path_of
from tracker.core.private_files import (
    close_to_others,
    find_foreign,
    is_open_foreign_folder,
    make_private_file,
    private_folder,
)
from tracker.store.columns import parse_json_column
from tracker.store.error_messages import LOCK_TIMEOUT_SECONDS, find_foreign_value, translated_errors
from tracker.store.maintenance import Maintenance
from tracker.store.migrate import migrate
from tracker.store.server_connections import ServerConnections

T = TypeVar("T")

DEFAULT_DATABASE: Final = "default"
"""What a person writes for the file in their data folder."""
DATABASE_FILE_NAME: Final = "mien.db"
DRIVERS: Final = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
SQLITE_PRAGMAS: Final = (
    # Readers and the writer do not wait for each other.
    "journal_mode = WAL",
    # What is committed survives the program; only a power cut may lose the last commits, and damages nothing.
    "synchronous = NORMAL",
    "foreign_keys = ON",
    # Freed places are overwritten with zeros, so that what is erased is gone.
    "secure_delete = ON",
    f"busy_timeout = {LOCK_TIMEOUT_SECONDS * 1000}",
)
SQLITE_SUFFIXES: Final = ("-wal", "-shm", "-journal")
"""The endings of the files that SQLite writes beside a database."""
LONGEST_SUFFIX: Final = max(SQLITE_SUFFIXES, key=len)
DECODE_TEXT: Final = partial(str, encoding="utf-8", errors="replace")
"""Reads a text of SQLite's, which may hold any bytes."""
NO_TRANSACTION_OPTIONS: Final[Mapping[str, Mapping[str, str | bool]]] = {
    "sqlite": {"no_transaction": True},
    "postgresql": {"isolation_level": "AUTOCOMMIT"},
}
"""Execution options, by kind of database. With SQLite, ``_begin_sqlite`` obeys ours: SQLAlchemy's own would bring back the
transactions of Python's sqlite3."""
SERVER_TIMEOUT_SECONDS: Final = 5
"""A server that has not answered by then is taken for gone: meanwhile a session's rows wait in memory."""

CLOSE_SECONDS: Final = 2.0
"""Mien ends within five seconds; so long it waits for a server to take what is left."""


def data_folder() -> Path:
    """The folder of the person's own data: the database, fits in ``people``, recordings."""
    return user_data_path("mien")


def default_url() -> str:
    """The address of the SQLite file in the person's data folder."""
    path = str(data_folder() / DATABASE_FILE_NAME)
    return f"sqlite:///{path.replace('%', '%25').replace('?', '%3F')}"


class Database:
    """A database that is open inside of ``with``; read it in any thread, write through its one writer thread.

    Args:
        url: Its address; None or "default" is the SQLite file in the person's data folder.

    Raises:
        UsageError: The address cannot be understood, or is of a kind that Mien does not store in.
    """

    def __init__(self, url: str | None = None) -> None:
        address = Address(default_url() if url is None or url == DEFAULT_DATABASE else url)
        self.url = parse_database_url(address)
        self.name = readable(self.path.as_posix()) if self.path else address

    @property
    def path(self) -> Path | None:
        """The SQLite file, None for a server."""
        return Path(self.url.database or "") if self.url.drivername == DRIVERS["sqlite"] else None

    @property
    def remote_host(self) -> str | None:
        """The other machine that it is on; None where it is on this one, as a file or a server of its own."""
        return None if self.path else remote_host(self.url)

    @property
    def location(self) -> str:
        """Where it is, for sentences such as "it is kept ...": the one place that says so."""
        if self.path:
            return "in a file on this machine"
        return f"on the database server {self.remote_host}" if self.remote_host else "in a database on this machine"

    def __enter__(self) -> Self:
        """Open it, make or migrate its tables, start its upkeep; StoreError when one of these fails."""
        with translated_errors(self.name):
            self._engine = open_engine(self.url)
            self._server = None if self.path else ServerConnections(self._engine)
        with ExitStack() as stack, translated_errors(self.name, self._foreign_value):
            stack.callback(self._engine.dispose)
            with self._engine.execution_options(writes=True).begin() as connection:
                migrate(connection, self.name)
            self._writer = stack.enter_context(ThreadPoolExecutor(1, "store"))
            self._maintenance = Maintenance(self)
            self._maintenance.start()
            stack.callback(self._maintenance.stop)
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it, after what was given to ``write`` is written, or could not be by the time of ``give_up_soon``."""
        self.give_up_soon()
        self._open.close()

    def give_up_soon(self) -> None:
        """Call it when Mien ends: a server is waited for ``CLOSE_SECONDS`` more; what it has not answered by then, and whatever
        is asked of it later, fails with StoreError. A file answers by itself. Any thread may call this, also more than once.
        """
        if self._server is not None:
            self._server.give_up_within(CLOSE_SECONDS)

    @property
    def lease(self) -> int:
        """The number of the lease under which this Mien stores."""
        return self._maintenance.lease

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session to read with, in any thread; rows that it gives stay readable after it.

        Raises:
            StoreError: The database fails inside of the block, or holds what Mien never wrote.
        """
        with translated_errors(self.name, self._foreign_value), Session(self._engine, expire_on_commit=False) as store:
            yield store

    def write(self, function: Callable[[Session], T]) -> Future[T]:
        """Have the writer thread call a function in a transaction of its own, committed when it returns.

        Any thread may call this; functions run in the order in which they were given.

        Returns:
            What the function returns; its error, or StoreError where the database fails.

        Raises:
            StoreError: The database was closed.
        """

        def run() -> T:
            engine = self._engine.execution_options(writes=True)
            with (
                translated_errors(self.name, self._foreign_value),
                Session(engine, expire_on_commit=False) as store,
                store.begin(),
            ):
                return function(store)

        return self._submit(run)

    def write_outside_transaction(self, function: Callable[[Connection], T]) -> Future[T]:
        """As ``write``, outside of any transaction: for what SQL cannot do inside one, such as VACUUM."""

        def run() -> T:
            options = NO_TRANSACTION_OPTIONS[self.url.get_backend_name()]
            with translated_errors(self.name), self._engine.connect().execution_options(**options) as connection:
                return function(connection)

        return self._submit(run)

    def apply_retention(self) -> None:
        """Delete at once what is past its deadline, as after the person changed it; waits for it."""
        self._maintenance.clean_up()

    def _submit(self, run: Callable[[], T]) -> Future[T]:
        try:
            return self._writer.submit(run)
        except RuntimeError as error:
            raise StoreError(f"{self.name} was closed: nothing more is written.") from error

    def _foreign_value(self) -> str | None:
        """What Mien never wrote in a file, which anybody may have changed; it reads everything, so only after a failure."""
        return None if self.path is None else find_foreign_value(self._engine)


def parse_database_url(url: str) -> URL:
    """A database's address as SQLAlchemy takes it, with the driver that Mien uses and a file's absolute path.

    Raises:
        UsageError: It is no address, or of a kind that Mien does not store in; the message shows no password.
    """
    kinds = "write sqlite:///file.db, postgresql+psycopg://user@host/name, or default (a file in your data folder)."
    address = Address(url)
    if address.startswith("postgres") and address.whole.count("@") > 1:
        # Half of the password would be taken for the server's name, and be looked up by it.
        raise UsageError(f"{address} has more than one @: write @ as %40 in its user and password, / as %2F and % as %25.")
    try:
        parsed = make_url(address.whole)
    except (ArgumentError, ValueError):
        # The library's message may hold a part of the password.
        raise UsageError(f"'{address}' is no database address: {kinds}") from None
    kind = parsed.get_backend_name()
    if kind not in DRIVERS or (parsed.get_driver_name() != DRIVERS[kind].split("+")[1] and "+" in parsed.drivername):
        raise UsageError(f"Mien does not store in {parsed.drivername}: {kinds}")
    if kind != "sqlite":
        return parsed.set(drivername=DRIVERS[kind])
    if parsed.username or parsed.port:
        raise UsageError(f"SQLite is a file, and neither host nor user: {kinds}")
    # After two slashes, SQLAlchemy takes the path's first folder for a host; a person means a path.
    word = "/".join(part for part in (parsed.host, parsed.database) if part)
    if word in ("", ":memory:"):
        raise UsageError(f"A database in memory would be gone with its thread: {kinds}")
    path = path_of(word)
    if beside(path, LONGEST_SUFFIX).name != f"{path.name}{LONGEST_SUFFIX}":
        raise UsageError(
            f"The name of {path} is too long: SQLite writes others beside it, with {LONGEST_SUFFIX} at their ends."
        )
    return URL.create(DRIVERS[kind], database=str(path), query=parsed.query)


def remote_host(url: URL) -> str | None:
    """The servers of an address that are other machines, as libpq finds them, also by its environment; None without any."""
    hosts = url.host or url.query.get("host") or os.environ.get("PGHOST") or ""
    named = hosts.split(",") if isinstance(hosts, str) else hosts
    return ", ".join(host for host in named if not _is_local(host)) or None


def _is_local(host: str) -> bool:
    """Whether it is a socket's folder, or a name or address of loopback."""
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def open_engine(url: URL) -> Engine:
    """An engine for a database's kind; a SQLite file is made with its folder if it is missing, and is its owner's alone.

    Connections with the execution option ``writes=True`` begin their transactions as writers.

    Raises:
        StoreError: The SQLite file, or a link that leads to it, belongs to another account, or lies in such a folder into which
            everybody may write.
    """
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        files = (path, *(beside(path, suffix) for suffix in SQLITE_SUFFIXES))
        _refuse_foreign(files)
        private_folder(path.parent)
        if not path.exists():
            # SQLite gives the files beside it the same mode.
            make_private_file(path)
            # Another account may have been quicker.
            _refuse_foreign(files)
        for each in files:
            close_to_others(each)
        engine = create_engine(url, json_deserializer=parse_json_column)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # By libpq's own limits, a server whose cable was pulled is waited for by the quarter of an hour.
    limits = {
        "connect_timeout": SERVER_TIMEOUT_SECONDS,
        "tcp_user_timeout": SERVER_TIMEOUT_SECONDS * 1000,
        "application_name": "mien",
    }
    return create_engine(url, pool_pre_ping=True, connect_args=limits)


def _refuse_foreign(files: Iterable[Path]) -> None:
    """StoreError where another account could read what is stored, or give Mien something else to read."""
    for file in files:
        if foreign := find_foreign(file):
            raise StoreError(
                f"{readable(str(foreign))} belongs to another account of this machine, which could read what is stored. Name"
                " another file with --db, or make this one yours with chown."
            )
        folder = file.resolve().parent
        if is_open_foreign_folder(folder):
            raise StoreError(
                f"{readable(str(folder))} belongs to another account of this machine, and everybody may write there, so others"
                " could replace what is stored. Name a file in a folder of your own with --db."
            )


def _set_up_sqlite(connection: Any, _: object) -> None:
    # Python's sqlite3 would begin transactions of its own.
    connection.isolation_level = None
    connection.text_factory = DECODE_TEXT
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin a writer's transaction as one: if it reads first and writes later, it may be refused without waiting."""
    options = connection.get_execution_options()
    if not options.get("no_transaction"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
