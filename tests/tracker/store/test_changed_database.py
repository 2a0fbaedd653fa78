"""A database with impossible values, as an import once wrote them: every page, figure and file still comes."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session as Store

from tracker.config.settings import Settings
from tracker.core.face import Face
from tracker.core.frame import Pixels, now
from tracker.exports.files import export_session
from tracker.exports.from_database import read_session_data
from tracker.health.report import health_report
from tracker.health.text_report import format_report
from tracker.reports.html_report import write_report
from tracker.store import schema, session_queries
from tracker.store.database import Database
from tracker.store.reading_verdicts import add_reading_verdict, list_reading_verdicts
from tracker.store.recorder import Recorder
from tracker.store.testing import JUDGE, beginning, call_row, row
from tracker.store.uploads import describe_picture, store_picture
from tracker.store.verdict_export import export_verdicts
from tracker.store.verdicts import labelled_features, save_moment_verdict, save_verdict
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer
from web.app import create_app
from web.dependencies import Dependencies
from web.security.gate import Address
from web.storage import Storage

UUID: Final = "11111111-0000"
END_OF_TIME: Final = 253_402_300_799_999
"""The last millisecond of the year 9999; ten times as much is in no calendar."""
VALUES: Final = {
    "end": END_OF_TIME, "beyond": 10 * END_OF_TIME, "before": -10 * END_OF_TIME, "long": "m" * 1_000_000,
    "half": '{"fer2013": {"\\ud83d": 2.0}}', "nan": '{"fer2013": {"angry": NaN, "happy": Infinity}}',
}  # fmt: skip
EVERYWHERE: Final = (
    "UPDATE verdicts SET at = :end",
    "UPDATE predictions SET at = :beyond, confidence = -30000, heads = :half",
    "UPDATE predictions SET crop = NULL WHERE id = 2",
    "UPDATE pictures SET at = :beyond",
    "UPDATE sessions SET started_at = :end, ended_at = :beyond",
    "UPDATE observations SET at = :before",
    "UPDATE markers SET at = :beyond",
    "UPDATE readings SET confidence = -30000",
    "UPDATE models SET name = :long",
    "UPDATE movements SET shows = 2147483647, possible = 'thinking,,A B'",
    "UPDATE reading_verdicts SET at = :beyond, told = ',', levels = :half",
)
SQLITE: Final = (
    "UPDATE predictions SET light = 9e999, threshold = 'much', t = -9e999",
    "UPDATE predictions SET features = x'0000ff7e', heads = :nan, crop = x'00' WHERE id = 1",
    "UPDATE sessions SET hz = 9e999, smoothing = 'none', title = CAST(x'eda0bd' AS TEXT), notes = CAST(x'ff' AS TEXT)",
    "UPDATE pictures SET name = CAST(x'eda0bd' AS TEXT)",
    "UPDATE models SET version = CAST(x'eda0bd' AS TEXT)",
    "UPDATE markers SET text = CAST(x'eda0bd' AS TEXT)",
    "UPDATE readings SET scores = x'00', box = x'00', motion = x'00'",
)
"""SQLite alone: any of its columns may hold anything."""
POSTGRES: Final = (
    "UPDATE predictions SET light = 'NaN', threshold = 'Infinity', t = '-Infinity'",
    "UPDATE sessions SET hz = 'NaN', smoothing = '-Infinity'",
)


@pytest.fixture
def face(astronauts_head: Pixels) -> Face:
    return Analyzer(FakeDetector(), FakeClassifier({"happy": 0.8, "neutral": 0.2})).classify_crop(astronauts_head)


@pytest.fixture
def changed(url: str, face: Face) -> Iterator[Database]:
    """A session with a saved moment and an upload, each with a verdict, and impossible values in their rows."""
    with Database(url) as database:
        with Recorder(database, beginning(UUID, started_at=now())) as recorder:
            for n in range(40):
                recorder.write(row(n, (1, 2), began=now(), shapes=True))
            recorder.write(call_row(41, {1: ("nod",), 2: ()}, {1: ("thinking",)}))
            recorder.mark("a joke")

        def fill(store: Store) -> None:
            add_reading_verdict(store, UUID, 1, 2.0, at=now(), told=("thinking",), said="none", levels={"nod": 0.5})
            upload = store_picture(store, "a.png", (9, 9), [face], JUDGE, at=now(), keep_until=None)
            save_verdict(store, describe_picture(store, upload).faces[0].id, "sad")
            for number in range(12):
                crop = face.crop.copy()
                crop[0, 0] = number
                save_moment_verdict(store, replace(face, crop=crop), JUDGE, "happy", session=UUID, t=1.0)
            for poison in (*EVERYWHERE, *(SQLITE if database.path else POSTGRES)):
                store.execute(text(poison), {name: value for name, value in VALUES.items() if f":{name}" in poison})

        database.write(fill).result()
        yield database


def none_opened(prior: str) -> AbstractContextManager[Any]:
    raise AssertionError(prior)


def strictly(text: str) -> Any:
    """Parse JSON as a browser does: no NaN."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


def test_every_page_comes(changed: Database) -> None:
    """Now, Picture, History with its calendar, a session, uploads and Health are shown, and what the pages fetch is JSON."""
    storage = Storage(changed.url.render_as_string(hide_password=False))
    dashboard = create_app(Dependencies(none_opened, none_opened, list, Settings(), storage), Address("127.0.0.1", 8765))
    client = dashboard.app.test_client()
    try:
        for page in (
            "/",
            "/picture",
            "/history",
            "/history/pictures",
            "/health",
            "/settings",
            "/history/trends",
            f"/history/{UUID}",
        ):
            answer = client.get(page, base_url="http://127.0.0.1:8765")
            assert answer.status_code == 200, (page, answer.text[-300:])
            answer.data.decode("utf-8")
        timeline = client.get(f"/api/sessions/{UUID}/timeline", base_url="http://127.0.0.1:8765")
        assert len(strictly(timeline.text)["t"]) == 41
    finally:
        dashboard.close()


def test_every_figure_and_file_comes(changed: Database, tmp_path: Path) -> None:
    """Health as text and JSON, the list, the session's exports and report, the folder of verdicts, the data of a fit."""
    with changed.session() as store:
        found = health_report(store, now().astimezone())
        strictly(json.dumps(found.as_dict()))
        assert "On your 13 verdicts" in "\n".join(format_report(found))
        assert found.verdicts.over_time == ()
        strictly(json.dumps([each.as_dict() for each in session_queries.list_sessions(store)]))
        for form in ("csv", "jsonl", "parquet"):
            export_session(read_session_data(store, UUID), tmp_path / f"session.{form}", form)
        for line in (tmp_path / "session.jsonl").read_text(encoding="utf-8").splitlines():
            strictly(line)
        write_report(read_session_data(store, UUID), tmp_path / "session.html")
        export_verdicts(store, tmp_path / "set")
        for line in (tmp_path / "set/manifest.jsonl").read_text(encoding="utf-8").splitlines():
            assert strictly(line)["confidence"] == 0
        labelled_features(store, "me", JUDGE.sha256)
        assert [(each.told, each.levels) for each in list_reading_verdicts(store)] == [((), {"fer2013": None})]
        assert store.scalars(select(schema.Verdict.at)).first() is not None
