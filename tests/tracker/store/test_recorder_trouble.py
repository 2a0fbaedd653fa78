"""A session whose database fails in the middle goes on, says so, and is stored later as far as possible."""

import resource
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, Engine, event

from tests.tracker.store.test_recorder import Told, session_of, stored
from tracker.core.errors import StoreError
from tracker.store import recorder as recorders
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.testing import beginning, row
from tracker.store.write_batch import write_batch

if TYPE_CHECKING:
    from tests.tracker.store.conftest import Server


def test_a_server_that_goes_away_in_mid_session(server: "Server") -> None:
    """The session goes on in memory and says so; when the server is back, everything is there, once."""
    told = Told()
    with Database(server.url(server.create())) as database, Recorder(database, beginning(), told) as recorder:
        recorder.write(row(0))
        assert recorder.flush()
        server.stop()
        for n in range(1, 50):
            recorder.write(row(n))
        recorder.mark("in the dark")
        try:
            told.wait("Not being saved: postgresql+psycopg://***@")
        finally:
            server.start()
        told.wait_for_the_end()
        recorder.write(row(50))
    with Database(database.url.render_as_string(hide_password=False)) as database:
        assert stored(database) == [n / 2 for n in range(51)]
        assert [each.text for each in session_of(database).markers] == ["in the dark"]


def test_a_server_that_answers_nothing_holds_nobody_open(server: "Server") -> None:
    """Its processes stand still in the middle of a session: the end comes within five seconds and says how much is lost."""
    with Database(server.url(server.create())) as database:
        recorder = Recorder(database, beginning())
        recorder.write(row(0))
        assert recorder.flush()
        with server.halted():
            recorder.write(row(1))
            recorder.write(row(2))
            recorder.end()
            began = time.monotonic()
            database.give_up_soon()
            assert not recorder.close()
            database.__exit__()
            assert time.monotonic() - began < 5
    assert recorder.trouble is not None
    assert "The end of the session is not stored, nor 2 of its observations." in recorder.trouble


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file of this process may grow beyond the database's size now, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name(f"{path.name}-wal").stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_in_mid_session(tmp_path: Path) -> None:
    """The session goes on in memory and says so; when there is room again, everything is there."""
    path, told = tmp_path / "mien.db", Told()
    with Database(f"sqlite:///{path}") as database, Recorder(database, beginning(), told) as recorder:
        recorder.write(row(0))
        assert recorder.flush()
        with full_disk(path):
            for n in range(1, 500):
                recorder.write(row(n))
            told.wait(f"Not being saved: {path} ")
        told.wait_for_the_end()
    with Database(f"sqlite:///{path}") as database:
        assert stored(database) == [n / 2 for n in range(500)]


@pytest.fixture
def read_only() -> Iterator[Event]:
    """While it is set, SQLite refuses every write, as on a disk that became read-only after an error."""
    read_only = Event()

    def begun(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA query_only = {int(read_only.is_set())}")

    event.listen(Engine, "begin", begun)
    yield read_only
    event.remove(Engine, "begin", begun)


def test_a_database_that_becomes_read_only_in_mid_session(tmp_path: Path, read_only: Event) -> None:
    """The session goes on in memory and says so; when it may be written again, everything is there."""
    path, told = tmp_path / "mien.db", Told()
    with Database(f"sqlite:///{path}") as database, Recorder(database, beginning(), told) as recorder:
        recorder.write(row(0))
        assert recorder.flush()
        read_only.set()
        for n in range(1, 20):
            recorder.write(row(n))
        told.wait(f"Not being saved: {path} ")
        read_only.clear()
        told.wait_for_the_end()
    with Database(f"sqlite:///{path}") as database:
        assert stored(database) == [n / 2 for n in range(20)]


def test_another_program_that_writes_in_mid_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session goes on in memory and says whom it waits for; when the other one is done, everything is there."""
    monkeypatch.setattr("tracker.store.database.SQLITE_PRAGMAS", ("journal_mode = WAL", "busy_timeout = 1"))
    path, told = tmp_path / "mien.db", Told()
    with Database(f"sqlite:///{path}") as database, Recorder(database, beginning(), told) as recorder:
        recorder.write(row(0))
        assert recorder.flush()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for n in range(1, 20):
                recorder.write(row(n))
            told.wait("Not being saved: Another program has been writing to")
        told.wait_for_the_end()
    with Database(f"sqlite:///{path}") as database:
        assert stored(database) == [n / 2 for n in range(20)]


def test_rows_that_cannot_wait_longer_are_a_gap(server: "Server") -> None:
    """Beyond the limit the oldest rows are lost: they are counted and reported, and stored as an unsaved pause."""
    told = Told()
    with Database(server.url(server.create())) as database, Recorder(database, beginning(), told, most=10) as recorder:
        recorder.flush()
        server.stop()
        for n in range(30):
            recorder.write(row(n))
        told.wait("20 observations are lost already")
        server.start()
        told.wait_for_the_end()
    assert recorder.dropped == 20
    with Database(database.url.render_as_string(hide_password=False)) as database:
        assert stored(database) == [n / 2 for n in range(20, 30)]
        assert [(each.began_t, each.ended_t, each.why) for each in session_of(database).pauses] == [(0.0, 9.5, "unsaved")]


def test_a_batch_whose_answer_was_lost_is_not_stored_twice(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch was committed but its answer was lost: the second try adds only what is new."""
    told, write = Told(), database.write

    def lose_the_answer(function: Any) -> Future[Any]:
        write(function).result()
        monkeypatch.undo()
        lost: Future[Any] = Future()
        lost.set_exception(StoreError("The cable was pulled."))
        return lost

    with Recorder(database, beginning(), told) as recorder:
        recorder.flush()
        monkeypatch.setattr(database, "write", lose_the_answer)
        for n in range(5):
            recorder.write(row(n))
        told.wait("Not being saved: The cable was pulled.")
        recorder.write(row(5))
        told.wait_for_the_end()
    assert stored(database) == [n / 2 for n in range(6)]
    assert len(stored(database, schema.Reading.observation_id)) == 6


@pytest.mark.parametrize(("took", "wait"), [(0.0, 0.5), (0.4, 0.1), (0.7, -0.2)])
def test_a_slow_commit_does_not_put_the_next_one_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, took: float, wait: float
) -> None:
    """The half second counts from the last batch's beginning: rows that come while it is written do not wait longer."""
    clock, waits = [100.0], []

    class Noting(threading.Condition):
        def wait_for(self, predicate: Any, timeout: float | None = None) -> Any:
            if threading.current_thread().name == "recorder":
                waits.append(timeout)
            return super().wait_for(predicate, timeout)

    def slowly(*given: Any, **named: Any) -> None:
        clock[0] += took
        write_batch(*given, **named)

    monkeypatch.setattr(recorders, "monotonic", lambda: clock[0])
    monkeypatch.setattr(recorders, "Condition", Noting)
    monkeypatch.setattr(recorders, "write_batch", slowly)
    with Database(f"sqlite:///{tmp_path / 'mien.db'}") as database, Recorder(database, beginning()) as sink:
        assert sink.flush()
    assert waits[1] == pytest.approx(wait)
