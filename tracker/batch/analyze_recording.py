"""Recordings analysed into files: JSON lines as it goes, where an interrupted run goes on; tables and a report at the end."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct, structs, to_builtins

from tracker.config.mode import may_read_others
from tracker.config.settings import Settings
from tracker.core.address import readable
from tracker.core.errors import SourceError, UsageError
from tracker.core.frame import Frame
from tracker.core.parsing import read_json
from tracker.core.paths import beside, no_file
from tracker.core.records import ObservationRecord
from tracker.core.validation import converted
from tracker.exports.files import atomic_file, export_session
from tracker.exports.read_jsonl import read_log, read_observations
from tracker.exports.sinks import FileSink, complete_last_line, is_json_line
from tracker.live.session import Session
from tracker.model.provenance import ModelProvenance
from tracker.motion.budget import motion_budget
from tracker.reports.html_report import write_report
from tracker.vision.analyzer import Analyzer

if TYPE_CHECKING:
    from tracker.sources.files import VideoSource

TABLES: Final = ("csv", "parquet")
REPORT: Final = "html"
FRAMES_PER_MESSAGE: Final = 25
"""Frames that a process tells of together: a message for each would cost more than the bar is worth."""

Choice = str | int | float | bool | None
"""The value of a setting."""
Progress = Callable[[int], None]
"""Told of frames that are done."""


class Stopping(Protocol):
    """An event, of threads or of processes."""

    def is_set(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Recording:
    """A video that is analysed, and how.

    Attributes:
        video: The file.
        folder: The folder for the results.
        choices: The settings; hz 0 is every frame.
        shapes: Whether blendshapes and pose are kept.
        mine: If nobody is named in the settings, apply the fit of the person at this machine, as the pages do.
    """

    video: Path
    folder: Path
    choices: Settings
    shapes: bool = False
    mine: bool = False

    def file(self, suffix: str) -> Path:
        """The file of a kind: json, jsonl, csv, parquet or html."""
        return beside(self.folder / self.video.stem, f".{suffix}")

    def wanted(self) -> dict[str, Choice]:
        """What must be the same so that a run can continue where an earlier one stopped."""
        settings = {name: getattr(self.choices, name) for name in ("hz", "faces", "motion", "smoothing", "prior", "person")}
        size = self.video.stat().st_size
        model = str(self.choices.model) if self.choices.model else None
        # Files of a Mien that knew no modes go on where others may be read, and where only the own face is.
        mode = "work" if self.choices.faces == "all" and not may_read_others(self.choices.mode) else None
        return {"file": self.video.name, "bytes": size, **settings, "mode": mode, "shapes": self.shapes, "model_file": model}


class RecordingState(Struct, frozen=True):
    """How far the analysis of a recording has come; NAME.json holds it.

    Attributes:
        session: The session's id.
        wanted: As ``Recording.wanted``.
        model: The SHA-256 of the model file.
        finished: Whether the video was read to its end.
        trouble: What is wrong with the video, as a sentence, or empty.
        judge: Which model made the readings; None in files of an older Mien.
    """

    session: str
    wanted: dict[str, Choice]
    model: str
    finished: bool
    trouble: str
    judge: ModelProvenance | None = None


OpenAnalyzer = Callable[[Recording], AbstractContextManager[Analyzer]]
"""An analyzer with a recording's settings; ``tracker.compose.analyzer_for`` opens the real one."""


def analyze(recording: Recording, stopping: Stopping, progress: Progress, open_analyzer: OpenAnalyzer) -> bool:
    """Analyse a recording, or continue where an earlier run stopped; a finished one is left as it is.

    Args:
        recording: What is analysed, and how.
        stopping: Once it is set, the analysis stops after the next frame.
        progress: Called with the number of frames that were read since the last call.
        open_analyzer: Opens an analyzer with the recording's settings.

    Returns:
        Whether the recording is finished; False after ``stopping``.

    Raises:
        SourceError: The video is missing or damaged; what could be read of it is kept.
        UsageError: The folder has files of another video of that name, or made with other settings.
    """
    if not recording.video.is_file():
        raise SourceError(no_file(recording.video))
    recording.folder.mkdir(parents=True, exist_ok=True)
    state = _state(recording)
    if state is None or not state.finished:
        state = _observe(recording, state, stopping, progress, open_analyzer)
        if not state.finished:
            return False
    if not all(recording.file(suffix).exists() for suffix in (*TABLES, REPORT)):
        record = replace(
            read_log(recording.file("jsonl")),
            title=readable(recording.video.stem),
            hz=recording.choices.hz,
            prior=recording.choices.prior,
            model=state.model,
            recorded=True,
        )
        for form in TABLES:
            export_session(record, recording.file(form), form)
        write_report(record, recording.file(REPORT))
    if state.trouble:
        raise SourceError(state.trouble)
    return True


@contextmanager
def gathered(tell: Callable[[int], None]) -> Iterator[Progress]:
    """Frames told by the handful."""
    frames = 0

    def progress(number: int) -> None:
        nonlocal frames
        frames += number
        if frames >= FRAMES_PER_MESSAGE:
            tell(frames)
            frames = 0

    yield progress
    tell(frames)


def interrupted(video: Path) -> str:
    """The sentence for a recording that was not finished because somebody or something ended its analysis."""
    return f"{video} was interrupted. The same command goes on where it stopped."


def finished(recording: Recording) -> RecordingState | None:
    """What is known of a recording that was analysed to its end, also a damaged one; None before that."""
    state = _state(recording)
    return state if state is not None and state.finished else None


def _state(recording: Recording) -> RecordingState | None:
    path = recording.file("json")
    if not path.exists():
        # A table or report of other settings, or somebody else's file, would be taken for this one's.
        if others := [file for suffix in ("jsonl", *TABLES, REPORT) if (file := recording.file(suffix)).exists()]:
            raise UsageError(f"{others[0]} exists, but {path.name} does not, which says how it was made. {_instead(recording)}")
        return None
    try:
        state = converted(read_json(path), RecordingState, "it")
    except ValueError as error:
        raise UsageError(f"{path} is not from this command, or damaged ({error}). {_instead(recording)}") from error
    now = recording.wanted()
    if other := sorted(name for name in now if now[name] != state.wanted.get(name)):
        was = ", ".join(f"{name} {state.wanted.get(name)} and not {now[name]}" for name in other)
        raise UsageError(f"{path} was made with {was}. {_instead(recording)}")
    return state


def _instead(recording: Recording) -> str:
    kinds = ", ".join(f".{suffix}" for suffix in ("json", "jsonl", *TABLES))
    return f"Choose another --output, or remove what is there of {recording.video.stem}: {kinds} and .{REPORT}."


def _keep(recording: Recording, state: RecordingState) -> None:
    with atomic_file(recording.file("json")) as part:
        part.write_text(json.dumps(to_builtins(state), indent=2) + "\n", encoding="utf-8")


def _observe(
    recording: Recording, before: RecordingState | None, stopping: Stopping, progress: Progress, open_analyzer: OpenAnalyzer
) -> RecordingState:
    """Write what is not yet written, until the end or until stopped."""
    from tracker.sources.files import VideoSource

    with VideoSource(str(recording.video)) as video, open_analyzer(recording) as analyzer:
        model, judge = analyzer.classifier.sha256, ModelProvenance.of(analyzer.classifier)
        if before is not None and (before.model != model or (before.judge and before.judge.fit) != judge.fit):
            raise UsageError(f"{recording.file('json')} was made with another model or fit. {_instead(recording)}")
        choices, log = recording.choices, recording.file("jsonl")
        budget = motion_budget(choices.motion, live=False)
        session = Session(
            analyzer,
            faces=choices.faces,
            read_others=may_read_others(choices.mode),
            smoothing=choices.smoothing,
            budget=budget,
        )
        state = before or RecordingState(session.id, recording.wanted(), model, finished=False, trouble="", judge=judge)
        # The number of the last frame that an earlier run wrote; the session remembers what it knew then.
        last = -1
        if log.exists():
            complete_last_line(log, is_json_line)
            for record in read_observations(log):
                session.recall(record)
                last = record.frame
        frames = _Frames(video, recording, progress)
        # First, so that what a full disk leaves is known for ours.
        _keep(recording, state)
        with _unless_empty(recording, frames), FileSink(log) as sink:
            for observation in session.go_through(frames, choices.hz, last):
                source = readable(str(recording.video))
                sink.write(ObservationRecord.of(observation, state.session, source, shapes=recording.shapes))
                if stopping.is_set():
                    return state
    done = structs.replace(state, finished=True, trouble=frames.trouble())
    _keep(recording, done)
    return done


@contextmanager
def _unless_empty(recording: Recording, frames: "_Frames") -> Iterator[None]:
    """If the video gave no picture, delete its files, so that it can be replaced and tried again."""
    try:
        yield
    except SourceError:
        for suffix in ("json", "jsonl") if not frames.seen else ():
            recording.file(suffix).unlink(missing_ok=True)
        raise


class _Frames:
    """The frames of a video, counted. seen: how many came. last: media time of the last one, in seconds."""

    def __init__(self, video: "VideoSource", recording: Recording, progress: Progress) -> None:
        self._video, self._recording, self._progress = video, recording, progress
        self.seen, self.last = 0, 0.0

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._video:
            self.seen, self.last = frame.number + 1, frame.t
            self._progress(1)
            yield frame

    def trouble(self) -> str:
        """The sentence that names a file that was cut off, or nothing."""
        complaint = self._video.describe_early_end(self.seen, self.last)
        return f"{complaint} What could be read is analysed." if complaint else ""
