"""``mien erase``."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from tracker.cli import main
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.retention import set_preference
from tracker.store.testing import beginning, row

A, B = "aaaaaaaa-1111", "bbbbbbbb-2222"


@pytest.fixture
def filled(url: str) -> str:
    """A database of two sessions of five seconds, with two observations a second."""
    with Database(url) as database:
        for uuid in (A, B):
            with Recorder(database, beginning(uuid)) as recorder:
                for n in range(10):
                    recorder.write(row(n))
    return url


def erase(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["erase", *arguments, "--db", url])


def test_the_command_erases_and_says_so(filled: str) -> None:
    """It erases a session by the beginning of its id; several things at once, or nothing, are refused."""
    run = erase(filled, "--session", A[:4], "--yes")
    assert (run.exit_code, run.stdout) == (0, "")
    assert "session aaaa in" in run.stderr
    assert erase(filled, "--session", A[:4], "--yes").exit_code == 2
    for wrong in ([], ["--all", "--picture", "cccc"]):
        assert erase(filled, *wrong, "--yes").exit_code == 2
    with Database(filled) as database, database.session() as store:
        assert store.scalar(select(func.count()).select_from(schema.Session)) == 1


def test_the_command_asks_first(tmp_path: Path) -> None:
    """Without --yes, a script erases nothing."""
    url = f"sqlite:///{tmp_path / 'mien.db'}"
    with Database(url) as database:
        database.write(lambda store: set_preference(store, "a", 1))
    run = erase(url, "--all")
    assert run.exit_code == 2
    assert "add --yes" in run.stderr
    with Database(url) as database, database.session() as store:
        assert store.scalar(select(func.count()).select_from(schema.Preference)) == 1
