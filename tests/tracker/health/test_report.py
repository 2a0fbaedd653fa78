"""The report on health, from a real database to the text on a terminal."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select
from sqlalchemy.orm import Session as Store

from tracker.cli import main
from tracker.core.face import Face
from tracker.core.frame import Pixels
from tracker.core.vocabulary import EXPRESSIONS
from tracker.health import queries
from tracker.health.report import health_report
from tracker.model.provenance import ModelProvenance
from tracker.store import schema
from tracker.store.crops import to_png
from tracker.store.database import Database
from tracker.store.session_figures import figures_of_session
from tracker.store.uploads import describe_picture, store_picture
from tracker.store.verdicts import labelled_features, save_moment_verdict, save_verdict
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
JUDGE = ModelProvenance("a" * 64, "mien", "1", "live", 0.4)
EVEN = (1 / 7,) * 7


@pytest.fixture
def db(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'mien.db'}"


@pytest.fixture
def database(db: str) -> Iterator[Database]:
    with Database(db) as database:
        yield database


@pytest.fixture
def face(astronauts_head: Pixels) -> Face:
    """The model says happy, 80 %."""
    return Analyzer(FakeDetector(), FakeClassifier({"happy": 0.8, "neutral": 0.2})).classify_crop(astronauts_head)


def another(face: Face, number: int) -> Face:
    """The same face with other pixels."""
    crop = face.crop.copy()
    crop[0, 0] = number
    return replace(face, crop=crop)


def meeting(store: Store, began: datetime, mix: dict[str, float], seed: int, *, readings: int = 200, took: int = 20) -> None:
    """Store a session with a mix of expressions; "too dark" stands for unreadable faces."""
    session = schema.Session(
        uuid=f"{began:%m%d%H%M}", source="0", hz=1, faces="own", prior="live", smoothing=1, threshold=0.4,
        person=None, started_at=began,
    )  # fmt: skip
    store.add(session)
    store.flush()
    who = schema.Participant(session_id=session.id, number=1)
    store.add(who)
    store.flush()
    frames = [{"session_id": session.id, "t": float(n), "at": began, "frame": n, "took": took} for n in range(readings)]
    ids = store.scalars(insert(schema.Observation).returning(schema.Observation.id), frames).all()
    words = np.random.default_rng(seed).choice(list(mix), readings, p=list(mix.values()))
    said = [("unclear", str(word)) if word not in (*EXPRESSIONS, "unclear") else (str(word), None) for word in words]
    rows = [
        {"observation_id": each, "participant_id": who.id, "box": (1, 2, 3, 4), "expression": shown, "confidence": 0.7,
         "scores": EVEN, "smooth": EVEN, "reason": reason}
        for each, (shown, reason) in zip(ids, said, strict=True)
    ]  # fmt: skip
    store.execute(insert(schema.Reading), rows)


def test_an_empty_store_is_told_plainly(database: Database) -> None:
    """There are no figures, but sentences on what is missing of verdicts, sessions and uploads; all of it is JSON."""
    with database.session() as store:
        found = health_report(store, NOW)

    told = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert told["sentence"] == "There are no verdicts yet: 10 more, and Mien can tell how often the model is right."
    assert (told["verdicts"]["rate"]["accuracy"], told["verdicts"]["rate"]["missing"]) == (None, 10)
    assert told["verdicts"]["calibration"]["says"] == "not enough yet"
    assert [(each["witnesses"], each["enough"]) for each in told["drift"]] == [("session", False), ("uploaded face", False)]
    assert told["drift"][0]["missing"] == [5, 5]


def test_verdicts_of_uploads_and_moments_become_figures(database: Database, face: Face) -> None:
    """Twelve uploads with verdicts and four live moments are counted by origin, model and light as they were stored."""

    def fill(store: Store) -> None:
        for number in range(14):
            uuid = store_picture(store, "a.png", (96, 96), [face], JUDGE, at=NOW, keep_until=None)
            prediction = describe_picture(store, uuid).faces[0].id
            if number < 12:
                crop = to_png(another(face, number).crop)
                save_verdict(store, prediction, "happy" if number < 9 else "sad", crop, at=NOW)
        for number in range(4):
            save_moment_verdict(
                store, another(face, 20 + number), JUDGE, "happy" if number else "not a face", person="Ana", at=NOW
            )

    database.write(fill).result()
    with database.session() as store:
        told: Any = health_report(store, NOW).as_dict()["verdicts"]
        mine, anas = health_report(store, NOW, "me"), health_report(store, NOW, "Ana")

    assert (told["rate"]["n"], told["rate"]["right"], told["rate"]["accuracy"]) == (15, 12, 0.8)
    assert (told["faces"], told["answered"]) == (14, 12)
    groups = {group["name"]: group["rate"]["n"] for group in told["by"]["origin"]["groups"]}
    assert groups == {"live": 3, "picture": 12}
    assert [group["name"] for group in told["by"]["model"]["groups"]] == [f"mien 1 ({'a' * 8})"]
    assert told["apart"]["not a face"] == 1
    assert told["confusion"][EXPRESSIONS.index("sad")][EXPRESSIONS.index("happy")] == 3
    assert told["calibration"]["bins"][3]["rate"]["n"] == 15
    assert [each["begin"] for each in told["over_time"]] == ["2026-11-23"]
    assert mine.sentence.startswith("On your 12 verdicts the model is right 75\N{NARROW NO-BREAK SPACE}% of the time")
    assert anas.sentence.startswith("There are 3 verdicts so far: 7 more")


def test_equal_crops_count_once(database: Database, face: Face) -> None:
    """One picture three times and one crop at twenty dates count as two verdicts, each as it was given last."""

    def fill(store: Store) -> None:
        for number in range(3):
            uuid = store_picture(store, "a.png", (96, 96), [face], JUDGE, at=NOW, keep_until=None)
            prediction = describe_picture(store, uuid).faces[0].id
            save_verdict(
                store, prediction, "sad" if number < 2 else "happy", to_png(face.crop), at=NOW + timedelta(minutes=number)
            )
        for number in range(20):
            save_moment_verdict(store, another(face, 1), JUDGE, "sad", at=NOW - timedelta(days=number))

    database.write(fill).result()
    with database.session() as store:
        found = health_report(store, NOW + timedelta(hours=1)).verdicts
        assert (found.rate.n, found.rate.right) == (2, 1)
        assert [EXPRESSIONS[label] for label in labelled_features(store, "me", JUDGE.sha256).labels] == ["sad", "happy"]


def test_a_change_in_what_is_seen_is_told(database: Database) -> None:
    """Six meetings this week are sadder, darker and slower than twelve before, and the report says so."""
    usual = {"neutral": 0.6, "happy": 0.3, "unclear": 0.1}
    sad = {"neutral": 0.2, "sad": 0.5, "unclear": 0.1, "too dark": 0.2}

    def fill(store: Store) -> None:
        for number in range(12):
            meeting(store, NOW - timedelta(days=9 + number), usual, number)
        for number in range(6):
            meeting(store, NOW - timedelta(days=1 + number), sad, number, took=60)

    database.write(fill).result()
    with database.session() as store:
        found = health_report(store, NOW).drift[0]

    assert (found.days, found.before, found.after, found.changed) == (7, 12, 6, True)
    changed = {measure.name: measure for measure in found.measures if measure.changed}
    assert set(changed) == {"mix", "failed", "took"}
    assert changed["failed"].after == pytest.approx(0.2, abs=0.05)
    assert (changed["took"].before, changed["took"].after) == (20.0, 60.0)
    confidence = next(measure for measure in found.measures if measure.name == "confidence")
    assert confidence.before == confidence.after == pytest.approx(0.7)


def test_with_few_sessions_months_are_compared(database: Database) -> None:
    """With three sessions a week, thirty days are compared with the ninety before them."""

    def fill(store: Store) -> None:
        for number in range(14):
            meeting(store, NOW - timedelta(days=1 + number * 5), {"neutral": 0.7, "happy": 0.3}, number)
        meeting(store, NOW - timedelta(hours=1), {"neutral": 1.0}, 99, readings=10)

    database.write(fill).result()
    with database.session() as store:
        found = health_report(store, NOW).drift[0]

    assert (found.days, found.reference_days, found.enough, found.changed) == (30, 90, True, False)
    # The ten readings of the last hour were a camera that was tried.
    assert (found.before, found.after) == (8, 6)


def test_of_a_long_session_only_confidence_is_sampled(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its shares are exact; averages of a fifth of its observations are near those of all."""
    database.write(lambda store: meeting(store, NOW, {"neutral": 0.6, "happy": 0.3, "unclear": 0.1}, 1, readings=5000)).result()
    with database.session() as store:
        exact = queries.session_samples(store, NOW, NOW + timedelta(days=1))
        monkeypatch.setattr(queries, "MAX_OBSERVATIONS_AVERAGED", 1000)
        sampled = queries.session_samples(store, NOW, NOW + timedelta(days=1))

        (session,) = store.scalars(select(schema.Session))
        shares = figures_of_session(store, session).shares()
    assert np.array_equal(exact.mix, sampled.mix)
    assert exact.unclear == sampled.unclear == shares["unclear"]
    assert sampled.confidence == pytest.approx(exact.confidence, abs=0.04)


def test_the_command_prints_text_and_json(database: Database, db: str, face: Face) -> None:
    """`mien health` begins with the first sentence; `--json` is the report that the page shows."""

    def fill(store: Store) -> None:
        for number in range(62):
            at = NOW - timedelta(days=number % 3)
            save_moment_verdict(store, another(face, number), JUDGE, "happy" if number < 50 else "sad", at=at)

    database.write(fill).result()
    words, data = (CliRunner().invoke(main, ["health", "--db", db, *more]) for more in ([], ["--json"]))

    assert (words.exit_code, data.exit_code) == (0, 0), words.output
    said = words.stdout.replace("\N{NARROW NO-BREAK SPACE}", " ")
    lines = said.splitlines()
    assert lines[0] == "On your 62 verdicts the model is right 81 % of the time (69 to 89)."
    assert lines[1].startswith("People correct a wrong answer more often")
    assert "  It says 80 % on average and is right 81 % of the time: its confidence is true" in said
    assert "  happy                  right 100 % (93 to 100) of 50" in lines
    assert "day by day" in lines
    assert lines[-1].startswith("  Not enough yet to compare the last 30 days (0 uploaded faces)")
    told = json.loads(data.stdout)
    assert told["sentence"] == words.stdout.splitlines()[0]
    assert told["verdicts"]["rate"]["interval"] == [0.6915, 0.8857]
