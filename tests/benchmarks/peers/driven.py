"""A peer's driver as a process of its own, cut off from the network where that can be done, whose memory is watched."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import psutil

from tests.benchmarks.peers.material import Raw
from tracker.core.errors import MissingError

WATCH_SECONDS: Final = 0.05
THREADS: Final = 2
MB: Final = 1_000_000
TASK_SECONDS: Final = 900.0
"""A driver that needs longer for a task hangs, and is ended."""
LAST_LINES: Final = 4
"""Of what a driver that failed has said."""
SWITCHES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), str(THREADS)
    ),
    "CUDA_VISIBLE_DEVICES": "",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
}
"""The same threads for all, no graphics card, and a proxy that answers nobody where there is no network namespace."""


class FoundFace(msgspec.Struct, frozen=True):
    """A face as a driver answers with it; head: only Mien's, of crops."""

    box: tuple[float, float, float, float]
    word: str
    head: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What a driver answers to a task: milliseconds and faces of each picture."""

    ms: list[float]
    faces: list[list[FoundFace]]


class Driven:
    """A running driver. Use it in the thread that started it."""

    def __init__(self, process: "subprocess.Popen[str]", said: Path) -> None:
        self._process = process
        self._said = said
        self._peak = 0
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    @property
    def peak_mb(self) -> float:
        """The most resident memory that the process and its children had at once so far."""
        return round(self._peak / MB, 1)

    def ask(self, task: str, raw: Raw, limit: int | None = None) -> Answer:
        """Have a task done on the first ``limit`` pictures of a file.

        Raises:
            MissingError: The driver ended instead.
        """
        count, height, width = raw.shape
        shape = (count if limit is None else min(limit, count), height, width)
        limit_reached = threading.Timer(TASK_SECONDS, self._process.kill)
        words = {"task": task, "file": str(raw.path), "shape": shape, "hz": raw.hz}
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise MissingError("The driver has no pipes.")
        limit_reached.start()
        try:
            stdin.write(json.dumps(words) + "\n")
            stdin.flush()
            line = stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            limit_reached.cancel()
        if not line:
            self._process.wait()
            last = [text for text in self._said.read_text(errors="replace").splitlines() if text.strip()][-LAST_LINES:]
            raise MissingError(f"it ended while asked for {task}: {' / '.join(last)}")
        return msgspec.json.decode(line, type=Answer)

    def close(self) -> None:
        """End the process, which reads that there are no more tasks."""
        self._ended.set()
        self._watcher.join()
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _watch(self) -> None:
        root = psutil.Process(self._process.pid)
        while not self._ended.wait(WATCH_SECONDS):
            try:
                tree = [root, *root.children(recursive=True)]
                self._peak = max(self._peak, sum(each.memory_info().rss for each in tree))
            except psutil.Error:
                continue


@contextmanager
def drive(command: list[str], folder: Path) -> Iterator[Driven]:
    """Start a driver; what it says on stderr goes into a file in the folder."""
    said = folder / "said.txt"
    root = Path(__file__).resolve().parents[3]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {**SWITCHES, "PYTHONPATH": ""}
    with said.open("w") as stderr:
        process = subprocess.Popen(
            [*_without_network(), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=environment,
            cwd=root if "drive_mien.py" in command[1] else folder,
        )
    driven = Driven(process, said)
    try:
        yield driven
    finally:
        driven.close()


@cache
def _without_network() -> tuple[str, ...]:
    """Words before a command that cut it off; none where the system lets nobody do that."""
    words = ("unshare", "--net", "--map-root-user")
    if shutil.which(words[0]) is None:
        return ()
    return words if subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0 else ()
