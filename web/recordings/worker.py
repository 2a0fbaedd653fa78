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
from typing import Any, Final, Literal, Self, cast, get_args

from tracker.batch.analyze_recording import Recording, finished
from tracker.config.settings import Settings
from tracker.core.captured_stderr import stderr_lock
from tracker.core.errors import MienError
from tracker.core.json_fields import Fields
from tracker.core.parsing import parse_json
from tracker.core.private_files import OTHERS
from web.recordings.locks import alone

End = Literal["done", "stopped", "failed"]

MEEK: Final = 10
"""Added to the process's niceness: a session that runs at the same time goes first."""
BROKEN: Final = "The analysis ended without a word; the terminal that Mien was started from may say more."
NOBODY: Final = "No face was found in it."


@dataclass(frozen=True, slots=True)
class News:
    """What the process tells: frames done since the last news, of so many (0: the file does not say), or how it ended."""

    frames: int = 0
    total: int | None = None
    end: End | None = None
    message: str = ""

    @classmethod
    def read(cls, found: Fields) -> Self:
        """As the process writes them; ValueError for anything else."""
        total = None if found.get("total") is None else found.whole("total")
        end = None if found.get("end") is None else found.text("end")
        if end is not None and end not in get_args(End):
            raise ValueError(f"{found.path('end')} should be one of {', '.join(get_args(End))}, found {end!r}")
        return cls(found.whole("frames"), total, cast("End | None", end), found.text("message"))


class Child:
    """The process of one recording; ``stop`` may be called from any thread."""

    def __init__(self, recording: Recording) -> None:
        paths = {"video": str(recording.video), "folder": str(recording.folder)}
        order = paths | {"choices": plain(recording.choices), "mine": recording.mine}
        # -P: a folder that is called web, where Mien was started, is not ours.
        command = [sys.executable, "-P", "-m", "web.recordings.worker"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
        pipes["errors"] = "backslashreplace"
        with stderr_lock:
            self._process = subprocess.Popen(command, **pipes)
        # Everybody on a machine can read the command lines of its processes.
        with suppress(BrokenPipeError), cast("Any", self._process.stdin) as orders:
            orders.write(json.dumps(order))

    @property
    def process(self) -> int:
        """Its number."""
        return self._process.pid

    def news(self) -> Iterator[News]:
        """Until the process is over; the last one has an ``end``."""
        ended = False
        with self._process as process:
            for line in cast("Any", process.stdout):
                try:
                    told = News.read(Fields.of(parse_json(line), "the news"))
                except ValueError as error:
                    # A library that prints; whether the analysis goes on is told by what comes next.
                    logging.getLogger(__name__).warning("The analysis said something else than news: %s", error)
                    continue
                ended = ended or told.end is not None
                yield told
        if not ended:
            yield News(end="failed", message=BROKEN)

    def stop(self) -> None:
        """It ends with its last line whole, and can go on there."""
        self._process.terminate()


def plain(choices: Settings) -> dict[str, Any]:
    """Choices as JSON takes them, without the source and the database: neither is opened there."""
    told = asdict(replace(choices, source="fake", db=None))
    return {name: str(value) if isinstance(value, Path) else value for name, value in told.items()}


def _chosen(plain: dict[str, Any]) -> Settings:
    paths = {name: Path(plain[name]) for name in ("model", "landmarker") if plain[name] is not None}
    return Settings(**plain | paths)


def main(order: str) -> None:
    """In the process: analyse what the order says, and tell of it on stdout, a JSON object a line."""
    from tracker.commands.analyze import frames_of, gathered
    from tracker.commands.signals import stopped_by_signals

    given = parse_json(order)
    choices = _chosen(given["choices"])
    recording = Recording(Path(given["video"]), Path(given["folder"]), choices, mine=given["mine"])
    # What it writes lies in Mien's own folder, and is the person's alone.
    os.umask(OTHERS)
    if hasattr(os, "nice"):
        os.nice(MEEK)
    with stopped_by_signals() as stopping, alone(recording.folder):
        _tell(News(total=frames_of(recording.video)))
        with gathered(lambda frames: _tell(News(frames=frames))) as progress:
            end = _attempt(recording, stopping, progress)
        _tell(end)


def _attempt(recording: Recording, stopping: Event, progress: Callable[[int], None]) -> News:
    from tracker.batch.analyze_recording import analyze
    from tracker.compose import analyzer_for

    try:
        whole = analyze(recording, stopping, progress, analyzer_for)
    except MienError as error:
        # What could be read of a damaged video is worth having.
        read = recording.file("json").exists() and finished(recording) is not None and recording.file("html").exists()
        return News(end="done" if read else "failed", message=str(error))
    if not whole:
        return News(end="stopped")
    return News(end="done", message="" if _somebody(recording) else NOBODY)


def _somebody(recording: Recording) -> bool:
    from tracker.exports.read_jsonl import read_observations

    return any(each.faces for each in read_observations(recording.file("jsonl")))


def _tell(news: News) -> None:
    """BrokenPipeError, which ends the process, when whoever started it is gone."""
    sys.stdout.write(json.dumps(asdict(news)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.stdin.read())
