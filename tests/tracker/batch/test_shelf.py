"""`mien analyze --scheduler`: a shelf of recordings on a Dask scheduler and two workers, as a person starts them."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from asyncio import _get_running_loop, _set_running_loop
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, Final

import cv2
import dask
import psutil
import pyarrow as pa
import pytest
from click.testing import CliRunner
from filelock import FileLock
from pyarrow import dataset

from tracker.batch import scheduler
from tracker.batch.analyze_recording import Recording, analyze
from tracker.batch.scheduler import checked_scheduler
from tracker.batch.shelf_worker import Shelf, missing_here, model_digest
from tracker.cli import main
from tracker.compose import analyzer_for
from tracker.config.settings import Settings
from tracker.core.errors import UsageError
from tracker.sources.synthetic import draw_face, face_at

BIN: Final = Path(sys.executable).parent
FPS, LONG_SECONDS = 10, 6
LOOPBACK: Final = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
"""Both are needed: with --no-dashboard, Dask's web server listens everywhere."""
NOWHERE: Final = dict.fromkeys(("tls.ca-file", "tls.client.cert", "tls.client.key"), "/nowhere/cluster.pem")
"""Settings of Dask."""
WITHOUT_MIEN: Final = (
    "import sys; sys.modules['tracker'] = None; from dask.__main__ import main; sys.argv[0] = 'dask'; sys.exit(main())"
)
"""A worker's interpreter in which `import tracker` fails, as where Mien is not installed."""


def film(path: Path, seconds: float, start: float = 2.0) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (640, 480))
    for number in range(round(seconds * FPS)):
        writer.write(draw_face(face_at(start + number / FPS)))
    writer.release()
    return path


def wait_for(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "It did not come about in time."
        time.sleep(0.05)


@dataclass(frozen=True)
class Cluster:
    """A scheduler, and workers that are added to it."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]

    def add(self, *interpreter: str) -> subprocess.Popen[bytes]:
        started = interpreter or (str(BIN / "dask"),)
        # No file of a test's folder may be found by a worker that would not find it elsewhere.
        worker = subprocess.Popen(
            [*started, "worker", self.address, *LOOPBACK, "--nthreads", "1", "--no-nanny"], cwd="/", stderr=subprocess.DEVNULL
        )
        self.workers.append(worker)
        return worker


@contextmanager
def cluster_of(workers: int, folder: Path) -> Iterator[Cluster]:
    """A scheduler and so many workers on this machine."""
    told = folder / "scheduler.json"
    first = subprocess.Popen(
        [BIN / "dask", "scheduler", *LOOPBACK, "--port", "0", "--scheduler-file", told],
        stderr=subprocess.DEVNULL,
    )
    started: list[subprocess.Popen[bytes]] = []
    try:
        wait_for(lambda: told.exists() and bool(told.read_text()))
        cluster = Cluster(json.loads(told.read_text())["address"], first, started)
        for _ in range(workers):
            cluster.add()
        yield cluster
    finally:
        for process in (*started, first):
            process.kill()
            process.wait()


@pytest.fixture(autouse=True)
def _no_loop_is_running() -> Iterator[None]:
    """A browser that an earlier test of this process opened keeps its event loop, which counts as running between its calls."""
    loop = _get_running_loop()
    _set_running_loop(None)
    yield
    _set_running_loop(loop)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers for all tests that leave them as they are, or kill one."""
    with cluster_of(2, tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A long one, a short one with a name that Hive's partitions write otherwise, and a file that is no video."""
    folder = tmp_path_factory.mktemp("films")
    broken = folder / "broken.mp4"
    broken.write_bytes(b"no video")
    return [film(folder / "long.avi", LONG_SECONDS), film(folder / "50% of=it.avi", 1), broken]


def started(cluster: Cluster, films: list[Path], output: Path) -> subprocess.Popen[str]:
    command = [str(BIN / "mien"), "analyze", *map(str, films), "--output", str(output), "--scheduler", cluster.address]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def lines_of(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_no_row(cluster: Cluster, films: list[Path], tmp_path: Path) -> None:
    """Its recording goes on elsewhere after its last line: the same rows as on one machine, one table, one file named."""
    out = tmp_path / "out"
    once = Recording(films[0], tmp_path / "once", Settings(hz=0))
    assert analyze(once, Event(), lambda _: None, analyzer_for)
    log = out / "long.jsonl"

    with started(cluster, films, out) as command:
        wait_for(lambda: lines_of(log) >= 10)
        (holder,) = (
            worker for worker in cluster.workers if str(log) in [file.path for file in psutil.Process(worker.pid).open_files()]
        )
        holder.kill()
        holder.wait()
        written = log.read_bytes()
        _, told = command.communicate(timeout=100)

    assert (command.returncode, len(told.splitlines()), str(films[2]) in told) == (1, 1, True), told
    assert log.read_bytes().startswith(written[: written.rindex(b"\n")])
    assert 10 <= written.count(b"\n") < FPS * LONG_SECONDS
    for one, other in zip(rows(log), rows(once.file("jsonl")), strict=True):
        assert (one["frame"], one["t"]) == (other["frame"], other["t"])
        assert one["faces"][0]["id"] == other["faces"][0]["id"]
        assert one["faces"][0]["smooth"] == pytest.approx(other["faces"][0]["smooth"], abs=0.002)
    made = {path.name for path in out.iterdir()}
    assert made == {f"{film.stem}.{kind}" for film in films[:2] for kind in ("csv", "html", "json", "jsonl", "parquet")} | {
        "parquet"
    }
    partitions = dataset.partitioning(pa.schema([("recording", pa.string())]), flavor="hive")
    table = dataset.dataset(out / "parquet", partitioning=partitions).to_table().to_pylist()
    assert {name: [row["frame"] for row in table if row["recording"] == name] for name in ("long", "50% of=it")} == {
        "long": list(range(FPS * LONG_SECONDS)),
        "50% of=it": list(range(FPS)),
    }


@pytest.mark.slow
def test_a_part_of_the_table_that_cannot_be_written_hides_no_other_sentence(
    cluster: Cluster, films: list[Path], tmp_path: Path
) -> None:
    """It is named, as is the file that is no video, and the recording's own files are there."""
    out = tmp_path / "out"
    (out / "parquet" / "recording=50%25 of=it" / "part.parquet").mkdir(parents=True)
    with started(cluster, films[1:], out) as command:
        _, told = command.communicate(timeout=100)
    assert (command.returncode, len(told.splitlines())) == (1, 2), told
    assert all(words in told for words in (str(films[2]), "part.parquet cannot be written"))
    assert (out / "50% of=it.html").exists()


@pytest.mark.slow
def test_a_shelf_whose_workers_are_all_gone_waits_and_says_so(films: list[Path], tmp_path: Path) -> None:
    """The only worker is killed: a sentence says what to do, another one when a new worker came, and no row is lost."""
    out = tmp_path / "out"
    with cluster_of(1, tmp_path) as cluster, started(cluster, films[:1], out) as command:
        wait_for(lambda: lines_of(out / "long.jsonl") >= 5)
        cluster.workers[0].kill()
        assert command.stderr is not None
        assert command.stderr.readline() == f"mien: {scheduler.NO_WORKER}\n"
        cluster.add()
        _, told = command.communicate(timeout=100)

    assert (command.returncode, told) == (0, f"mien: {scheduler.WORKER_AGAIN}\n")
    assert [row["frame"] for row in rows(out / "long.jsonl")] == list(range(FPS * LONG_SECONDS))


@pytest.mark.parametrize(
    ("workers", "sentence"),
    [
        ([], scheduler.NO_WORKER),
        ([("paused", {"ready": 2, "memory": 1})], scheduler.PAUSED),
        ([("paused", {"executing": 1, "ready": 1})], ""),
        ([("paused", {}), ("running", {})], ""),
    ],
)
def test_paused_workers_are_not_waited_for_in_silence(workers: list[tuple[str, dict[str, int]]], sentence: str) -> None:
    """Dask begins nothing on a worker whose memory is nearly full: if all are so and none is at work, that is said."""
    told = {name: {"status": status, "metrics": {"task_counts": counts}} for name, (status, counts) in enumerate(workers)}

    class Scheduler:
        async def identity(self, n_workers: int) -> dict[str, Any]:
            return {"workers": told}

    class Client:
        scheduler = Scheduler()

    assert asyncio.run(scheduler.obstacle_now(Client())) == sentence


@pytest.mark.slow
def test_a_scheduler_that_ends_is_exit_code_3(films: list[Path], tmp_path: Path) -> None:
    """In the middle of the shelf: one sentence with its address, nothing of Dask's own words, and the files go on later."""
    out = tmp_path / "out"
    with cluster_of(1, tmp_path) as cluster, started(cluster, films[:1], out) as command:
        wait_for(lambda: lines_of(out / "long.jsonl") >= 5)
        cluster.scheduler.kill()
        _, told = command.communicate(timeout=100)

    assert (command.returncode, len(told.splitlines())) == (3, 1), told
    assert f"The scheduler at {cluster.address} ended" in told
    assert {path.name for path in out.iterdir()} == {"long.json", "long.jsonl"}


@pytest.mark.long
def test_ctrl_c_stops_the_workers_and_the_command_goes_on(cluster: Cluster, tmp_path: Path) -> None:
    """Exit code 1 and a sentence a recording; no worker looks on; the same command again writes the rest."""
    films = [film(tmp_path / "one.avi", 20), film(tmp_path / "two.avi", 1)]
    out = tmp_path / "out"
    log = out / "one.jsonl"
    with started(cluster, films, out) as command:
        wait_for(lambda: lines_of(log) >= 5)
        command.send_signal(signal.SIGINT)
        _, told = command.communicate(timeout=60)
    assert (command.returncode, "one.avi was interrupted. The same command goes on" in told) == (1, True)
    assert "Traceback" not in told
    with FileLock(out / ".one.lock", timeout=20):
        assert lines_of(log) < 20 * FPS

    with started(cluster, films, out) as command:
        _, told = command.communicate(timeout=100)
    assert (command.returncode, told) == (0, "")
    assert [row["frame"] for row in rows(log)] == list(range(20 * FPS))


@pytest.mark.long
def test_a_command_that_is_killed_stops_its_workers(cluster: Cluster, tmp_path: Path) -> None:
    """Kill -9 of the client: within seconds nobody writes, though most of the film was still to come."""
    out = tmp_path / "out"
    with started(cluster, [film(tmp_path / "one.avi", 60)], out) as command:
        wait_for(lambda: lines_of(out / "one.jsonl") >= 5)
        command.kill()
    with FileLock(out / ".one.lock", timeout=60):
        assert lines_of(out / "one.jsonl") < 60 * FPS


@pytest.mark.long
def test_a_worker_without_mien_is_exit_code_3(cluster: Cluster, films: list[Path], tmp_path: Path) -> None:
    """It is found before the first look at a video, and the sentence says what to start instead."""
    worker = cluster.add(sys.executable, "-c", WITHOUT_MIEN)
    try:
        time.sleep(5)
        with started(cluster, films, tmp_path / "out") as command:
            _, told = command.communicate(timeout=100)
    finally:
        worker.kill()
        worker.wait()
    assert (command.returncode, "has no Mien" in told, "Traceback" in told) == (3, True, False), told
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:8786", "tls://cluster.example:8786", "tls://10.0.0.4:1"],
)
def test_this_machine_or_certificates_are_taken(address: str) -> None:
    """Loopback without, any machine with encryption."""
    assert checked_scheduler(address) == address


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("tcp://10.0.0.4:8786", "run programs as you"),
        ("tcp://cluster.example:8786", "run programs as you"),
        ("tcp://127.0.0.1.example:8786", "run programs as you"),
        ("tcp://0.0.0.0:8786", "run programs as you"),
        ("10.0.0.4:8786", "no scheduler's address"),
        ("tcp://127.0.0.1", "no scheduler's address"),
        ("tcp://127.0.0.1:port", "no scheduler's address"),
        ("ws://127.0.0.1:8786", "no scheduler's address"),
        ("inproc://127.0.0.1:1", "no scheduler's address"),
        ("", "no scheduler's address"),
    ],
)
def test_whatever_a_stranger_could_speak_to_is_refused(address: str, sentence: str) -> None:
    """Plain to another machine, or another kind of address: exit code 2, before anything is connected or made."""
    with pytest.raises(UsageError, match=sentence):
        checked_scheduler(address)
    done = CliRunner().invoke(main, ["analyze", "x.mp4", "--output", "nowhere", "--scheduler", address])
    assert (done.exit_code, sentence in done.stderr) == (2, True)
    assert not Path("nowhere").exists()


def test_a_missing_extra_is_exit_code_3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without Dask the sentence names the package."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = CliRunner().invoke(main, ["analyze", "x.mp4", "--output", str(tmp_path), "--scheduler", "tcp://127.0.0.1:8786"])
    assert (done.exit_code, 'pip install "distributed' in done.stderr) == (3, True)


def test_a_scheduler_that_is_not_there_is_exit_code_3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody listens: a sentence with the address, and no file."""
    monkeypatch.setattr(scheduler, "CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
    done = CliRunner().invoke(main, ["analyze", "x.mp4", "--output", str(tmp_path), "--scheduler", address])
    assert (done.exit_code, f"No Dask scheduler answers at {address}" in done.stderr) == (3, True)
    assert list(tmp_path.iterdir()) == []


def test_whatever_else_listens_there_is_exit_code_3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program that takes the connection and says nothing is not waited for without end."""
    monkeypatch.setattr(scheduler, "CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        done = CliRunner().invoke(main, ["analyze", "x.mp4", "--output", str(tmp_path), "--scheduler", address])
    assert (done.exit_code, f"No Dask scheduler answers at {address}" in done.stderr) == (3, True)


@pytest.mark.parametrize(
    ("settings", "address", "code", "sentence"),
    [
        ({"require-encryption": True}, "tcp://127.0.0.1:8786", 2, "Dask's settings demand certificates"),
        (NOWHERE, "tls://127.0.0.1:8786", 3, "/nowhere/cluster.pem"),
    ],
)
def test_certificates_of_dasks_settings(
    settings: dict[str, Any], address: str, code: int, sentence: str, tmp_path: Path
) -> None:
    """Settings that forbid an address without certificates, and a certificate that is not there, are a sentence each."""
    # Its import adds what Dask sets if nobody else does.
    pytest.importorskip("distributed")
    with dask.config.set({f"distributed.comm.{name}": value for name, value in settings.items()}):
        done = CliRunner().invoke(main, ["analyze", "x.mp4", "--output", str(tmp_path), "--scheduler", address])
    assert (done.exit_code, sentence in done.stderr) == (code, True), done.stderr


def test_tls_without_certificates_is_exit_code_3(tmp_path: Path) -> None:
    """The sentence names Dask's settings for them."""
    done = CliRunner().invoke(main, ["analyze", "x.mp4", "--output", str(tmp_path), "--scheduler", "tls://127.0.0.1:8786"])
    assert (done.exit_code, "distributed.comm.tls" in done.stderr) == (3, True)


def test_jobs_are_not_for_a_cluster(tmp_path: Path) -> None:
    """How many run at a time is the workers' own."""
    arguments = ["analyze", "x.mp4", "--output", str(tmp_path), "--jobs", "2", "--scheduler", "tcp://127.0.0.1:8786"]
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_a_worker_says_what_it_lacks(tmp_path: Path) -> None:
    """The client's folder, the client's model file, or any model file; nothing, where all is there."""
    marker = tmp_path / ".shelf"
    told = Shelf(marker, model_digest(None), None, "topic")
    assert f"does not see {tmp_path}" in missing_here(told)
    marker.touch()
    assert missing_here(told) == ""
    assert "model file is another one" in missing_here(Shelf(marker, "00", None, "topic"))
    assert "There is no model file" in missing_here(Shelf(marker, "00", Path("nowhere.onnx"), "topic"))
