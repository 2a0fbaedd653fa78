"""Verdicts and health are the same in SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Store

from tracker.core.face import Face
from tracker.core.frame import Pixels
from tracker.health.report import health_report
from tracker.model.provenance import ModelProvenance
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.retention import delete_keeping_verdicts
from tracker.store.uploads import crop_data, describe_picture, list_pictures, picture_data, store_picture
from tracker.store.verdict_export import export_verdicts, import_verdicts, read_verdicts
from tracker.store.verdicts import labelled_features, save_moment_verdict, save_verdict, undo_verdict
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

AT = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
JUDGE = ModelProvenance("a" * 64, "fake", "1", "live", 0.4)


def classified(head: Pixels, light: float) -> Face:
    scores = {"happy": 0.8, "neutral": 0.2}
    return Analyzer(FakeDetector(), FakeClassifier(scores)).classify_crop((head * light).astype(np.uint8))


def test_a_verdicts_whole_way_is_the_same(database: Database, astronauts_head: Pixels, tmp_path: Path) -> None:
    """It is stored, changed, undone, spared by retention, read as training data, counted, exported and imported."""
    whole = cv2.imencode(".png", astronauts_head)[1].tobytes()
    faces = [classified(astronauts_head, light) for light in (1.0, 0.8)]
    recorded = database.write(
        partial(store_picture, name="a", size=(96, 96), faces=faces, provenance=JUDGE, at=AT, keep_until=AT)
    )

    def think_twice(store: Store) -> int:
        number = describe_picture(store, recorded.result()).faces[0].id
        save_verdict(store, number, "sad", at=AT)
        save_verdict(store, number, "happy", None, whole, at=AT + timedelta(minutes=1))
        assert picture_data(store, recorded.result()) == whole
        undo_verdict(store, number)
        return number

    number = database.write(think_twice).result()
    moment = database.write(
        partial(save_moment_verdict, face=faces[1], provenance=JUDGE, said="can't tell", session="none", t=1.5)
    ).result()
    database.write(lambda store: delete_keeping_verdicts(store, schema.Picture, schema.Picture.keep_until <= AT)).result()

    with database.session() as store:
        assert store.get_one(schema.Prediction, number).picture_id is None
        assert (picture_data(store, recorded.result()), crop_data(store, number)) == (None, None)
        assert list_pictures(store) == []
        assert labelled_features(store, "me", JUDGE.sha256).predictions == (number,)
        found = health_report(store, AT + timedelta(days=1)).verdicts
        assert (found.rate.n, found.rate.right, found.apart["can't tell"]) == (1, 0, 1)
        assert export_verdicts(store, tmp_path / "set") == (1, 1)
    entries = read_verdicts(tmp_path / "set", lambda: (Analyzer(FakeDetector(), FakeClassifier()), JUDGE))
    assert database.write(lambda store: import_verdicts(store, entries)).result() == (0, 1)
    database.write(lambda store: undo_verdict(store, moment)).result()
    with database.session() as store:
        assert store.scalar(select(func.count()).select_from(schema.Verdict)) == 1


def test_sessions_are_counted_the_same(database: Database) -> None:
    """Six sessions this week and six before: sums, means and samples are the same in both databases."""

    def fill(store: Store) -> None:
        for number in range(12):
            began = AT - timedelta(days=number + (3 if number > 5 else 0))
            session = schema.Session(
                uuid=str(number), source="0", hz=1, faces="own", prior="live", smoothing=1, threshold=0.4, person=None,
                started_at=began,
            )  # fmt: skip
            store.add(session)
            store.flush()
            who = schema.Participant(session_id=session.id, number=1)
            frames = [
                schema.Observation(session_id=session.id, t=float(n), at=began, frame=n, took=20 + n % 3) for n in range(40)
            ]
            store.add_all([who, *frames])
            store.flush()
            store.add_all(
                schema.Reading(
                    observation_id=frame.id, participant_id=who.id, box=(1, 2, 3, 4),
                    expression="happy" if n % 4 else "unclear", confidence=0.75, scores=(1 / 7,) * 7, smooth=(1 / 7,) * 7,
                    reason="too dark" if n % 8 == 0 else None,
                )
                for n, frame in enumerate(frames)
            )  # fmt: skip

    database.write(fill).result()
    with database.session() as store:
        found = health_report(store, AT + timedelta(minutes=1)).drift[0]

    assert (found.before, found.after, found.changed) == (6, 6, False)
    means = {measure.name: measure.after for measure in found.measures}
    assert means["confidence"] == pytest.approx(0.75)
    assert means["unclear"] == pytest.approx(5 / 35)
    assert means["failed"] == pytest.approx(0.125)
    assert means["took"] == pytest.approx((14 * 20 + 13 * 21 + 13 * 22) / 40)
