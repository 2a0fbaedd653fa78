"""The analysis of one recording in a process of its own, so that the pages stay quick: what it runs, and whoever started it."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Event
from typing import IO, Final, Literal, cast

import msgspec

from tracker.batch.analyze_recording import Recording, finished, gathered
from tracker.batch.only_writer import WRITER_TIMEOUT_SECONDS, only_writer
from tracker.config.settings import Settings
from tracker.core.captured_stderr import stderr_lock
from tracker.core.errors import MienError
from tracker.core.parsing import parse_json
from tracker.core.private_files import OTHERS
from tracker.core.validation import converted

NICENESS: Final = 10
"""Added to the process's own: a session that runs at the same time goes first."""
ENDED_SILENTLY: Final = "The analysis ended without a message. The terminal from which Mien was started may say more."
NO_FACE: Final = "No face was found in the video."


@dataclass(frozen=True, slots=True)
class Report:
    """What the process tells of its work, a line of JSON each.

    Attributes:
        frames: Frames analysed since the report before.
        total: Frames of the video, 0 where the file does not say; None in all reports but the first.
        end: How it ended; None in all reports but the last.
        message: With the end, a sentence for people, or empty.
    """

    frames: int = 0
    total: int | None = None
    end: Literal["done", "stopped", "failed"] | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ProcessOrder:
    """What the process is given on stdin, as JSON; see ``Recording``. Source and database are not among the settings."""

    video: Path
    folder: Path
    settings: Settings
    mine: bool


class AnalysisProcess:
    """The process of one recording, started at once. ``stop`` may be called from any thread."""

    def __init__(self, recording: Recording) -> None:
        # Neither the source nor the database is opened there, and either may hold a password.
        settings = replace(recording.choices, source="fake", db=None)
        order = ProcessOrder(recording.video, recording.folder, settings, recording.mine)
        # -P: a folder that is called web, where Mien was started, is not ours.
        command = [sys.executable, "-P", "-m", "web.recordings.worker"]
        with stderr_lock:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="backslashreplace"
            )
        # Not on its command line, which everybody on a machine can read.
        with suppress(BrokenPipeError), cast("IO[str]", self._process.stdin) as stdin:
            stdin.write(json.dumps(msgspec.to_builtins(order, enc_hook=str)))

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def reports(self) -> Iterator[Report]:
        """All reports until the process is over; the last one has an ``end``."""
        ended = False
        with self._process as process:
            for line in cast("IO[str]", process.stdout):
                try:
                    report = converted(parse_json(line), Report, "the report")
                except ValueError as error:
                    # A library that prints; whether the analysis goes on is told by what comes next.
                    logging.getLogger(__name__).warning("The analysis printed something else than a report: %s", error)
                    continue
                ended = ended or report.end is not None
                yield report
        if not ended:
            yield Report(end="failed", message=ENDED_SILENTLY)

    def stop(self) -> None:
        """Ask it to end; its last line stays whole, and it can go on there."""
        self._process.terminate()


def main(order_json: str) -> None:
    """In the process: analyse what the order says, and print reports to stdout."""
    from tracker.commands.analyze import frames_of
    from tracker.commands.signals import stopped_by_signals

    order = converted(parse_json(order_json), ProcessOrder, "the order")
    recording = Recording(order.video, order.folder, order.settings, mine=order.mine)
    # What it writes lies in Mien's own folder, and is the person's alone.
    os.umask(OTHERS)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with stopped_by_signals() as stopping:
        try:
            with only_writer(recording, stopping, WRITER_TIMEOUT_SECONDS):
                _print(Report(total=frames_of(recording.video)))
                with gathered(lambda frames: _print(Report(frames=frames))) as progress:
                    end = _analyze(recording, stopping, progress)
        except MienError as error:
            end = Report(end="failed", message=str(error))
        _print(end)


def _analyze(recording: Recording, stopping: Event, progress: Callable[[int], None]) -> Report:
    from tracker.batch.analyze_recording import analyze
    from tracker.compose import analyzer_for
    from tracker.exports.read_jsonl import read_observations

    try:
        complete = analyze(recording, stopping, progress, analyzer_for)
    except MienError as error:
        # What could be read of a damaged video is worth having.
        read = recording.file("json").exists() and finished(recording) is not None and recording.file("html").exists()
        return Report(end="done" if read else "failed", message=str(error))
    if not complete:
        return Report(end="stopped")
    somebody = any(each.faces for each in read_observations(recording.file("jsonl")))
    return Report(end="done", message="" if somebody else NO_FACE)


def _print(report: Report) -> None:
    """BrokenPipeError, which ends the process, when whoever started it is gone."""
    sys.stdout.write(json.dumps(asdict(report)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.stdin.read())
