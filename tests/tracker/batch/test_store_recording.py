"""Recordings that are stored as sessions: once, whole, and in media time."""

import json
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Store

from tests.tracker.batch.test_analyze_recording import SECONDS, film, mien, quiet
from tracker.batch import store_recording as storing
from tracker.batch.analyze_recording import Recording, analyze, finished
from tracker.batch.store_recording import store_recording
from tracker.compose import analyzer_for
from tracker.config.settings import Settings
from tracker.core.frame import now
from tracker.core.records import as_json, timestamp
from tracker.exports.from_database import read_session_data
from tracker.exports.session_data import session_entries
from tracker.store import schema, session_queries
from tracker.store.database import Database
from tracker.store.testing import row
from tracker.store.write_batch import Batch, write_batch


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("films") / "meeting.avi")


def test_a_recording_is_stored_once_as_a_session(meeting: Path, tmp_path: Path) -> None:
    """With --db it stands among the sessions in media time, with what each frame took; run again, it is still one."""
    url = f"sqlite:///{tmp_path / 'mien.db'}"
    for _ in range(2):
        done = mien(meeting, "--output", tmp_path / "out", "--hz", "2", "--db", url)
        assert (done.returncode, done.stderr) == (0, "")

    with Database(url) as database, database.session() as store:
        (summary,) = session_queries.list_sessions(store)
        kept = read_session_data(store, summary.id)
        stored = list(kept.rows())
        spent = list(store.scalars(select(schema.Observation.took)))
    lines = [json.loads(line) for line in (tmp_path / "out" / "meeting.jsonl").read_text().splitlines()]
    assert (summary.title, summary.source, summary.interrupted) == ("meeting", f"recording:{meeting}", False)
    assert kept.recorded
    assert [row.t for row in stored] == [line["t"] for line in lines] == [number / 2 for number in range(2 * SECONDS)]
    # The clock tells when it was looked at: none of it lies in a time that is still to come.
    assert all(row.at <= now() for row in stored)
    assert {timestamp(entry.at) for entry in session_entries(kept)} == {timestamp(summary.started_at)}
    assert summary.ended_at is not None
    assert summary.started_at <= summary.ended_at <= now()
    assert spent == [line["took"] for line in lines]
    assert all(spent)


def test_a_recording_that_was_half_stored_is_stored_to_its_end(meeting: Path, tmp_path: Path) -> None:
    """A crash in between leaves a session that is marked so: stored again, it is whole, each observation once."""
    recording = Recording(meeting, tmp_path, Settings(hz=5))
    assert analyze(recording, Event(), quiet, analyzer_for)
    state = finished(recording)
    assert state is not None
    with Database(f"sqlite:///{tmp_path / 'mien.db'}") as database:
        store_recording(database, recording, state, "30d")

        def crash(store: Store) -> None:
            session = store.scalars(select(schema.Session)).one()
            session.ended_at, session.interrupted = None, True
            store.execute(delete(schema.Observation).where(schema.Observation.t > 2))

        database.write(crash).result()
        store_recording(database, recording, state, "30d")
        with database.session() as store:
            (summary,) = session_queries.list_sessions(store)
    assert (summary.observations, summary.interrupted) == (5 * SECONDS, False)


def test_a_recording_that_is_stored_lets_a_session_beside_it_in(
    meeting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand rows come in batches of a tenth of a second, so that a kill costs the session no more than its second."""
    recording = Recording(meeting, tmp_path, Settings(hz=1))
    assert analyze(recording, Event(), quiet, analyzer_for)
    state = finished(recording)
    assert state is not None
    recording.file("jsonl").write_text("".join(json.dumps(as_json(row(n))) + "\n" for n in range(1000)))
    sizes = []

    def counted(store: Store, batch: Batch, **named: Any) -> None:
        sizes.append(len(batch.rows))
        write_batch(store, batch=batch, **named)

    monkeypatch.setattr(storing, "write_batch", counted)
    with Database(f"sqlite:///{tmp_path / 'mien.db'}") as database:
        store_recording(database, recording, state, "30d")
    assert (sum(sizes), max(sizes)) == (1000, 200)
