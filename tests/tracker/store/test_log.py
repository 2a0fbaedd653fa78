"""`mien log --db` prints the session as without it, and stores it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tracker.store import schema
from tracker.store.database import Database

if TYPE_CHECKING:
    from tests.tracker.store.conftest import Server

MIEN = [str(Path(sys.executable).with_name("mien")), "log", "--source", "fake", "--hz", "5"]


def log(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*MIEN, *arguments], capture_output=True, text=True, check=False, timeout=100)


def test_what_is_printed_is_stored(url: str) -> None:
    """The same observations and faces are stored for a month, with the model, and with shapes if they were asked for."""
    done = log("--duration", "2", "--shapes", "--db", url)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows
    with Database(url) as database, database.session() as store:
        session = store.scalars(select(schema.Session)).one()
        assert (session.uuid, session.source, session.hz, session.interrupted) == (rows[0]["session"], "fake", 5.0, False)
        assert session.ended_at is not None
        assert session.keep_until is not None
        assert (session.keep_until - session.ended_at).days == 30
        assert session.model is not None
        assert len(session.model.sha256) == 64
        observations = store.scalars(select(schema.Observation).order_by(schema.Observation.t)).all()
        assert [(each.t, each.frame) for each in observations] == [(row["t"], row["frame"]) for row in rows]
        assert all(each.took is not None for each in observations)
        faces = [face for row in rows for face in row["faces"]]
        readings = store.scalars(select(schema.Reading).order_by(schema.Reading.observation_id)).all()
        assert [each.expression for each in readings] == [face["expression"] for face in faces]
        assert session.shapes == list(faces[0]["blendshapes"])


def test_nothing_is_stored_without_being_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --db no database is made, nor with the retention `nothing`."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for arguments in ((), ("--db", "default", "--retention", "nothing")):
        assert log("--duration", "1", *arguments).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_this_session_only_is_gone_when_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--retention session` keeps the session only while the command runs."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert log("--duration", "1", "--db", "default", "--retention", "session").returncode == 0
    with Database("default") as database, database.session() as store:
        assert store.scalars(select(schema.Session)).all() == []


def test_a_database_that_cannot_be_opened_is_told_before_anything_is_watched(tmp_path: Path) -> None:
    """Exit code 3 and a sentence; for a wrong address exit code 2."""
    (tmp_path / "notes").write_text("no database " * 100)
    done = log("--db", f"sqlite:///{tmp_path / 'notes'}")
    assert (done.returncode, done.stdout) == (3, "")
    assert (
        done.stderr
        == f"mien: {tmp_path / 'notes'} is no database: it was written by something else. Name another file with --db.\n"
    )
    assert log("--db", "mysql://there").returncode == 2


def test_a_server_that_goes_away_does_not_stop_the_log(server: "Server") -> None:
    """Every line is still printed, stderr says that it is not being saved, and in the end what is not stored: exit code 1."""
    command = [*MIEN, "--db", server.url(server.create()), "--duration", "4"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline()
        server.stop()
        try:
            printed, told = process.communicate(timeout=100)
        finally:
            server.start()
    assert len(printed.splitlines()) > 2
    assert "Not being saved: postgresql" in told
    assert "The end of the session is not stored" in told
    assert process.returncode == 1
