"""``mien erase``."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from tracker.cli import main
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.preferences import set_preference
from tracker.store.recorder import Recorder
from tracker.store.testing import beginning, row

A, B = "aaaaaaaa-1111", "bbbbbbbb-2222"


@pytest.fixture
def filled(url: str) -> str:
    """Two sessions of five seconds, one observation each half second."""
    with Database(url) as database:
        for uuid in (A, B):
            with Recorder(database, beginning(uuid)) as recorder:
                for n in range(10):
                    recorder.write(row(n))
    return url


def erase(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["erase", *arguments, "--db", url])


def moments(url: str, uuid: str) -> list[float]:
    """What is left of a session."""
    mine = select(schema.Observation.t).join(schema.Session).where(schema.Session.uuid == uuid).order_by(schema.Observation.t)
    with Database(url) as database, database.session() as store:
        return list(store.scalars(mine))


def test_the_command_erases_and_says_so(filled: str) -> None:
    """One session by the beginning of its id; one thing at a time, and only what is there."""
    run = erase(filled, "--session", A[:4], "--yes")
    assert (run.exit_code, run.stdout) == (0, "")
    assert "session aaaa in" in run.stderr
    assert erase(filled, "--session", A[:4], "--yes").exit_code == 2
    for wrong in ([], ["--all", "--picture", "cccc"]):
        assert erase(filled, *wrong, "--yes").exit_code == 2
    with Database(filled) as database, database.session() as store:
        assert store.scalar(select(func.count()).select_from(schema.Session)) == 1


def test_a_stretch_of_a_session_is_erased(filled: str) -> None:
    """From a moment on, or from one to another, as people write them; the rest of it stays, and the other session."""
    run = erase(filled, "--session", A, "--from", "0:03", "--yes")
    assert (run.exit_code, run.stdout) == (0, "")
    assert f"from 0:03 to the end in session {A}" in run.stderr
    assert erase(filled, "--session", A, "--from", "0.5", "--to", "1.5", "--yes").exit_code == 0

    assert moments(filled, A) == [0.0, 2.0, 2.5]
    assert len(moments(filled, B)) == 10


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (("--session", A, "--from", "6"), "says nothing in that stretch"),
        (("--session", A, "--from", "2", "--to", "1"), "ends after it begins"),
        (("--session", A, "--to", "soon"), "no time"),
        (("--all", "--to", "1"), "say which with --session"),
    ],
)
def test_a_stretch_that_is_none_is_refused(filled: str, wrong: tuple[str, ...], sentence: str) -> None:
    """With a sentence and the exit code of what was typed wrong; nothing is erased."""
    run = erase(filled, *wrong, "--yes")
    assert run.exit_code == 2
    assert sentence in run.stderr
    assert len(moments(filled, A)) == 10


def test_the_command_asks_first(tmp_path: Path) -> None:
    """A script that does not say --yes erases nothing."""
    url = f"sqlite:///{tmp_path / 'mien.db'}"
    with Database(url) as database:
        database.write(lambda store: set_preference(store, "a", 1))
    run = erase(url, "--all")
    assert run.exit_code == 2
    assert "add --yes" in run.stderr
    with Database(url) as database, database.session() as store:
        assert store.scalar(select(func.count()).select_from(schema.Preference)) == 1
