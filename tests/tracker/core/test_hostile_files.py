"""Files of ours that were changed on their way: each is taken in and can be shown from then on, or is a sentence."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import click
import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from tests.mutated import mutated
from tracker.commands.options import settings_options
from tracker.config.settings import SETTING_NAMES, Settings
from tracker.core.clock import start_clock
from tracker.core.errors import MienError, ModelError, StoreError
from tracker.core.frame import now
from tracker.core.printable import json_line
from tracker.core.records import JsonObject, as_json
from tracker.core.time_zone import HERE
from tracker.core.vocabulary import EXPRESSIONS
from tracker.exports.files import export_session
from tracker.exports.from_database import read_session_data
from tracker.exports.read_jsonl import read_log
from tracker.exports.session_data import SessionData
from tracker.health.report import health_report
from tracker.health.text_report import format_report
from tracker.live.alert_settings import AlertSettings, load_alert_settings, save_alert_settings
from tracker.live.alerts import Alert, AlertDetector
from tracker.model.classifier import OnnxClassifier
from tracker.model.contract import METADATA_KEY
from tracker.model.correction import LogitCorrection, PersonalFit
from tracker.motion.budget import motion_budget
from tracker.personal import fit_files, summary
from tracker.personal.select_fit import fit_for_named, unproven_sentence
from tracker.reports.earlier_sessions import read_earlier_sessions
from tracker.reports.html_report import render_report
from tracker.sources.factory import choose_source
from tracker.store.database import Database, parse_database_url
from tracker.store.recorder import Recorder
from tracker.store.session_queries import list_sessions, session_detail
from tracker.store.testing import BEGAN, JUDGE, beginning, row
from tracker.store.timeline_query import query_timeline
from tracker.store.uploads import describe_picture, list_pictures, store_picture
from tracker.store.verdict_export import export_verdicts, import_verdicts, read_verdicts
from tracker.store.verdicts import save_moment_verdict
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

FEW, MANY = 10, 300
PATIENT: Final = pytest.mark.timeout(1800)
LONGEST: Final = 2000
"""Characters of a sentence: it may name a path and quote a value."""
OBSERVATIONS: Final = 24
PERSON: Final = "mia"
MODEL: Final = "0" * 64


@dataclass(frozen=True)
class Kind:
    """name: of the file. text: whether it is JSON or TOML. make: writes a whole one. take: reads and shows it."""

    name: str
    make: Callable[[Path], None]
    take: Callable[[Path], None]
    text: bool = True
    change: Callable[[bytes, int], bytes] | None = None

    def changed(self, whole: bytes, number: int) -> bytes:
        if self.change is not None and number % 2:
            return self.change(whole, number)
        return mutated(whole, number, text=self.text)


def shown_everywhere(found: SessionData, folder: Path) -> None:
    """As a table of each form and as a page."""
    for form in ("csv", "jsonl", "parquet"):
        export_session(found, folder / f"out.{form}", form)
    render_report(found)


def settings(path: Path) -> None:
    path.write_text(
        'source = "fake"\nhz = 2.5\nfaces = "own"\nmotion = "on"\nsmoothing = 1.0\nprior = "natural"\nperson = "mia"\n'
        'db = "sqlite:///mine.db"\nretention = "30d"\nhost = "127.0.0.1"\nport = 8765\ntoken = true\n'
    )


def use_settings(path: Path) -> None:
    @click.command()
    @settings_options(*SETTING_NAMES)
    def command(settings: Settings) -> None:
        choose_source(settings.source, start_clock(), lambda _: None)
        motion_budget(settings.motion, live=True)
        if settings.db:
            parse_database_url(settings.db)

    with suppress(click.ClickException):
        command.main(["--config", str(path)], standalone_mode=False)


def cues(path: Path) -> None:
    save_alert_settings(
        AlertSettings(on=True, cues=(Alert("angry", 120.0), Alert("talking", 300.0, "Five minutes by now."))), path.parent
    )


def use_cues(path: Path) -> None:
    wishes = load_alert_settings(path.parent)
    json_line(wishes.as_dict())
    watcher = AlertDetector(wishes.wanted)
    for n in range(OBSERVATIONS):
        watcher.observe(row(n))


def fit(path: Path) -> None:
    width = 4
    correction = LogitCorrection(np.full((len(EXPRESSIONS), width), 0.25), np.linspace(-1, 1, len(EXPRESSIONS)))
    compared: JsonObject = {
        "before": {"n": 40, "right": 20},
        "after": {"n": 40, "right": 30},
        "interval": [0.1, 0.4],
        "lone": False,
    }
    folder = path.parents[1]
    fit_files.save(PersonalFit(PERSON, 1, BEGAN, "verdicts", MODEL, 0.25, 40, correction, compared), folder)
    fit_files.promote(PERSON, 1, by="fit", folder=folder)
    fit_files.promote(PERSON, 1, by="person", folder=folder)


def use_fit(path: Path) -> None:
    folder = path.parents[1]
    summary.describe_fits(PERSON)
    summary.fit_history(PERSON)
    for each in fit_files.versions(PERSON, folder):
        unproven_sentence(each)
    personal_fit, _ = fit_for_named(PERSON, MODEL, folder)
    if personal_fit is not None:
        personal_fit.correction.logits(np.ones((2, 4), np.float32))


def log(path: Path) -> None:
    lines = [as_json(row(n, (1, 2) if n > 20 else (1,), shapes=True)) for n in range(OBSERVATIONS)]
    lines.insert(5, {"session": "s", "t": 2.2, "at": lines[5]["at"], "marker": "Q&A"})
    lines.insert(9, {"session": "s", "t": 4.1, "at": lines[9]["at"], "pause": "paused", "until": 4.4})
    path.write_text("".join(json_line(line) + "\n" for line in lines))


def use_log(path: Path) -> None:
    shown_everywhere(read_log(path), path.parent)


def fill(database: Database) -> None:
    """A session with all that can be kept of one, an upload, and verdicts."""
    face = Analyzer(FakeDetector(), FakeClassifier()).classify_crop(np.full((48, 48, 3), 90, np.uint8))
    began = now() - timedelta(days=1)
    begin = beginning("11111111-0000-4000-8000-000000000000", started_at=began)
    with Recorder(database, begin) as recorder:
        recorder.entitle("Stand-up")
        for n in range(OBSERVATIONS):
            recorder.write(row(n, began=began, shapes=True))
        recorder.mark("Q&A", 7.0, began + timedelta(seconds=7))
        recorder.pause()
        recorder.end(began + timedelta(seconds=30))

    def keep(store: Any) -> None:
        store_picture(store, "face.jpg", (48, 48), [face, face], JUDGE, at=now(), keep_until=None)
        for number, said in enumerate(EXPRESSIONS):
            save_moment_verdict(store, face, JUDGE, said, t=float(number), session=begin.uuid, at=began)

    database.write(keep).result()


def verdicts(path: Path) -> None:
    with Database(f"sqlite:///{path.parent / 'made.db'}") as database:
        fill(database)
        with database.session() as store:
            export_verdicts(store, path.parent / "set")
    for made in (path.parent / "set").iterdir():
        made.rename(path.parent / made.name)


def use_verdicts(path: Path) -> None:
    entries = read_verdicts(path.parent, lambda: pytest.fail("a manifest needs no model"))
    with Database(f"sqlite:///{path.parent / 'taken.db'}") as database:
        database.write(lambda store: import_verdicts(store, entries)).result()
        everything_shown(database, path.parent)


def everything_shown(database: Database, folder: Path) -> None:
    """As the pages and commands have it: History, a session, exports, Health, pictures, verdicts."""
    with database.session() as store:
        for each in list_sessions(store):
            (
                json_line(each.as_dict()),
                each.figures.as_dict(),
                each.figures.in_words(),
                f"{each.started_at.astimezone(HERE):%H:%M}",
            )
            json_line(session_detail(store, each.id).as_dict())
            json_line(as_json(query_timeline(store, each.id)))
            shown_everywhere(read_session_data(store, each.id), folder)
            render_report(read_session_data(store, each.id), read_earlier_sessions(store, each.id))
    with database.session() as store:
        found = health_report(store, now().astimezone(HERE))
    json_line(found.as_dict()), list(format_report(found))
    with database.session() as store:
        for upload in list_pictures(store):
            json_line([[each.scores, each.heads, each.light] for each in describe_picture(store, upload.uuid).faces])
    with database.session() as store:
        export_verdicts(store, folder / f"verdicts {Random().random()}")


def database(path: Path) -> None:
    with Database(f"sqlite:///{path}") as opened:
        fill(opened)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def use_database(path: Path) -> None:
    for beside in (path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        beside.unlink(missing_ok=True)
    with Database(f"sqlite:///{path}") as opened:
        everything_shown(opened, path.parent)


VALUES: Final = (None, -1, 2**63 - 1, 1e308, "9" * 400, "", "x", b"", b"\xff\xfe\0", b"\x01" * 14, b"[" * 3000, "{}", "null")


def broken_values(whole: bytes, number: int) -> bytes:
    """A database that is whole as SQLite sees it, and holds what Mien never wrote."""
    chance = Random(number)
    connection = sqlite3.connect(":memory:")
    connection.deserialize(whole)
    connection.executescript("PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '')")
    loose = sqlite3.connect(":memory:")
    loose.deserialize(connection.serialize())
    tables = [name for (name,) in loose.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    for _ in range(chance.randint(1, 3)):
        table = chance.choice(tables)
        column = chance.choice([found[1] for found in loose.execute(f"PRAGMA table_info({table})")])
        with suppress(sqlite3.Error):
            value = "CAST(? AS TEXT)" if chance.random() < 0.2 else "?"
            loose.execute(f"UPDATE {table} SET {column} = {value}", (chance.choice(VALUES),))  # noqa: S608 - names of our own
    loose.commit()
    return loose.serialize()


def use_model(path: Path) -> None:
    classifier = OnnxClassifier(path)
    crops = np.random.default_rng(3).integers(0, 256, (3, classifier.contract.side, classifier.contract.side), np.uint8)
    for prediction in classifier.classify(crops):
        json_line({name: scores.as_dict() for name, scores in prediction.heads.items()} | prediction.scores.as_dict())
        assert np.isfinite(prediction.features).all()


def broken_network(whole: bytes, number: int) -> bytes:
    """An ONNX file that is one, with other weights, sizes, operators or words."""
    chance = Random(number)
    model = onnx.load_from_string(whole)
    weights = chance.choice(model.graph.initializer)
    node = chance.choice(model.graph.node)
    match chance.randrange(7):
        case 0:
            values = numpy_helper.to_array(weights).copy()
            values.ravel()[chance.randrange(values.size) :: chance.choice((1, 1000))] = chance.choice((np.nan, np.inf, 1e38))
            weights.CopyFrom(numpy_helper.from_array(values, weights.name))
        case 1:
            weights.dims[chance.randrange(len(weights.dims))] = chance.choice((0, 1, -1, 2**40))
        case 2:
            node.op_type = chance.choice(("Identity", "Softmax", "Shape", "Loop", "RandomUniformLike", "Nothing", "ReduceMax"))
        case 3:
            weights.data_type = chance.choice(range(20))
        case 4:
            node.input[chance.randrange(len(node.input))] = chance.choice(("crops", "nowhere", ""))
        case 5:
            model.opset_import[0].version = chance.choice((0, 1, 9, 999, -1))
        case 6:
            entry = next(entry for entry in model.metadata_props if entry.key == METADATA_KEY)
            entry.value = mutated(entry.value.encode(), number, text=True).decode(errors="replace")
    return bytes(model.SerializeToString())


KINDS: Final = (
    Kind("mien.toml", settings, use_settings),
    Kind("cues.json", cues, use_cues),
    Kind("people/mia/1.json", fit, use_fit),
    Kind("people/mia/current.json", fit, use_fit),
    Kind("log.jsonl", log, use_log),
    Kind("manifest.jsonl", verdicts, use_verdicts),
    Kind("mien.db", database, use_database, text=False, change=broken_values),
    Kind("linear.onnx", lambda _: None, use_model, text=False, change=broken_network),
)


@pytest.mark.parametrize("numbers", [range(FEW), pytest.param(range(FEW, MANY), marks=(pytest.mark.long, PATIENT))], ids=len)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_file_that_was_changed_is_taken_in_or_is_a_sentence(
    kind: Kind, numbers: range, model_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bits, pieces, values, nesting: no traceback when it is read, nor when what was taken in is shown and exported."""
    monkeypatch.setattr(fit_files, "people_folder", lambda: tmp_path / "people")
    path = tmp_path / kind.name
    path.parent.mkdir(parents=True, exist_ok=True)
    kind.make(path)
    whole = path.read_bytes()
    kind.take(path)
    for number in numbers:
        path.write_bytes(kind.changed(whole, number))
        try:
            kind.take(path)
        except MienError as error:
            assert 10 < len(str(error)) < LONGEST, number  # noqa: PT017 - most files are refused, not all
        except Exception as error:
            error.add_note(f"{kind.name}, changed by {number}")
            raise


def test_weights_that_are_no_numbers_are_a_sentence(model_file: Path) -> None:
    """NaN is told when the file is opened, whatever face would be judged."""
    model = onnx.load(model_file)
    weights = numpy_helper.to_array(model.graph.initializer[0]).copy()
    weights[7, 0] = np.nan
    model.graph.initializer[0].CopyFrom(numpy_helper.from_array(weights, model.graph.initializer[0].name))
    onnx.save(model, model_file)

    with pytest.raises(ModelError, match="not a finite number for every face"):
        OnnxClassifier(model_file)


def test_a_mistake_of_ours_is_not_blamed_on_a_whole_database(tmp_path: Path) -> None:
    """What fails over good data stays a traceback; over a value that Mien never wrote, in whatever column, it is a sentence."""
    path = tmp_path / "mien.db"
    database(path)
    with pytest.raises(ZeroDivisionError), Database(f"sqlite:///{path}") as opened, opened.session():
        raise ZeroDivisionError
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE sessions SET title = x'ff'")
    with pytest.raises(StoreError, match="holds what Mien never wrote"), Database(f"sqlite:///{path}") as opened:
        everything_shown(opened, tmp_path)
