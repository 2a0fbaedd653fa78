"""The database opens, is written by one thread and read by any, and says what is wrong."""

import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import current_thread
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session as Store

from tracker.core.errors import StoreError, UsageError
from tracker.store import schema
from tracker.store.database import Database, default_url
from tracker.store.retention import get_preference, set_preference

WRITE = """
import sys
from tracker.store.database import Database
from tracker.store.retention import set_preference
with Database(sys.argv[1]) as database:
    for n in range(50):
        database.write(lambda store: set_preference(store, f"{sys.argv[2]} {n}", n)).result()
"""
OPEN_AS_NOBODY = """
import os, sys
from tracker.store.database import Database
with Database(sys.argv[1]):
    pass
os.seteuid(65534)
with Database(sys.argv[2]):
    pass
"""
"""Python may be installed where another user may not read: the first run loads what is needed of it."""


def test_what_is_written_is_there_the_next_time(url: str) -> None:
    """A value survives closing and opening, and is changed by writing it again."""
    values: list[Any] = [None, 1, {"a": [2]}]
    for value in values:
        with Database(url) as database:
            database.write(partial(set_preference, name="kept", value=value))
        with Database(url) as database, database.session() as store:
            assert get_preference(store, "kept") == value
            assert get_preference(store, "other") is None


def test_one_thread_writes_in_order(database: Database) -> None:
    """Whichever thread asks for it, the same thread writes, one function after another."""
    with ThreadPoolExecutor(4) as many:
        futures = list(many.map(lambda _: database.write(lambda _: current_thread().name), range(8)))
    assert len({future.result() for future in futures}) == 1

    for n in range(10):
        last = database.write(partial(set_preference, name="n", value=n))
    last.result()
    with database.session() as store:
        assert get_preference(store, "n") == 9


def test_a_failed_write_leaves_nothing_and_the_next_one_works(database: Database) -> None:
    """What a function wrote before its error is rolled back, and the error reaches the caller."""

    def fail(store: Store) -> None:
        set_preference(store, "half", 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(fail).result()
    database.write(lambda store: set_preference(store, "whole", 1)).result()
    with database.session() as store:
        assert store.scalars(select(schema.Preference.name)).all() == ["whole"]


def test_a_reader_does_not_wait_for_the_writer(database: Database) -> None:
    """During a write, others still read what was there before."""

    def write(store: Store) -> object:
        set_preference(store, "new", 1)
        with database.session() as reader:
            return get_preference(reader, "new")

    assert database.write(write).result() is None


def test_two_programs_write_into_one_database(url: str) -> None:
    """Both start at once on a database that does not exist yet, and nothing of either is lost."""
    children = [subprocess.Popen([sys.executable, "-c", WRITE, url, name]) for name in ("a", "b")]

    assert [child.wait(60) for child in children] == [0, 0]
    with Database(url) as database, database.session() as store:
        assert len(store.scalars(select(schema.Preference)).all()) == 100


def test_a_closed_database_says_so(url: str) -> None:
    """Writing after it was closed raises an error."""
    with Database(url) as database:
        pass
    with pytest.raises(StoreError, match="was closed"):
        database.write(lambda _: None)


def test_by_default_it_is_a_private_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an address it is a file in the user's data folder, made on first use, for nobody else to read."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with Database() as database:
        assert default_url() == f"sqlite:///{database.path}"
        assert database.path == tmp_path / "mien" / "mien.db"
        for name, mode in (("", 0o700), ("mien.db", 0o600), ("mien.db-wal", 0o600)):
            assert stat.S_IMODE((tmp_path / "mien" / name).stat().st_mode) == mode
    with Database("default") as database:
        assert default_url() == f"sqlite:///{database.path}"


def test_sqlite_is_set_up_on_every_connection(tmp_path: Path) -> None:
    """Readers and writer alike: a write-ahead log, foreign keys, and zeros where something was erased."""
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")

    def look(store: Store) -> list[Any]:
        return [store.execute(text(f"PRAGMA {name}")).scalar_one() for name in names]

    with Database(f"sqlite:///{tmp_path / 'mien.db'}") as database:
        with database.session() as store:
            assert look(store) == ["wal", 1, 1, 1, 10_000]
        assert database.write(look).result() == ["wal", 1, 1, 1, 10_000]


@pytest.mark.parametrize(
    "address", ["mysql://host/name", "mien.db", "sqlite://", "postgresql+psycopg2://h/n", "sqlite:///:memory:"]
)
def test_other_addresses_are_wrong_use(address: str) -> None:
    """An address of another kind is refused with a sentence that names the possible ones."""
    with pytest.raises(UsageError, match=r"write sqlite:///file\.db, postgresql"):
        Database(address)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A text file is left as it is, and a sentence says that it is no database."""
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 1000)
    with pytest.raises(StoreError, match=r"notes\.txt is no database"), Database(f"sqlite:///{path}"):
        pass
    assert path.read_text() == "Dear diary, " * 1000


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    """Mien adds no tables to another program's file, such as a browser's cookies."""
    with sqlite3.connect(tmp_path / "cookies") as other:
        other.execute("CREATE TABLE cookies (id)")
    with (
        pytest.raises(StoreError, match=r"tables of another program \(cookies\)"),
        Database(f"sqlite:///{tmp_path / 'cookies'}"),
    ):
        pass


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="Only root can be somebody else for a moment.")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    """A database that is there, in a folder that is read-only, and a new one in such a folder: a sentence each."""
    with Database(f"sqlite:///{tmp_path / 'mien.db'}"):
        pass
    (tmp_path / "mien.db").chmod(0o644)
    for parent in (tmp_path, *tmp_path.parents[:3]):
        parent.chmod(0o755)
    for name, words in (("mien.db", "read-only"), ("new.db", "Permission denied")):
        command = [sys.executable, "-c", OPEN_AS_NOBODY, f"sqlite:///{tmp_path / 'first.db'}", f"sqlite:///{tmp_path / name}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert f"StoreError: {tmp_path / name} cannot be" in done.stderr, done.stderr
        assert words in done.stderr


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    """The sentence names the part of the path that is in the way."""
    (tmp_path / "file").touch()
    with (
        pytest.raises(StoreError, match=r"mien\.db cannot be made: .*file"),
        Database(f"sqlite:///{tmp_path / 'file' / 'mien.db'}"),
    ):
        pass


def test_a_database_that_another_program_keeps_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence says that another program does not stop writing, and nothing is damaged."""
    monkeypatch.setattr("tracker.store.database.SQLITE_PRAGMAS", ("journal_mode = WAL", "busy_timeout = 1"))
    path = tmp_path / "mien.db"
    with Database(f"sqlite:///{path}") as database:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="Another program has been writing to"):
            database.write(lambda store: set_preference(store, "a", 1)).result()
        other.close()
        database.write(lambda store: set_preference(store, "a", 1)).result()


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("sqlite:///~/mien.db", "mien.db"),
        ("sqlite://out/mien.db", "out/mien.db"),
        ("sqlite://mien.db", "mien.db"),
        ("sqlite://~/out/mien.db", "out/mien.db"),
        ("sqlite:///l\udce9:1 %25.db", "l\udce9:1 %.db"),
        (f"sqlite:///{'n' * 244}.db", f"{'n' * 244}.db"),
    ],
)
def test_a_file_is_where_the_person_means_it(address: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tilde means the home folder, two or three slashes this folder; a name that is no UTF-8 works, too."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with Database(address) as database:
        assert (tmp_path / place).is_file()
        database.name.encode()


@pytest.mark.parametrize("address", [f"sqlite:///{'n' * 250}.db", "sqlite://me:secret@host/mien.db", "sqlite:///a%00\0.db"])
def test_what_can_be_no_file_is_refused(address: str) -> None:
    """A name that is too long for the files that SQLite writes beside it, a host, a NUL."""
    with pytest.raises(UsageError) as caught:
        Database(address)
    assert "secret" not in str(caught.value)
