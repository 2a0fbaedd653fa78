"""A session as files: the same columns and objects as `mien log`, in three formats that agree."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec.structs import replace as renamed
from pyarrow import parquet
from sqlalchemy import BigInteger, select, type_coerce, update
from sqlalchemy.orm import Session as Store

from tests.tracker.exports.conftest import BEGAN
from tracker.core.errors import MienError, UnknownError, UsageError
from tracker.core.records import TABLE_COLUMNS, ObservationRecord
from tracker.exports.columns import COLUMNS, SHAPE_COLUMNS, markdown_table
from tracker.exports.files import FORMATS, export_session
from tracker.exports.from_database import read_session_data
from tracker.exports.read_jsonl import read_log
from tracker.exports.sinks import open_sink
from tracker.store import schema
from tracker.store.columns import Moment
from tracker.store.find_session import find_session


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def exported(store: Store, folder: Path, form: str, **stretch: float) -> Path:
    path = folder / f"session.{form}"
    export_session(read_session_data(store, "1f0c", **stretch), path, form)
    return path


def test_a_csv_begins_with_the_columns_of_the_log(store: Store, tmp_path: Path) -> None:
    """First the columns of `mien log`, then those of markers and pauses, then shapes: as the dictionary lists them."""
    path = exported(store, tmp_path, "csv")

    header = path.read_text().splitlines()[0].split(",")
    assert tuple(header[: len(TABLE_COLUMNS)]) == TABLE_COLUMNS
    assert header == [column.name for column in (*COLUMNS, *SHAPE_COLUMNS)]


def test_a_csv_holds_every_face_and_every_note_in_order(store: Store, tmp_path: Path) -> None:
    """540 + 20 rows of nobody and one person, 120 more of the second, a marker and a pause, by rising time."""
    rows = read_csv(exported(store, tmp_path, "csv"))

    assert len([row for row in rows if row["id"]]) == 660
    assert len([row for row in rows if row["frame"] and not row["id"]]) == 20
    assert [(row["t"], row["marker"], row["at"]) for row in rows if row["marker"]] == [
        ("61.0", 'Q&A, "<i>"', "2026-11-22T10:01:01.000Z")
    ]
    assert [(row["t"], row["pause"], row["until"], row["frame"]) for row in rows if row["pause"]] == [
        ("180.0", "paused", "200.0", "")
    ]
    assert {row["reason"] for row in rows if row["expression"] == "unclear"} == {"too dark"}
    assert (rows[0]["pose_pitch"], rows[0]["shape__neutral"], rows[0]["shape_noseSneerRight"]) == ("-2.5", "0.0", "1.0")
    times = [float(row["t"]) for row in rows]
    assert times == sorted(times)


def test_json_lines_are_those_of_the_log(store: Store, tmp_path: Path) -> None:
    """An observation's members and order are the contract's; markers and pauses are objects of their own."""
    first, *rest = map(json.loads, exported(store, tmp_path, "jsonl").read_text().splitlines())

    assert list(first) == ["session", "t", "at", "frame", "source", "faces"]
    (face,) = first["faces"]
    members = {"id", "box", "expression", "emoji", "confidence", "scores", "smooth", "quality", "motion", "blendshapes", "pose"}
    assert members == set(face)
    assert (first["session"], first["at"], face["box"]) == ("1f0c", "2026-11-22T10:00:00.000Z", [10, 20, 30, 40])
    assert face["quality"] == {"ok": True, "reason": None}
    assert face["scores"]["neutral"] == 0.88
    notes = [entry for entry in rest if "faces" not in entry]
    assert [sorted(note) for note in notes] == [["at", "marker", "session", "t"], ["at", "pause", "session", "t", "until"]]


def test_parquet_holds_what_csv_holds_with_types(store: Store, tmp_path: Path) -> None:
    """Every cell is the same as in the CSV, moments are moments, and each column tells its meaning."""
    table = parquet.read_table(exported(store, tmp_path, "parquet"))
    rows = read_csv(exported(store, tmp_path, "csv"))

    assert [as_text(row) for row in table.to_pylist()] == [{name: text or None for name, text in row.items()} for row in rows]
    assert str(table.schema.field("at").type) == "timestamp[ms, tz=UTC]"
    assert table.schema.field("confidence").metadata[b"unit"] == b"0 to 1"
    assert table.schema.metadata[b"title"] == b"Stand-up <b>"


def as_text(row: dict[str, Any]) -> dict[str, str | None]:
    at = row["at"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {name: None if value is None else str(value) for name, value in (row | {"at": at}).items()}


def test_a_stretch_holds_its_own_moments_only(store: Store, tmp_path: Path) -> None:
    """From 60 to 62 seconds, both included, there are five observations and the marker; the pause is elsewhere."""
    rows = read_csv(exported(store, tmp_path, "csv", start=60, end=62))

    assert [row["t"] for row in rows if row["frame"]] == ["60.0", "60.5", "61.0", "61.5", "62.0"]
    assert [row["marker"] for row in rows if not row["frame"]] == ['Q&A, "<i>"']


@pytest.mark.parametrize("form", FORMATS)
def test_an_exported_log_gives_the_same_files_again(store: Store, tmp_path: Path, form: str) -> None:
    """Nothing is lost on the way through JSON lines: a record of them exports as the database's does."""
    again = tmp_path / f"again.{form}"
    export_session(replace(read_log(exported(store, tmp_path, "jsonl")), title="Stand-up <b>", model="ab" * 32), again, form)

    assert again.read_bytes() == exported(store, tmp_path, form).read_bytes()


def test_a_failed_export_leaves_the_old_file(store: Store, tmp_path: Path) -> None:
    """What cannot be written is told in a sentence, and nothing half-written stays."""
    with pytest.raises(MienError, match=r"cannot be written"):
        exported(store, tmp_path / "nowhere", "csv")
    with pytest.raises(UsageError, match="no format 'xls'"):
        exported(store, tmp_path, "xls")
    assert list(tmp_path.iterdir()) == []


def test_the_dictionary_in_the_docs_is_that_of_the_tables(root: Path) -> None:
    """docs/data.md holds the table that is made from the columns' own definitions."""
    assert markdown_table() in (root / "docs" / "data.md").read_text(encoding="utf-8")


def test_between_two_batches_nothing_is_held_up(store: Store) -> None:
    """No transaction is open while rows are written out: a day's export keeps no database from tidying up behind it."""
    rows = read_session_data(store, "1f0c").rows()
    next(rows)
    assert not store.in_transaction()


def test_batches_are_one_session(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few observations are fetched at a time, each is there once and in order, also those of one moment."""
    whole = list(read_session_data(store, "1f0c").rows())
    began = store.scalars(select(schema.Session)).one()
    for frame in (900, 901, 902):
        store.add(schema.Observation(session_id=began.id, t=100.0, at=began.started_at, frame=frame))
    store.commit()
    monkeypatch.setattr("tracker.exports.from_database.OBSERVATIONS_PER_READ", 2)

    found = [row.frame for row in read_session_data(store, "1f0c").rows()]
    place = 201
    assert found == [row.frame for row in whole[:place]] + [900, 901, 902] + [row.frame for row in whole[place:]]
    assert [row.t for row in read_session_data(store, "1f0c", 99.5, 100.5).rows()] == [99.5, 100.0, 100.0, 100.0, 100.0, 100.5]


def test_a_session_that_is_erased_meanwhile_leaves_no_half_file(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written is whole or not at all: the export ends with a sentence, and nothing of it stays."""
    monkeypatch.setattr("tracker.exports.from_database.OBSERVATIONS_PER_READ", 100)
    found = read_session_data(store, "1f0c")

    def rows() -> Iterator[ObservationRecord]:
        for place, row in enumerate(found.rows()):
            if place == 50:
                store.execute(update(schema.Session).values(uuid="another"))
            yield row

    with pytest.raises(UnknownError, match="erased while it was read"):
        export_session(replace(found, rows=rows), tmp_path / "session.jsonl", "jsonl")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("recorded", [False, True], ids=["live", "recording"])
def test_a_clock_that_was_set_moves_no_row(store: Store, tmp_path: Path, *, recorded: bool) -> None:
    """An hour forward in the middle: ``at`` goes on from the beginning; of a recording it says when it was looked at."""
    session = find_session(store, "1f0c")
    session.source = "recording:/films/a.mp4" if recorded else "0"
    late = update(schema.Observation).where(schema.Observation.t > 100)
    store.execute(late.values(at=type_coerce(type_coerce(schema.Observation.at, BigInteger) + 3_600_000, Moment)))
    rows = read_csv(exported(store, tmp_path, "csv"))

    told = [(datetime.fromisoformat(row["at"]) - BEGAN).total_seconds() for row in rows]
    assert told == [0.0 if recorded else float(row["t"]) for row in rows]


FORMULAS: Final = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "a\r=1", "'=1", "''-1"]
TEXTS: Final = ["", "it's", "'quoted'", "a=b", " -", "10:15", "会議"]
READ: Final = re.compile("^'('*[-=+@\t\r\n\uff1d\uff0b\uff0d\uff20])")
"""As docs/data.md has it."""


@pytest.mark.parametrize("text", [*FORMULAS, *TEXTS])
def test_no_cell_is_a_formula_and_each_reads_back(store: Store, tmp_path: Path, text: str) -> None:
    """A note or a source that a spreadsheet would run stands behind an apostrophe, every number as it is."""
    found = read_session_data(store, "1f0c", 60, 62)
    noted = replace(found, source=text, markers=(replace(found.markers[0], text=text),))
    export_session(
        replace(noted, rows=lambda: (renamed(row, source=text) for row in found.rows())), tmp_path / "session.csv", "csv"
    )
    with open_sink(tmp_path / "log.csv", shapes=True) as sink:
        for row in found.rows():
            sink.write(renamed(row, source=text))

    exported, logged = read_csv(tmp_path / "session.csv"), read_csv(tmp_path / "log.csv")
    told = [
        *(row["source"] for row in (*exported, *logged) if row["frame"]),
        *(row["marker"] for row in exported if row["t"] == "61.0"),
    ]
    assert {READ.sub(r"\1", cell) for cell in told if cell} == {text} - {""}
    assert not any(READ.match("'" + cell) for cell in told if not cell.startswith("'"))
    assert {row["pose_pitch"] for row in (*exported, *logged) if row["id"]} == {"-2.5"}
