"""Databases for the store's tests (in memory, an SQLite file, a PostgreSQL server), and the released model."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session as Store

from tracker.store import schema
from tracker.store.database import Database

if TYPE_CHECKING:
    from tracker.model.classifier import OnnxClassifier

PASSWORD: Final = "known to the tests"
DEBIANS: Final = Path("/usr/lib/postgresql")


class Server:
    """A PostgreSQL cluster in a folder, reached by a socket there; run as Debian's user when we are root, who may not."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self.folder = programs, folder
        self._user = "postgres" if os.geteuid() == 0 else None
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if self._user:
            for path in (folder, secret):
                shutil.chown(path, self._user)
        self._run("initdb", "--auth=scram-sha-256", "--username=mien", f"--pwfile={secret}", "--no-sync", str(self._data))

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Answering when it returns."""
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off"
        self._run("pg_ctl", "start", "--wait", "-D", str(self._data), "-l", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        """At once, as when its machine is switched off."""
        self._run("pg_ctl", "stop", "--wait", "-m", "immediate", "-D", str(self._data))

    @contextmanager
    def halted(self) -> Iterator[None]:
        """Its processes stand still: the system takes what is sent to them, and nothing answers."""
        first = (self._data / "postmaster.pid").read_text().split()[0]
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        processes = [int(each) for each in (first, *children)]
        for each in processes:
            os.kill(each, signal.SIGSTOP)
        try:
            yield
        finally:
            for each in processes:
                os.kill(each, signal.SIGCONT)

    def _run(self, program: str, *arguments: str) -> None:
        # With pipes of ours it would keep them open for as long as it lives.
        subprocess.run([self._programs / program, *arguments], user=self._user, cwd=self.folder,
                       stdout=subprocess.DEVNULL, check=True, timeout=60)  # fmt: skip

    def url(self, name: str, password: str = PASSWORD) -> str:
        """A database's address."""
        return f"postgresql+psycopg://mien:{password}@/{name}?host={self.folder}"

    def create(self) -> str:
        """The name of a new, empty database."""
        name = f"mien_{uuid4().hex}"
        with psycopg.connect(
            f"host={self.folder} user=mien password='{PASSWORD}' dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return name


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Debian keeps its programs off the PATH."""
    found = [*DEBIANS.glob("*/bin/initdb"), *([Path(path)] if (path := shutil.which("initdb")) else [])]
    if not found:
        pytest.skip("PostgreSQL is not installed: `make test` brings it, or apt-get install postgresql.")
    # A socket's path may have a hundred letters, fewer than pytest's own folders take.
    with tempfile.TemporaryDirectory(prefix="mien-", ignore_cleanup_errors=True) as folder:
        server = Server(found[0].parent, Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address where nothing is yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'mien.db'}"
    server: Server = request.getfixturevalue("server")
    return server.url(server.create())


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """Open, and empty."""
    with Database(url) as database:
        yield database


@pytest.fixture
def store() -> Iterator[Store]:
    """A session of an empty database in memory, which checks foreign keys."""
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    schema.Base.metadata.create_all(engine)
    with Store(engine) as store:
        yield store
    engine.dispose()


@pytest.fixture(scope="module")
def classifier() -> "OnnxClassifier":
    """The released model with its prior for pictures."""
    from tracker.config.model_files import released_model
    from tracker.model.classifier import OnnxClassifier

    return OnnxClassifier(released_model(None), "picture")
