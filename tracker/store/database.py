"""The database: opened and brought up to date, read from any thread, written by one."""

import os
from collections.abc import Callable, Iterator
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
from tracker.core.private_files import make_private_file, private_folder
from tracker.store.columns import parse_json_column
from tracker.store.error_messages import LOCK_TIMEOUT_SECONDS, translated_errors
from tracker.store.foreign import find_foreign_value
from tracker.store.maintenance import Maintenance
from tracker.store.migrate import migrate

T = TypeVar("T")
U = TypeVar("U")

DEFAULT_DATABASE: Final = "default"
"""A word for the file in the user's data folder."""
DATABASE_FILE_NAME: Final = "mien.db"
DRIVERS: Final = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
SQLITE_PRAGMAS: Final = (
    # Readers and the writer do not wait for each other.
    "journal_mode = WAL",
    # What is committed outlives the program; only a power cut may take the last moments, and damages nothing.
    "synchronous = NORMAL",
    "foreign_keys = ON",
    # Erased means gone: freed places are overwritten with zeros.
    "secure_delete = ON",
    f"busy_timeout = {LOCK_TIMEOUT_SECONDS * 1000}",
)
LONGEST_SUFFIX: Final = "-journal"
"""Of the files that SQLite writes beside one, the longest ending."""
DECODE_TEXT: Final = partial(str, encoding="utf-8", errors="replace")
"""A text of SQLite's, which may hold any bytes."""
NO_TRANSACTION_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "sqlite": {"alone": True},
    "postgresql": {"isolation_level": "AUTOCOMMIT"},
}
"""Outside of any transaction. For SQLite that is ours to see to: SQLAlchemy's way would give it Python's transactions back."""
SERVER_TIMEOUT_SECONDS: Final = 5
"""A server that has not answered by then is gone: meanwhile a session's rows wait in memory."""


def data_folder() -> Path:
    """Where the person's own things lie: the database, and the fits in ``people``."""
    return user_data_path("mien")


def default_url() -> str:
    """The SQLite file in the user's data folder."""
    path = str(data_folder() / DATABASE_FILE_NAME)
    return f"sqlite:///{path.replace('%', '%25').replace('?', '%3F')}"


class Database:
    """Opened by ``with``; ``url`` None or "default" is the file in the user's data folder."""

    def __init__(self, url: str | None = None) -> None:
        address = Address(default_url() if url is None or url == DEFAULT_DATABASE else url)
        self.url = parse_database_url(address)
        self.name = readable(self.path.as_posix()) if self.path else address

    @property
    def path(self) -> Path | None:
        """The SQLite file, None for a server."""
        return Path(self.url.database or "") if self.url.drivername == DRIVERS["sqlite"] else None

    @property
    def server(self) -> str | None:
        """The other machine that keeps it; None where it lies on this one, in a file or with a server of its own."""
        return None if self.path else remote_host(self.url)

    @property
    def where(self) -> str:
        """For sentences such as "it is kept ...": the one place that says where the store is."""
        if self.path:
            return "in a file on this machine"
        return f"on the database server {self.server}" if self.server else "in a database on this machine"

    def __enter__(self) -> Self:
        with translated_errors(self.name):
            self._engine = open_engine(self.url)
        with ExitStack() as stack, translated_errors(self.name, self._changed):
            stack.callback(self._engine.dispose)
            with self._writing().begin() as connection:
                migrate(connection, self.name)
            self._writer = stack.enter_context(ThreadPoolExecutor(1, "store"))
            self._keeper = Maintenance(self)
            self._keeper.begin()
            stack.callback(self._keeper.end)
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """What has been given to ``write`` is still written."""
        self._open.close()

    @property
    def lease(self) -> int:
        """The number under which this Mien stores."""
        return self._keeper.lease

    @contextmanager
    def session(self) -> Iterator[Session]:
        """To read with, in any thread; what it hands out stays readable after it."""
        with translated_errors(self.name, self._changed), Session(self._engine, expire_on_commit=False) as store:
            yield store

    def write(self, function: Callable[[Session], T]) -> Future[T]:
        """Have the one writer thread call a function in a transaction of its own; in order, committed when it returns."""
        return self._submit(self._transaction, function)

    def alone(self, function: Callable[[Connection], T]) -> Future[T]:
        """As ``write``, outside of any transaction: for what SQL cannot do inside one, such as VACUUM."""
        return self._submit(self._outside, function)

    def tidy(self) -> None:
        """Take away at once what retention says is over, as after it was changed."""
        self._keeper.tidy()

    def _submit(self, how: Callable[[Callable[[U], T]], T], function: Callable[[U], T]) -> Future[T]:
        try:
            return self._writer.submit(how, function)
        except RuntimeError as error:
            raise StoreError(f"{self.name} was closed: nothing more is written.") from error

    def _transaction(self, function: Callable[[Session], T]) -> T:
        with (
            translated_errors(self.name, self._changed),
            Session(self._writing(), expire_on_commit=False) as store,
            store.begin(),
        ):
            return function(store)

    def _outside(self, function: Callable[[Connection], T]) -> T:
        with (
            translated_errors(self.name),
            self._engine.connect().execution_options(**NO_TRANSACTION_OPTIONS[self.url.get_backend_name()]) as connection,
        ):
            return function(connection)

    def _changed(self) -> str | None:
        """What in a file, which anybody may have changed, Mien never wrote; looks at everything, so after a failure alone."""
        return None if self.path is None else find_foreign_value(self._engine)

    def _writing(self) -> Engine:
        return self._engine.execution_options(writes=True)


def parse_database_url(url: str) -> URL:
    """A database's address; UsageError for one that is none, or of a kind that is not stored in."""
    address = Address(url)
    if address.startswith("postgres") and address.whole.count("@") > 1:
        # Half of the password would be taken for the server's name, and be looked up by it.
        raise UsageError(f"{address} has more than one @: write @ as %40 in its user and password, / as %2F and % as %25.")
    try:
        parsed = make_url(address.whole)
    except (ArgumentError, ValueError):
        # Their words may hold a part of the password.
        raise UsageError(f"'{address}' is no database address: {_kinds()}") from None
    kind = parsed.get_backend_name()
    if kind not in DRIVERS or (parsed.get_driver_name() != DRIVERS[kind].split("+")[1] and "+" in parsed.drivername):
        raise UsageError(f"Mien does not store in {parsed.drivername}: {_kinds()}")
    parsed = parsed.set(drivername=DRIVERS[kind])
    return _with_file(parsed) if kind == "sqlite" else parsed


def _with_file(parsed: URL) -> URL:
    """The path as a person means it, also after two strokes, where SQLAlchemy takes its first folder for a host."""
    if parsed.username or parsed.port:
        raise UsageError(f"SQLite is a file, and neither host nor user: {_kinds()}")
    word = "/".join(part for part in (parsed.host, parsed.database) if part)
    if word in ("", ":memory:"):
        raise UsageError(f"A database in memory would be gone with its thread: {_kinds()}")
    path = path_of(word)
    if beside(path, LONGEST_SUFFIX).name != f"{path.name}{LONGEST_SUFFIX}":
        raise UsageError(
            f"The name of {path} is too long: SQLite writes others beside it, with {LONGEST_SUFFIX} at their ends."
        )
    return URL.create(parsed.drivername, database=str(path), query=parsed.query)


def remote_host(url: URL) -> str | None:
    """The server of an address, where that is another machine; as libpq finds it, also by its environment."""
    hosts = url.host or url.query.get("host") or os.environ.get("PGHOST") or ""
    named = hosts.split(",") if isinstance(hosts, str) else hosts
    return ", ".join(host for host in named if not _is_here(host)) or None


def _is_here(host: str) -> bool:
    """A socket's folder, or a name or address of loopback."""
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _kinds() -> str:
    return "write sqlite:///file.db, postgresql+psycopg://user@host/name, or default (a file in your data folder)."


def open_engine(url: URL) -> Engine:
    """Connections of the kind that a database needs; a SQLite file and its folder are made."""
    if url.get_backend_name() == "sqlite":
        _make_file(Path(url.database or ""))
        engine = create_engine(url, json_deserializer=parse_json_column)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # Without words of our own, a server whose cable was pulled is waited for by the quarter of an hour.
    limits = {
        "connect_timeout": SERVER_TIMEOUT_SECONDS,
        "tcp_user_timeout": SERVER_TIMEOUT_SECONDS * 1000,
        "application_name": "mien",
    }
    return create_engine(url, pool_pre_ping=True, connect_args=limits)


def _make_file(path: Path) -> None:
    """Nobody else's to read: SQLite gives the files beside it the same mode."""
    private_folder(path.parent)
    if not path.exists():
        make_private_file(path)


def _set_up_sqlite(connection: Any, _: object) -> None:
    # Python's own idea of when a transaction begins stays out of the way of ours.
    connection.isolation_level = None
    # Whatever bytes somebody put there by hand.
    connection.text_factory = DECODE_TEXT
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer asks for its place at once: who reads first and writes later may be refused without waiting."""
    options = connection.get_execution_options()
    if not options.get("alone"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
