"""The commands as a person or a cron job runs them, by output and exit code: in a process of its own where that matters."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from tests.tracker.sources.test_files import av1, sound
from tracker.cli import main
from tracker.core.frame import Pixels
from tracker.core.vocabulary import EMOJI, EXPRESSIONS, FERPLUS

MIEN = [str(Path(sys.executable).with_name("mien"))]


def mien(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*MIEN, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=100)


def lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture(scope="module")
def astronaut_file(astronaut: Pixels, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "astronaut.png"
    cv2.imwrite(str(path), astronaut)
    return path


def test_image_answers_as_the_contract_has_it(astronaut_file: Path) -> None:
    """One object for each picture with every member of the contract; scores and heads are distributions over its names."""
    (told,) = lines(mien("image", astronaut_file, "--json").stdout)
    assert (told["path"], told["width"], told["height"], len(told["model"])) == (str(astronaut_file), 512, 512, 64)
    (face,) = told["faces"]
    assert face["expression"] == "happy"
    assert face["emoji"] == EMOJI["happy"]
    assert face["confidence"] == pytest.approx(face["scores"]["happy"])
    assert tuple(face["scores"]) == EXPRESSIONS
    assert sum(face["scores"].values()) == pytest.approx(1, abs=1e-3)
    assert {head: tuple(scores) for head, scores in face["heads"].items()} == {
        "fer2013": EXPRESSIONS,
        "ferplus": FERPLUS,
        "wide": EXPRESSIONS,
    }
    assert face["quality"] == {"ok": True, "reason": None}
    assert face["found"] == "detected"
    assert len(face["box"]) == 4


def test_image_goes_on_after_a_picture_that_cannot_be_read(astronaut_file: Path, tmp_path: Path) -> None:
    """A text named .png between two good pictures: exit code 1, named on stderr and in the output, the others complete."""
    text = tmp_path / "text.png"
    text.write_text("this is no picture")
    done = mien("image", astronaut_file, text, astronaut_file, "--json")
    first, bad, last = lines(done.stdout)
    assert done.returncode == 1
    assert bad == {"path": str(text), "error": bad["error"]}
    assert str(text) in done.stderr
    assert bad["error"] in done.stderr
    assert first["faces"] == last["faces"]
    assert len(first["faces"]) == 1


def test_image_answers_for_the_others_beside_an_empty_folder(astronaut_file: Path, tmp_path: Path) -> None:
    """A folder without pictures is named like an unreadable picture, and the others are still answered."""
    done = CliRunner().invoke(main, ["image", str(tmp_path), str(astronaut_file), "--json"])
    empty, good = lines(done.stdout)
    assert done.exit_code == 1
    assert empty["path"] == str(tmp_path)
    assert "holds no pictures" in empty["error"]
    assert len(good["faces"]) == 1


def test_without_json_image_prints_lines(astronaut_file: Path) -> None:
    """Without --json each face is a line with its emoji, and stderr is empty."""
    done = mien("image", astronaut_file)
    assert "1 face\n" in done.stdout
    assert "😀 looks happy" in done.stdout
    assert done.stderr == ""


def test_log_writes_an_observation_a_line() -> None:
    """The drawn face at 5 Hz for 2 s: lines as in the contract, rising times, one session, and one face with one id."""
    done = mien("log", "--source", "fake", "--hz", "5", "--duration", "2", "--shapes")
    rows = lines(done.stdout)
    assert done.returncode == 0
    assert done.stderr == ""
    # A busy machine skips some.
    assert 2 <= len(rows) <= 10
    assert {row["session"] for row in rows} == {rows[0]["session"]}
    assert all(earlier["t"] < later["t"] and earlier["frame"] < later["frame"] for earlier, later in pairwise(rows))
    (face,) = rows[0]["faces"]
    assert {"id", "box", "expression", "confidence", "scores", "smooth", "blendshapes", "pose"} <= set(face)
    assert len(face["blendshapes"]) in (51, 52)
    assert {row["faces"][0]["id"] for row in rows} == {1}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_log_ends_cleanly_when_asked_to(number: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM are exit code 0, no traceback, and the last line is whole."""
    with subprocess.Popen(
        [*MIEN, "log", "--source", "fake", "--hz", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.send_signal(number)
        rest, told = process.stdout.read(), process.stderr.read()
    assert process.returncode == 0
    assert told == ""
    assert [json.loads(line)["frame"] for line in (first + rest).splitlines()]
    assert (first + rest).endswith("\n")


def test_log_ends_quietly_when_nobody_reads_on() -> None:
    """`mien log | head -1` is no error."""
    with subprocess.Popen(
        [*MIEN, "log", "--source", "fake", "--hz", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_log_of_a_video_is_in_media_time(astronaut: Pixels, tmp_path: Path) -> None:
    """A clip of two seconds at 10 Hz, written as a table, has a row each tenth of a second of media time."""
    clip, table = tmp_path / "clip.avi", tmp_path / "out.csv"
    face = np.ascontiguousarray(astronaut[:384])
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter.fourcc(*"MJPG"), 20, (512, 384))
    for _ in range(40):
        writer.write(face)
    writer.release()
    done = CliRunner().invoke(main, ["log", "--source", str(clip), "--hz", "10", "--output", str(table)])
    assert done.exit_code == 0
    header, *rows = table.read_text().splitlines()
    column = header.split(",").index("t")
    assert [float(row.split(",")[column]) for row in rows] == pytest.approx(np.arange(20) / 10, abs=0.06)


def test_log_of_a_folder_names_what_it_skips(astronaut_file: Path, tmp_path: Path) -> None:
    """A folder with a damaged picture: the others are logged, the bad one is named, exit code 1."""
    (tmp_path / "a.png").write_bytes(astronaut_file.read_bytes())
    (tmp_path / "b.png").write_bytes(astronaut_file.read_bytes()[:200])
    (tmp_path / "c.png").write_bytes(astronaut_file.read_bytes())
    done = CliRunner().invoke(main, ["log", "--source", str(tmp_path)])
    assert done.exit_code == 1
    assert [row["frame"] for row in lines(done.stdout)] == [0, 2]
    assert str(tmp_path / "b.png") in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["log", "--source", "77"], 3, "There is no camera 77"),
        (["log", "--source", "no camera is called so"], 3, "There is no camera called"),
        (["log", "--source", "missing.mp4"], 3, "There is no file or folder missing.mp4"),
        (["log", "--source", ""], 2, "Say what to watch"),
        (["log", "--source", "fake", "--output", "log.txt"], 2, "ends in .jsonl or .csv"),
        (["log", "--hz", "fast"], 2, "is not a valid float"),
        (["log", "--duration", "inf"], 2, "is not a number to count with"),
        (["log", "--rotate", "nan"], 2, "is not a number to count with"),
        (["image", "x.png", "--model", "nowhere.onnx"], 3, "There is no model file nowhere.onnx"),
        (["image", "x.png", "--prior", "mine"], 2, "No prior is called 'mine'"),
        (["image", "nowhere.png"], 1, "There is no such file"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_a_code(arguments: list[str], code: int, sentence: str) -> None:
    """Each mistake has its exit code and a sentence on stderr, never a traceback."""
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("make", [av1, sound])
def test_a_video_without_a_picture_is_something_missing(make: Callable[[Path], Path], tmp_path: Path) -> None:
    """Whether a file cannot be opened or opens and holds nothing that can be read, `mien log` ends with exit code 3."""
    done = CliRunner().invoke(main, ["log", "--source", str(make(tmp_path / "film.mp4"))])
    assert (done.exit_code, done.stdout) == (3, "")
    assert "film.mp4" in str(done.stderr)


def test_data_is_utf8_whatever_the_system_speaks(astronaut_file: Path) -> None:
    """Where stdout would have Windows' encoding or ASCII, emoji are still written, as text and in JSON."""
    command = [*MIEN, "image", str(astronaut_file), "--json"]
    done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "cp1252"})
    assert json.loads(done.stdout.decode("utf-8"))["faces"][0]["emoji"] == EMOJI["happy"]


def test_bench_measures_each_stage() -> None:
    """Every stage has a median and a 95th percentile above 0, and the whole takes longer than its parts."""
    (told,) = lines(mien("bench", "--json", "--frames", "10").stdout)
    stages = told["stages"]
    assert all(0 < stage["median_ms"] <= stage["p95_ms"] for stage in stages.values())
    assert stages["observe"]["median_ms"] > stages["detect"]["median_ms"] > 0


def test_doctor_finds_both_models_whole_and_no_collector() -> None:
    """Both models have hashes, no network is used, no library can report to its maker, and the switch against it is set."""
    done = mien("doctor", "--json")
    (told,) = lines(done.stdout)
    assert done.returncode == 0
    assert {len(told[part]["sha256"]) for part in ("model", "landmarker")} == {64}
    assert told["packages"]["mediapipe"] == "0.10.33"
    assert told["network"].startswith("nothing")
    assert told["settings"].endswith("mien.toml")
    assert set(told["collectors"]["searched"]) >= {"mediapipe", "onnxruntime"}
    assert told["collectors"]["found"] == {}
    assert told["collectors"]["switched_off"] == {"ORT_DISABLE_TELEMETRY": "1"}


@pytest.mark.usefixtures("no_search")
def test_doctor_names_a_model_that_is_not_whole(tmp_path: Path) -> None:
    """A damaged landmark model is named with the hash that was expected; exit code 3."""
    damaged = tmp_path / "face_landmarker.task"
    damaged.write_bytes(b"half of it")
    done = CliRunner().invoke(main, ["doctor", "--landmarker", str(damaged)])
    assert done.exit_code == 3
    assert str(damaged) in done.stdout
    assert "64184e229b263107" in done.stdout


def test_cameras_lists_or_says_that_there_are_none() -> None:
    """A JSON line for each camera, or without cameras a sentence on stderr; exit code 0 either way."""
    done = mien("cameras", "--json")
    assert done.returncode == 0
    assert all({"index", "name", "path"} <= set(camera) for camera in lines(done.stdout))
    assert bool(done.stdout) or "No camera was found" in done.stderr


def imported(*arguments: str) -> tuple[str, set[str]]:
    """What a command prints, and which packages it imports."""
    environment = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run([*MIEN, *arguments], capture_output=True, text=True, check=True, env=environment)
    return done.stdout, {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}


def test_help_needs_no_heavy_library() -> None:
    """`mien --help` lists every command without importing what a command needs to work."""
    told, packages = imported("--help")
    assert "tracker" in packages
    assert not packages & {"cv2", "mediapipe", "onnxruntime", "numpy", "torch", "flask", "PIL", "onnx"}
    for name in ("log", "image", "cameras", "bench", "doctor", "evaluate", "train", "export", "serve", "demo"):
        assert f"\n  {name} " in told


def test_watching_begins_without_what_mediapipe_draws_and_hears_with() -> None:
    """`mien log` does not wait for libraries that it never calls, though MediaPipe imports them by itself."""
    _, packages = imported("log", "--source", "fake", "--duration", "0.1")
    assert "mediapipe" in packages
    assert not packages & {"matplotlib", "sounddevice"}


@pytest.mark.usefixtures("no_search")
def test_doctor_names_what_an_earlier_library_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder with onnxruntime's device id and unsent reports is named, with what to do about it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".cache/Microsoft/DeveloperTools/.onnxruntime").mkdir(parents=True)
    done = CliRunner().invoke(main, ["doctor"])
    assert str(tmp_path / ".cache/Microsoft/DeveloperTools/.onnxruntime") in done.stdout
    assert "delete" in done.stdout
