"""Files of a long session: what is sent is never held whole in memory."""

import tempfile
import tracemalloc
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session as Store

from tracker.store import schema
from tracker.store.recorder import Recorder
from tracker.store.testing import beginning, row
from web.app import Dashboard
from web.storage import Storage

OURS: Final = "http://127.0.0.1:8765"
OBSERVATIONS: Final = 4_000
"""Half an hour at 2 Hz: more than 2 MB of JSON lines, and several times as much as Python's objects."""


@pytest.fixture
def long(storage: Storage) -> str:
    """The id of a session of so many observations, all like the one that a recorder stored; beside a short one."""
    storage.set_retention("forever")
    with Recorder(storage.require(), beginning("long-session")) as recorder:
        recorder.write(row(0))
    storage.write(_repeat)
    with Recorder(storage.require(), beginning("short-session")) as recorder:
        recorder.write(row(0))
    return "long-session"


def _repeat(store: Store) -> None:
    """As its only observation and reading, with an id and a time of their own."""
    (first,), (said,) = store.scalars(select(schema.Observation)), store.scalars(select(schema.Reading))
    more = range(1, OBSERVATIONS)
    store.execute(insert(schema.Observation), [plain(first) | {"id": first.id + n, "t": n / 2, "frame": n} for n in more])
    store.execute(insert(schema.Reading), [plain(said) | {"observation_id": first.id + n} for n in more])


def plain(row: schema.Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_long_session_is_sent_piece_by_piece(dashboard: Dashboard, long: str, folders: Path) -> None:
    """At no time is the whole of it in memory, however long it is; afterwards the file is gone."""
    client = dashboard.app.test_client()
    # What is imported at the first time.
    client.get("/history/short-session/file.jsonl", base_url=OURS).close()
    before = set(folders.iterdir())
    tracemalloc.start()
    try:
        answer = client.get(f"/history/{long}/file.jsonl", base_url=OURS, buffered=False)
        assert answer.status_code == 200
        size = sum(len(piece) for piece in answer.iter_encoded())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        answer.close()
    assert answer.content_length == size > 2_000_000
    assert most < size
    assert set(folders.iterdir()) == before


def test_a_report_to_pass_on_has_a_name_that_tells_nothing(dashboard: Dashboard, long: str) -> None:
    """The page offers what can be left out; the file is called neither by title nor by time; anything else is refused."""
    client = dashboard.app.test_client()
    page = client.get("/history/short-session", base_url=OURS).text
    assert all(f'name="leave_out" value="{name}"' in page for name in ("times", "scores", "notes"))
    passed_on = client.get("/history/short-session/file.html?leave_out=times&leave_out=scores", base_url=OURS)
    assert passed_on.headers["Content-Disposition"] == "attachment; filename=session-report.html"
    assert "Some of it was left out" in passed_on.text
    assert client.get(f"/history/{long}/file.html?leave_out=mood", base_url=OURS).status_code == 400
