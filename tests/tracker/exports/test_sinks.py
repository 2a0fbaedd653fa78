"""Sinks: whole lines, appended, set aside when they grow, and a sentence when the disk says no."""

import csv
import json
from pathlib import Path

import pytest
from msgspec import convert
from msgspec.structs import replace

from tracker.core.errors import MienError, UsageError
from tracker.core.face import Pose
from tracker.core.records import TABLE_COLUMNS, ObservationRecord, as_json, parse_entry
from tracker.core.vocabulary import EXPRESSIONS
from tracker.exports.sinks import FileSink, open_sink


def row(n: int, faces: int = 1) -> ObservationRecord:
    scores = {name: 1.0 if name == "happy" else 0.0 for name in EXPRESSIONS}
    face = {
        "id": 1, "box": [1, 2, 3, 4], "expression": "happy", "emoji": "😀", "confidence": 1.0, "scores": scores,
        "smooth": scores, "quality": {"ok": True, "reason": None},
    }  # fmt: skip
    line = {"session": "s", "t": n, "at": "2026-01-01T00:00:00.000Z", "frame": n, "source": "x", "faces": [face] * faces}
    return convert(line, ObservationRecord)


def test_json_lines_are_appended(tmp_path: Path) -> None:
    """A second run goes on in the same file, and every line is one observation."""
    path = tmp_path / "log.jsonl"
    for n in range(2):
        with open_sink(path) as sink:
            sink.write(row(n))
    assert [json.loads(line)["frame"] for line in path.read_text().splitlines()] == [0, 1]


def test_a_line_is_there_as_soon_as_it_is_written(tmp_path: Path) -> None:
    """Whoever reads along sees each observation at once, and whole."""
    path = tmp_path / "log.jsonl"
    with open_sink(path) as sink:
        sink.write(row(7))
        assert path.read_text().endswith("\n")
        assert parse_entry(json.loads(path.read_text())) == row(7)


def written(path: Path, *numbers: int) -> str:
    """What a file holds after a session of these rows was appended to it."""
    with open_sink(path) as sink:
        for n in numbers:
            sink.write(row(n))
    return path.read_text()


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
@pytest.mark.parametrize("left", [0.01, 0.3, 0.5, 0.9])
def test_a_line_that_a_full_disk_tore_is_cut_off_at_the_next_start(tmp_path: Path, suffix: str, left: float) -> None:
    """The file then reads as if the torn line had never been begun: each line whole, no row lost before it, none after it."""
    path, whole = tmp_path / f"log.{suffix}", written(tmp_path / f"whole.{suffix}", 0, 2)
    first = written(path, 0)
    begin = len(first) if left > 0.1 else 0
    after = written(tmp_path / f"more.{suffix}", 1).splitlines(keepends=True)[-1] if begin else first
    with path.open("w", newline="") as file:
        file.write(first[:begin] + after[: max(1, int(len(after) * left))])
    assert written(path, *([] if begin else [0]), 2) == whole


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_a_whole_line_without_its_end_is_kept(tmp_path: Path, suffix: str) -> None:
    """An editor leaves the last line break out: that line is no torn one."""
    path, whole = tmp_path / f"log.{suffix}", written(tmp_path / f"whole.{suffix}", 0, 1)
    path.write_text(written(path, 0).rstrip("\n"))
    assert written(path, 1) == whole


def test_the_last_line_is_found_however_long_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked for from the end of the file, a piece at a time."""
    monkeypatch.setattr("tracker.exports.sinks.READ_BACK_BYTES", 7)
    path, whole = tmp_path / "log.jsonl", written(tmp_path / "whole.jsonl", 0, 1)
    path.write_text(written(path, 0) + '{"session": "a longer one than a piece')
    assert written(path, 1) == whole


def test_a_table_has_one_header_and_a_row_a_face(tmp_path: Path) -> None:
    """Two runs, one with two faces and one with nobody: three rows under one header, nobody's face columns empty."""
    path = tmp_path / "log.csv"
    for n, faces in enumerate((2, 0)):
        with open_sink(path) as sink:
            sink.write(row(n, faces))
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == TABLE_COLUMNS
    assert [(each["frame"], each["expression"]) for each in rows] == [("0", "happy"), ("0", "happy"), ("1", "")]
    assert rows[0]["score_happy"] == rows[0]["smooth_happy"] == "1.0"


@pytest.mark.parametrize("there", [b"caf\xe9;x\n", b'"' + 200_000 * b"x", b"\n"], ids=["Latin-1", "one endless cell", "blank"])
def test_a_file_that_is_no_table_of_ours_stays_as_it_is(tmp_path: Path, there: bytes) -> None:
    """It is refused in a sentence, whatever it holds, and nothing is written into it."""
    path = tmp_path / "log.csv"
    path.write_bytes(there + b"\n")
    with pytest.raises(UsageError, match="with other columns"), open_sink(path):
        pytest.fail("it was opened")
    assert path.read_bytes() == there + b"\n"


def test_a_table_with_shapes_has_their_columns(tmp_path: Path) -> None:
    """What --shapes adds to a line is in the table, too, and no row is written under a header of other columns."""
    path = tmp_path / "log.csv"
    shaped = replace(row(0), faces=(replace(row(0).faces[0], blendshapes={"jawOpen": 0.25}, pose=Pose(1.0, 2.0, 3.0)),))
    with open_sink(path, shapes=True) as sink:
        sink.write(shaped)
    with path.open(newline="") as file:
        (told,) = csv.DictReader(file)
    assert (told["pose_pitch"], told["shape_jawOpen"], told["expression"]) == ("2.0", "0.25", "happy")
    with pytest.raises(UsageError, match="with other columns"), open_sink(path):
        pass


def test_a_place_that_cannot_be_written_is_wrong_use(tmp_path: Path) -> None:
    """A folder that is not there is told before anything is watched."""
    with pytest.raises(UsageError, match=r"log\.jsonl cannot be opened to write into: No such file"):
        FileSink(tmp_path / "nowhere" / "log.jsonl")


def test_a_large_file_is_set_aside(tmp_path: Path) -> None:
    """Every line survives rotation, in order, and a name that is taken is not taken again."""
    path = tmp_path / "log.jsonl"
    (tmp_path / "log.1.jsonl").write_text("mine\n")
    with open_sink(path, max_bytes=2 * len(json.dumps(as_json(row(0)), ensure_ascii=False).encode())) as sink:
        for n in range(5):
            sink.write(row(n))
    assert (tmp_path / "log.1.jsonl").read_text() == "mine\n"
    parts = [tmp_path / "log.2.jsonl", tmp_path / "log.3.jsonl", path]
    frames = [json.loads(line)["frame"] for part in parts for line in part.read_text().splitlines()]
    assert frames == [0, 1, 2, 3, 4]


def test_a_full_disk_is_a_sentence() -> None:
    """A disk without room is told with the file's name, not with a traceback."""
    with pytest.raises(MienError, match=r"/dev/full.* cannot be written: No space left"), FileSink(Path("/dev/full")) as sink:
        sink.write(row(1))


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    """A name that ends otherwise is wrong use, before anything is watched."""
    with pytest.raises(UsageError, match=r"\.jsonl or \.csv"), open_sink(tmp_path / "log.txt"):
        pass
