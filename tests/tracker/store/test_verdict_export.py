"""Verdicts as a folder: what was exported can be imported, only once, and so can folders of other origin."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session as Store

from tracker.cli import main
from tracker.config.model_files import released_model
from tracker.core.errors import DataError, UsageError
from tracker.core.face import Face
from tracker.core.frame import Pixels, now
from tracker.core.vocabulary import EXPRESSIONS, SAID
from tracker.model.provenance import ModelProvenance
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.verdict_export import export_verdicts, import_verdicts, read_verdicts
from tracker.store.verdicts import save_moment_verdict, save_verdict
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

AT = datetime(2026, 11, 22, 10, 15, 2, 503_000, tzinfo=UTC)
JUDGE = ModelProvenance("a" * 64, "fake", "1", "live", 0.4, person="Ana", fit=2)
BORN = ("id", "prediction_id", "picture_id", "session_id", "model_id", "features", "replaced", "whole")
"""Columns that a folder does not hold: numbers of this store, and what only belongs to it."""


def no_model() -> tuple[Analyzer, ModelProvenance]:
    raise AssertionError("A manifest needs no model.")


@pytest.fixture
def faces(astronauts_head: Pixels) -> list[Face]:
    """For each possible verdict a face in another light, with other scores."""
    return [
        Analyzer(FakeDetector(), FakeClassifier()).classify_crop((astronauts_head * light).astype(np.uint8))
        for light in np.linspace(0.3, 1, len(SAID))
    ]


@pytest.fixture
def filled(tmp_path: Path, faces: list[Face]) -> Iterator[Store]:
    """A store with one verdict of each kind."""
    with Database(f"sqlite:///{tmp_path / 'one.db'}") as database:

        def fill(store: Store) -> None:
            for number, (face, said) in enumerate(zip(faces, SAID, strict=True)):
                at = AT + timedelta(minutes=number)
                save_moment_verdict(store, face, JUDGE, said, t=float(number), number=number, person="Ana", at=at)

        database.write(fill).result()
        with database.session() as store:
            yield store


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path / 'other.db'}") as database:
        yield database


def told(store: Store) -> list[dict[str, object]]:
    """All columns that a folder holds of each verdict, oldest first."""
    rows = []
    for verdict in store.scalars(select(schema.Verdict).order_by(schema.Verdict.at)):
        columns = {**_columns(verdict.prediction), **{f"verdict_{name}": value for name, value in _columns(verdict).items()}}
        rows.append(columns | {"model": verdict.prediction.model.sha256})
    return rows


def _columns(row: schema.Base) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in BORN}


def test_an_exported_verdict_is_imported_unchanged(filled: Store, empty: Database, tmp_path: Path) -> None:
    """Every kind of verdict, its crop pixel by pixel, and its prediction; importing it again adds nothing."""
    assert export_verdicts(filled, tmp_path / "set") == (len(SAID), 0)
    assert {entry.name for entry in (tmp_path / "set").iterdir()} >= {"happy", "contempt", "not-a-face", "cant-tell"}

    entries = read_verdicts(tmp_path / "set", no_model)
    assert empty.write(lambda store: import_verdicts(store, entries)).result() == (len(SAID), 0)
    with empty.session() as store:
        assert told(store) == told(filled)
        assert store.scalars(select(schema.Prediction.features)).first() is None

    again = read_verdicts(tmp_path / "set", no_model)
    assert empty.write(lambda store: import_verdicts(store, again)).result() == (0, len(SAID))


def test_importing_where_it_came_from_adds_nothing(tmp_path: Path, faces: list[Face]) -> None:
    """An export into its own store adds nothing; two verdicts on the same crop at two times stay two."""
    with Database(f"sqlite:///{tmp_path / 'one.db'}") as database:
        for minutes in (0, 1):
            at = AT + timedelta(minutes=minutes)
            moment = partial(save_moment_verdict, face=faces[0], provenance=JUDGE, said="sad", at=at)
            database.write(moment).result()
        with database.session() as store:
            assert export_verdicts(store, tmp_path / "set") == (2, 0)
        entries = read_verdicts(tmp_path / "set", no_model)
        assert database.write(lambda store: import_verdicts(store, entries)).result() == (0, 2)


def test_a_manifest_line_says_what_was_said_and_by_whom(filled: Store, tmp_path: Path) -> None:
    """One line for each crop, with its file, verdict, prediction, model, time, origin, person and prior."""
    export_verdicts(filled, tmp_path / "set")

    lines = [json.loads(line) for line in (tmp_path / "set/manifest.jsonl").read_text().splitlines()]
    line = next(line for line in lines if line["said"] == "can't tell")
    assert line["file"].startswith("cant-tell/")
    assert (tmp_path / "set" / line["file"]).exists()
    assert (line["model"], line["person"], line["origin"], line["prior"]) == ("a" * 64, "Ana", "live", "live")
    assert line["at"] == "2026-11-22T10:24:02.503Z"
    assert sum(line["scores"].values()) == pytest.approx(1, abs=1e-4)


def test_a_verdict_without_a_crop_is_counted_not_written(filled: Store, tmp_path: Path) -> None:
    """It is left out of the folder, and counted."""
    filled.scalars(select(schema.Prediction)).first().crop = None  # type: ignore[union-attr]
    filled.flush()

    assert export_verdicts(filled, tmp_path / "set") == (len(SAID) - 1, 1)
    assert export_verdicts(filled, tmp_path / "nobodys", person="me") == (0, 0)


def test_a_folder_that_holds_something_is_left_alone(filled: Store, tmp_path: Path) -> None:
    """An export into a folder that is not empty is refused: old crops in it would be taken for verdicts."""
    (tmp_path / "set").mkdir()
    (tmp_path / "set/old.png").touch()

    with pytest.raises(UsageError, match="is not empty"):
        export_verdicts(filled, tmp_path / "set")


def test_a_folder_of_classes_is_judged_by_the_model(tmp_path: Path, astronauts_head: Pixels) -> None:
    """Without a manifest the real model classifies each crop; a second import adds nothing; FER+'s names are understood."""
    for folder in ("happiness", "not-a-face"):
        (tmp_path / "classes" / folder).mkdir(parents=True)
        shade = astronauts_head if folder == "happiness" else astronauts_head // 2
        cv2.imwrite(str(tmp_path / "classes" / folder / "1.png"), shade)
    db = f"sqlite:///{tmp_path / 'new.db'}"
    arguments = ["verdicts", "import", str(tmp_path / "classes"), "--db", db, "--person", "Ana"]

    first, second = (CliRunner().invoke(main, arguments) for _ in range(2))

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "2 verdicts taken in" in first.stderr
    assert "no verdicts taken in" in second.stderr
    with Database(db) as database, database.session() as store:
        verdicts = store.scalars(select(schema.Verdict).order_by(schema.Verdict.said)).all()
        assert [(each.said, each.person, each.origin) for each in verdicts] == [
            ("happy", "Ana", "import"), ("not a face", "Ana", "import"),
        ]  # fmt: skip
        prediction = verdicts[0].prediction
        assert (prediction.expression, prediction.found, len(prediction.features or ())) == ("happy", "crop", 192)
        assert prediction.model.name == "mien"
        assert released_model(None).exists()


def test_the_command_writes_what_the_store_holds(tmp_path: Path, faces: list[Face]) -> None:
    """`mien verdicts export` says how many it wrote where, and refuses a folder that is not empty with exit code 2."""
    db = f"sqlite:///{tmp_path / 'one.db'}"
    with Database(db) as database:
        database.write(lambda store: save_moment_verdict(store, faces[0], JUDGE, "sad")).result()
    arguments = ["verdicts", "export", str(tmp_path / "set"), "--db", db]

    first, second = (CliRunner().invoke(main, arguments) for _ in range(2))

    assert (first.exit_code, "1 verdict in" in first.stderr) == (0, True)
    assert (second.exit_code, "not empty" in second.stderr) == (2, True)
    assert [file.name for file in (tmp_path / "set/sad").iterdir()] == ["000001.png"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"said": "bored" * 1000}, "should be one of angry"),
        ({"file": "../one.db"}, "outside of the folder"),
        ({"file": "sad/none.png"}, "No such file"),
        ({"file": "s" * 1_000_000}, "it.file should be a text of up to 400 characters"),
        ({"scores": {"happy": 1.0}}, "should be a number from 0 to 1 for each"),
        ({"scores": dict.fromkeys(EXPRESSIONS, 1.0)}, "should be 1 together, found 7"),
        ({"scores": dict.fromkeys(EXPRESSIONS, 0.0) | {"happy": 2.0, "sad": -1.0}}, "from 0 to 1, found 2"),
        ({"at": "yesterday"}, "ISO 8601"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "between 1970 and now"),
        ({"at": "9999-01-01T00:00:00Z"}, "between 1970 and now"),
        ({"judged_at": "0001-01-01T00:00:00Z"}, "between 1970 and now"),
        ({"at": (now() + timedelta(days=2)).isoformat()}, "between 1970 and now"),
        ({"box": [1, 2]}, "it.box should be a list of 4"),
        ({"box": [1, 2, 3, 10**9]}, "it.box[3] should be a whole number from 0 to 32767"),
        ({"box": [1, 2, -3, 4]}, "it.box[2] should be a whole number from 0"),
        ({"confidence": -5}, "it.confidence should be a number from 0 to 1, found -5"),
        ({"threshold": 1.5}, "it.threshold should be a number from 0 to 1"),
        ({"t": -1}, "it.t should be a number from 0"),
        ({"face": 2**40}, "it.face should be a whole number from 0"),
        ({"fit": 0.5}, "it.fit should be a whole number"),
        ({"model": "f" * 63}, "64 hexadecimal digits"),
        ({"model_name": "m" * 1_000_000}, "it.model_name should be a text of up to 200 characters"),
        ({"model_version": "\ud83d"}, "half an emoji"),
        ({"prior": "a\nb"}, "another control"),
        ({"reason": "r" * 41}, "it.reason should be a text of up to 40"),
        ({"person": "../../me"}, "is no name for a person"),
        ({"fitted_to": "\ud83d"}, "is no name for a person"),
        ({"heads": {"fer2013": {"\ud83d": 0.5}}}, "half an emoji"),
        ({"heads": {"fer2013": {"angry": 1.5}}}, "it.heads.fer2013.angry should be a number from 0 to 1"),
    ],
)
def test_a_manifest_that_is_wrong_is_told_by_its_line(
    filled: Store, tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    """The sentence names the line and what is wrong; no file outside of the folder is read."""
    export_verdicts(filled, tmp_path / "set")
    manifest = tmp_path / "set/manifest.jsonl"
    lines = manifest.read_text().splitlines()
    lines[2] = json.dumps(json.loads(lines[2]) | change)
    manifest.write_text("\n".join(lines))

    with pytest.raises(DataError, match="line 3") as refused:
        read_verdicts(tmp_path / "set", no_model)
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 1000


@pytest.mark.parametrize(("arguments", "person"), [([], "mia"), (["--person", "Ana"], "Ana")])
def test_imported_verdicts_are_of_the_person_in_the_settings(
    tmp_path: Path, astronauts_head: Pixels, arguments: list[str], person: str
) -> None:
    """Without a manifest, verdicts are of the person in mien.toml or --person; an impossible name is refused."""
    (tmp_path / "classes/happy").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "classes/happy/1.png"), astronauts_head)
    (tmp_path / "mien.toml").write_text('person = "mia"')
    db = f"sqlite:///{tmp_path / 'new.db'}"
    command = ["verdicts", "import", str(tmp_path / "classes"), "--db", db, "--config", str(tmp_path / "mien.toml")]
    assert CliRunner().invoke(main, [*command, *arguments]).exit_code == 0
    with Database(db) as database, database.session() as store:
        assert store.scalars(select(schema.Verdict.person)).all() == [person]
    assert CliRunner().invoke(main, [*command, "--person", "a/b"]).exit_code == 2


def test_a_crop_that_is_larger_than_any_network_reads_is_refused(filled: Store, tmp_path: Path) -> None:
    """It is refused before it is decoded: a few bytes may claim a gigabyte."""
    export_verdicts(filled, tmp_path / "set")
    file = next((tmp_path / "set/sad").iterdir())
    file.write_bytes(cv2.imencode(".png", np.zeros((1025, 1025), np.uint8))[1].tobytes())
    with pytest.raises(DataError, match="a square gray PNG"):
        read_verdicts(tmp_path / "set", no_model)


def test_a_folder_without_classes_is_refused(tmp_path: Path) -> None:
    """A folder that is not there, an empty one, and one that is named after no expression are refused."""
    with pytest.raises(DataError, match="no such folder"):
        read_verdicts(tmp_path / "nowhere", no_model)
    with pytest.raises(DataError, match="no pictures"):
        read_verdicts(tmp_path, no_model)
    (tmp_path / "bored").mkdir()
    with pytest.raises(DataError, match="no expression is called so"):
        read_verdicts(tmp_path, no_model)


def test_only_the_last_verdict_on_a_face_is_exported(filled: Store, tmp_path: Path) -> None:
    """After a changed mind, only the last verdict is exported."""
    save_verdict(filled, 1, "happy")

    assert export_verdicts(filled, tmp_path / "set") == (len(SAID), 0)
    assert (tmp_path / "set/happy/000001.png").exists()
    assert not (tmp_path / "set/angry").exists()
