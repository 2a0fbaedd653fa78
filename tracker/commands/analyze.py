"""``mien analyze``: recordings into tables and reports, several at a time, going on where an interrupted run stopped."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.commands.options import WITHHELD_SENTENCE, settings_options
from tracker.commands.terminal import say
from tracker.config.option_types import Amount
from tracker.config.settings import Settings
from tracker.core.paths import PathType

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Event

    from tracker.batch.analyze_recording import Progress, Recording, Stopping
    from tracker.store.database import Database

PROGRESS_SECONDS: Final = 0.2
"""Seconds between looks at what the other processes tell; a person sees the bar move."""

PATH = PathType()
FOLDER = PathType(file_okay=False)


@click.command(name="analyze")
@settings_options("faces", "mode", "motion", "smoothing", "prior", "person", "model", "landmarker", "db", "retention")
@click.argument("videos", nargs=-1, required=True, type=PATH, metavar="VIDEO...")
@click.option("--output", type=FOLDER, required=True, metavar="DIR", help="The folder for the files; created if missing.")
# Not the setting of the same name: a recording is read whole unless this command is told otherwise.
@click.option("--hz", "rate", type=Amount(0, 60), default=0.0, help="Observations a second; every frame if not given.")
@click.option(
    "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Recordings at the same time, one process each."
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Give the recordings to the workers of your own Dask scheduler: tcp://127.0.0.1:8786.",
)
@click.option("--shapes", is_flag=True, help="Keep the 52 blendshapes and the head's pose (degrees) of each face.")
@click.pass_context
def command(
    ctx: click.Context,
    settings: Settings,
    *,
    videos: tuple[Path, ...],
    output: Path,
    rate: float,
    jobs: int,
    scheduler: str | None,
    shapes: bool,
) -> None:
    """Analyse recordings: NAME.jsonl, .csv, .parquet and a report NAME.html each; run again, it continues where it stopped.

    With --db each is stored as a session as well, for --retention, 30 days unless told otherwise. With --scheduler, workers of
    a Dask cluster analyse them, which see the recordings and DIR under the same paths; DIR/parquet is then one table of all.
    """
    from tracker.batch.analyze_recording import Recording
    from tracker.commands.signals import stopped_by_signals
    from tracker.config.mode import may_read_others
    from tracker.core.errors import UsageError

    recordings = [Recording(video, output, replace(settings, hz=rate), shapes) for video in videos]
    names = Counter(recording.file("jsonl") for recording in recordings)
    if twice := sorted(name.stem for name, times in names.items() if times > 1):
        raise UsageError(f"Two recordings would both be written as {', '.join(twice)}: give them an --output each.")
    if scheduler is not None:
        from tracker.batch.scheduler import checked_scheduler

        checked_scheduler(scheduler)
        if jobs != 1:
            raise UsageError("--jobs is for this machine alone; how many a cluster analyses at a time, its workers say.")
    if settings.faces == "all" and not may_read_others(settings.mode):
        say(WITHHELD_SENTENCE)
    with _storage(settings) as database, stopped_by_signals() as stopping, _bar(videos) as progress:
        if scheduler is not None:
            from tracker.batch.shelf import analyze_shelf

            sentences = analyze_shelf(recordings, scheduler, stopping, progress, attempt, tell=_say_above_bar)
        elif min(jobs, len(videos)) == 1:
            sentences = [_attempt_alone(recording, stopping, progress) for recording in recordings]
        else:
            sentences = _together(recordings, jobs, stopping, progress)
        failures = [sentence for sentence in sentences if sentence]
        if database is not None:
            failures += [sentence for recording in recordings if (sentence := _store(recording, database))]
    for sentence in failures:
        say(sentence)
    ctx.exit(1 if failures else 0)


@contextmanager
def _storage(settings: Settings) -> "Iterator[Database | None]":
    """The database, if one was named; StoreError before the first look at a video, not after an hour of it."""
    if settings.db is None or settings.retention == "nothing":
        yield None
        return
    from tracker.store.database import Database

    with Database(settings.db) as database:
        yield database


def _store(recording: "Recording", database: "Database") -> str:
    """Store a recording that is analysed; the sentence that says why that failed, or ""."""
    from tracker.batch.analyze_recording import finished
    from tracker.batch.store_recording import store_recording
    from tracker.core.errors import StoreError, UsageError
    from tracker.store.retention import HEADLESS_RETENTION

    try:
        state = finished(recording) if recording.video.is_file() else None
        if state is not None:
            store_recording(database, recording, state, recording.choices.retention or HEADLESS_RETENTION)
    except (StoreError, UsageError) as error:
        return f"{recording.video} is not stored: {error}"
    return ""


@contextmanager
def _bar(videos: Sequence[Path]) -> "Iterator[Progress]":
    """On a terminal, the frames of all recordings."""
    from tqdm import tqdm

    hidden = not sys.stderr.isatty()
    with tqdm(total=None if hidden else sum(map(frames_of, videos)), unit="frame", disable=hidden) as bar:

        def progress(frames: int) -> None:
            bar.update(frames)

        yield progress


def _say_above_bar(sentence: str) -> None:
    from tqdm import tqdm

    with tqdm.external_write_mode(sys.stderr):
        say(sentence)


def frames_of(video: Path) -> int:
    """How many frames a video says that it has; 0 when it does not say, or is none."""
    from tracker.core.errors import SourceError
    from tracker.sources.files import VideoSource

    try:
        with VideoSource(str(video)) as opened:
            return opened.frames
    except SourceError:
        return 0


def attempt(recording: "Recording", stopping: "Stopping", progress: "Progress") -> str:
    """Analyse; what went wrong with this one recording as a sentence, "" when nothing did. Missing models are raised."""
    from tracker.batch.analyze_recording import analyze, interrupted
    from tracker.compose import analyzer_for
    from tracker.core.errors import MienError, MissingError, SourceError

    try:
        if stopping.is_set() or not analyze(recording, stopping, progress, analyzer_for):
            return interrupted(recording.video)
    except MienError as error:
        if isinstance(error, MissingError) and not isinstance(error, SourceError):
            raise
        return str(error)
    return ""


def _attempt_alone(recording: "Recording", stopping: "Stopping", progress: "Progress") -> str:
    """The same, unless another process is at it."""
    from tracker.batch.only_writer import only_writer
    from tracker.core.errors import BusyError

    if not recording.video.is_file():
        return attempt(recording, stopping, progress)
    try:
        with only_writer(recording, stopping):
            return attempt(recording, stopping, progress)
    except BusyError as error:
        return str(error)


def _together(recordings: "Sequence[Recording]", jobs: int, stopping: "Stopping", progress: "Progress") -> list[str]:
    """What ``attempt`` says of each, in a process each; spawned, because MediaPipe's threads do not survive a fork."""
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, wait
    from multiprocessing import get_context

    spawn = get_context("spawn")
    halt, told = spawn.Event(), spawn.SimpleQueue()
    with ProcessPoolExecutor(min(jobs, len(recordings)), spawn, _begin, (halt, told)) as pool:
        futures = [pool.submit(_work, recording) for recording in recordings]
        waiting = set(futures)
        while waiting:
            waiting = wait(waiting, PROGRESS_SECONDS).not_done
            while not told.empty():
                progress(told.get())
            if stopping.is_set():
                halt.set()
        sentences = []
        for recording, future in zip(recordings, futures, strict=True):
            try:
                sentences.append(future.result())
            except BrokenExecutor:
                # Where a system that is short of memory ended one process, the pool gives up all that are left.
                sentences.append(
                    f"{recording.video} was interrupted: a process was ended from outside, perhaps because the memory was full."
                    " The same command goes on where it stopped; with fewer --jobs it needs less."
                )
        return sentences


class _Shared:
    """What a process of the pool was given when it began."""

    halt: "Event"
    told: "SimpleQueue[int]"


def _begin(halt: "Event", told: "SimpleQueue[int]") -> None:
    """Ctrl-C reaches every process of a terminal: the first one tells the others when to stop."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Shared.halt, _Shared.told = halt, told


def _work(recording: "Recording") -> str:
    from tracker.batch.analyze_recording import gathered

    with gathered(_Shared.told.put) as progress:
        return _attempt_alone(recording, _Shared.halt, progress)
