"""`mien analyze`: recordings become tables and a report, run by run, process by process."""

import json
import shutil
import signal
import subprocess
import sys
from multiprocessing import active_children
from pathlib import Path
from threading import Event
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from pyarrow import parquet

from tracker.batch.analyze_recording import Recording, analyze
from tracker.batch.only_writer import only_writer
from tracker.cli import main
from tracker.commands.analyze import _together
from tracker.compose import analyzer_for
from tracker.config.settings import Settings
from tracker.core.errors import SourceError, UsageError
from tracker.sources.synthetic import draw_face, face_at

MIEN = str(Path(sys.executable).with_name("mien"))
FPS, SECONDS = 10, 4
EVERY_FRAME = Settings(hz=0)
KINDS = ("csv", "html", "json", "jsonl", "parquet")


def film(path: Path, seconds: float = SECONDS, start: float = 2.0) -> Path:
    """The drawn face, from neutral to a smile; Motion JPEG, which any cut leaves readable."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (640, 480))
    for number in range(round(seconds * FPS)):
        writer.write(draw_face(face_at(start + number / FPS)))
    writer.release()
    return path


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("films") / "meeting.avi")


@pytest.fixture(scope="module")
def whole(meeting: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run through every frame."""
    folder = tmp_path_factory.mktemp("whole")
    assert analyze(Recording(meeting, folder, EVERY_FRAME), Event(), quiet, analyzer_for)
    return folder


def rows(path: Path) -> list[dict[str, Any]]:
    """What was seen, without when it was looked at, for how long, and by which run."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [{name: value for name, value in line.items() if name not in ("at", "session", "took")} for line in lines]


class After:
    """Stops after so many looks."""

    def __init__(self, looks: int) -> None:
        self.left = looks

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0


def quiet(_: int) -> None:
    """Nobody watches."""


def test_every_frame_becomes_a_row_of_the_same_tables(meeting: Path, whole: Path) -> None:
    """40 frames at 10 a second: 40 lines in media time, and CSV, Parquet and report beside them, of the same readings."""
    lines = rows(whole / "meeting.jsonl")
    assert sorted(path.suffix[1:] for path in whole.iterdir()) == sorted(KINDS)
    assert [line["frame"] for line in lines] == list(range(FPS * SECONDS))
    assert [line["t"] for line in lines] == pytest.approx(np.arange(FPS * SECONDS) / FPS, abs=0.001)
    assert {len(line["faces"]) for line in lines} == {1}
    table = parquet.read_table(whole / "meeting.parquet").to_pylist()
    assert [row["expression"] for row in table] == [line["faces"][0]["expression"] for line in lines]
    report = (whole / "meeting.html").read_text()
    assert "every frame" in report
    assert "Looked at on" in report
    assert str(meeting.parent) not in report


def test_a_frequency_thins_the_frames(meeting: Path, tmp_path: Path) -> None:
    """At 2 Hz, an observation each half second of the recording; with shapes, if they are asked for."""
    assert analyze(Recording(meeting, tmp_path, Settings(hz=2), shapes=True), Event(), quiet, analyzer_for)

    lines = rows(tmp_path / "meeting.jsonl")
    assert [line["frame"] for line in lines] == list(range(0, FPS * SECONDS, 5))
    assert "shape_jawOpen" in (tmp_path / "meeting.csv").read_text()


@pytest.mark.parametrize("looks", [1, 17, 39])
def test_an_interrupted_run_goes_on_as_if_it_had_never_stopped(meeting: Path, whole: Path, tmp_path: Path, looks: int) -> None:
    """Stopped after some frames, its last line cut off: the second run gives what one run gives, ids and calm scores too."""
    parts = Recording(meeting, tmp_path, EVERY_FRAME)
    assert not analyze(parts, After(looks), quiet, analyzer_for)
    assert not parts.file("html").exists()
    lines = parts.file("jsonl")
    lines.write_bytes(lines.read_bytes()[:-20])
    assert analyze(parts, Event(), quiet, analyzer_for)

    again, once = rows(parts.file("jsonl")), rows(whole / "meeting.jsonl")
    assert [line["frame"] for line in again] == [line["frame"] for line in once]
    assert len({json.loads(line)["session"] for line in lines.read_text().splitlines()}) == 1
    for one, other in zip(again, once, strict=True):
        assert one["faces"][0]["id"] == other["faces"][0]["id"]
        assert one["faces"][0]["smooth"] == pytest.approx(other["faces"][0]["smooth"], abs=0.002)


def test_a_finished_recording_is_not_looked_at_again(meeting: Path, whole: Path, tmp_path: Path) -> None:
    """The second run asks for no frame; a table that went missing is made again."""
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    recording = Recording(meeting, tmp_path, EVERY_FRAME)
    recording.file("csv").unlink()
    lines = recording.file("jsonl").stat()
    seen: list[int] = []

    assert analyze(recording, Event(), seen.append, analyzer_for)

    assert seen == []
    assert recording.file("csv").exists()
    assert recording.file("jsonl").stat().st_mtime_ns == lines.st_mtime_ns


def test_a_recording_is_judged_for_whoever_is_named(meeting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--person applies that person's fit, and without one says so; its files are not mixed with those of nobody."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    wanted = ["analyze", str(meeting), "--output", str(tmp_path), "--hz", "1"]

    done = CliRunner().invoke(main, [*wanted, "--person", "mia"])

    assert (done.exit_code, "There is no fit for mia" in done.stderr) == (1, True)
    assert Recording(meeting, tmp_path, Settings(person="mia")).wanted()["person"] == "mia"


def test_files_of_other_settings_are_not_mixed_with(meeting: Path, tmp_path: Path) -> None:
    """Another frequency: refused with what differs and what to remove, and so until all of it is removed."""
    assert analyze(Recording(meeting, tmp_path, Settings(hz=1)), Event(), quiet, analyzer_for)
    with pytest.raises(UsageError, match=r"hz 1 and not 0\."):
        analyze(Recording(meeting, tmp_path, EVERY_FRAME), Event(), quiet, analyzer_for)

    for kind in ("json", "jsonl", "csv", "parquet", "html"):
        with pytest.raises(UsageError, match=r"remove what is there of meeting: .json, .jsonl, .csv, .parquet and .html\."):
            analyze(Recording(meeting, tmp_path, EVERY_FRAME), Event(), quiet, analyzer_for)
        (tmp_path / f"meeting.{kind}").unlink()
    assert analyze(Recording(meeting, tmp_path, Settings(hz=2)), Event(), quiet, analyzer_for)


def test_a_file_of_somebody_elses_is_not_replaced(meeting: Path, tmp_path: Path) -> None:
    """A table that lies beside the video under the same name is named and left as it is."""
    notes = tmp_path / "meeting.csv"
    notes.write_text("who,what\n")

    with pytest.raises(UsageError, match=r"meeting\.csv exists, but meeting\.json does not"):
        analyze(Recording(meeting, tmp_path, EVERY_FRAME), Event(), quiet, analyzer_for)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("meeting.csv", "who,what\n")]


def test_two_commands_do_not_write_the_same_files(meeting: Path, tmp_path: Path) -> None:
    """While one analyses a recording, the other says so, goes on with what it was given besides, and has exit code 1."""
    other = film(tmp_path / "other.avi", 1)
    out = tmp_path / "out"
    with only_writer(Recording(meeting, out, EVERY_FRAME), Event()):
        done = CliRunner().invoke(main, ["analyze", str(meeting), str(other), "--output", str(out)])
    assert (done.exit_code, f"Another process is writing what {meeting} shows" in done.stderr) == (1, True)
    assert {path.name for path in out.iterdir() if "meeting" in path.name} == set()
    assert (out / "other.html").exists()

    assert CliRunner().invoke(main, ["analyze", str(meeting), "--output", str(out)]).exit_code == 0


def test_a_video_that_was_cut_off_is_named_and_kept(meeting: Path, tmp_path: Path) -> None:
    """Half of a file gives half of the frames: they are analysed, and the sentence comes again each time."""
    half = tmp_path / "half.avi"
    half.write_bytes(meeting.read_bytes()[: meeting.stat().st_size // 2])
    recording = Recording(half, tmp_path / "out", EVERY_FRAME)

    for _ in range(2):
        with pytest.raises(SourceError, match="of the 40 frames that it announces"):
            analyze(recording, Event(), quiet, analyzer_for)
    assert 10 <= len(rows(recording.file("jsonl"))) <= 30
    assert recording.file("html").exists()


def mien(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([MIEN, "analyze", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=200)


def test_a_video_without_a_picture_leaves_nothing(tmp_path: Path) -> None:
    """It opens, and not one frame can be read: nothing stands in the way of a better copy of it."""
    whole, hollow = film(tmp_path / "whole.avi", 1), tmp_path / "hollow.avi"
    data = bytearray(whole.read_bytes())
    frames = data.index(b"movi")
    data[frames:] = b"movi" + bytes(len(data) - frames - 4)
    hollow.write_bytes(data)

    with pytest.raises(SourceError, match="holds no picture"):
        analyze(Recording(hollow, tmp_path / "out", EVERY_FRAME), Event(), quiet, analyzer_for)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.slow
def test_several_at_a_time_and_a_broken_one_is_named(meeting: Path, tmp_path: Path) -> None:
    """Two jobs, three files, one of them no video: exit code 1, its name on stderr, the other two whole; no bar in a pipe."""
    other, broken = film(tmp_path / "other.avi", 2), tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")

    done = mien(meeting, broken, other, "--output", tmp_path / "out", "--hz", "5", "--jobs", "2")

    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert str(broken) in done.stderr
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert made == sorted(f"{name}.{kind}" for name in ("meeting", "other") for kind in KINDS)
    assert [len(rows(tmp_path / "out" / f"{name}.jsonl")) for name in ("meeting", "other")] == [20, 10]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_process_that_is_killed_is_a_sentence(meeting: Path, tmp_path: Path) -> None:
    """As by a system that is short of memory: each recording that was not done is named, and nothing raised."""
    recordings = [Recording(meeting, tmp_path / name, EVERY_FRAME) for name in ("one", "other")]

    def kill(_frames: int) -> None:
        for process in active_children():
            process.kill()

    assert [sentence.split(":")[0] for sentence in _together(recordings, 2, Event(), kill)] == [
        f"{meeting} was interrupted"
    ] * 2


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_with_whole_lines_and_says_how_to_go_on(tmp_path: Path, jobs: str) -> None:
    """Interrupted in the middle: exit code 1, a sentence a recording, every line whole; again, and it is done."""
    films = [film(tmp_path / "one.avi", 8), film(tmp_path / "two.avi", 2)]
    arguments = [MIEN, "analyze", *map(str, films), "--output", str(tmp_path / "out"), "--jobs", jobs]
    lines = tmp_path / "out" / "one.jsonl"
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as process:
        while not lines.exists() or not lines.stat().st_size:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.05)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        told = process.stderr.read()
    assert process.returncode == 1
    assert "one.avi was interrupted. The same command goes on" in told
    assert "Traceback" not in told
    before = len(rows(lines))
    assert 0 < before < 80

    assert mien(*films, "--output", tmp_path / "out", "--hz", "0", "--jobs", jobs).returncode == 0
    assert [line["frame"] for line in rows(lines)] == list(range(80))


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nowhere.mp4", "--output", "out"], 1, "There is no file nowhere.mp4"),
        ([".", "--output", "out"], 1, ". is a folder"),
        (["a/x.mp4", "b/x.mov", "--output", "out"], 2, "Two recordings would both be written as x"),
        (["x.mp4"], 2, "Missing option '--output'"),
        (["x.mp4", "--output", __file__], 2, "is a file"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_a_code(
    arguments: list[str], code: int, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing file is an input that failed; a clash of names and a missing folder are wrong use."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["analyze", *arguments])

    assert done.exit_code == code
    assert sentence in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_missing_model_is_exit_code_3(meeting: Path, tmp_path: Path) -> None:
    """What all recordings need is not told as the fault of one."""
    done = CliRunner().invoke(main, ["analyze", str(meeting), "--output", str(tmp_path), "--model", "nowhere.onnx"])

    assert done.exit_code == 3
    assert "There is no model file nowhere.onnx" in done.stderr
