"""What a Dask worker does with a recording of a shelf: analyse it into the shared folder, and add it to the shelf's table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, Final

from tracker.batch.analyze_recording import Progress, Recording, Stopping, gathered
from tracker.batch.only_writer import WRITER_TIMEOUT_SECONDS, only_writer
from tracker.config.model_files import released_model
from tracker.core.address import readable
from tracker.core.errors import MienError, MissingError
from tracker.core.paths import beside
from tracker.core.private_files import private_folder
from tracker.exports.files import atomic_file

if TYPE_CHECKING:
    from distributed import Worker

ENDED: Final = ("closing", "closed", "failed")
"""A worker's states in which nobody waits for what it does."""

Attempt = Callable[[Recording, Stopping, Progress], str]
"""Analyses a recording; what went wrong as a sentence, or ""."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What workers are told of a shelf.

    Attributes:
        marker: A file in the results' folder, made for this run: who sees it shares the folder.
        model: The SHA-256 of the model file on the client.
        model_file: Which one is asked for; None for the released one.
        topic: Under which frames are told.
    """

    marker: Path
    model: str
    model_file: Path | None
    topic: str


class _NoLongerWanted:
    """Set once the task that runs in this thread was cancelled, its client is gone, or the worker ends."""

    def __init__(self, worker: "Worker") -> None:
        self._worker, self._key = worker, worker.get_current_task()

    def is_set(self) -> bool:
        task = self._worker.state.tasks.get(self._key)
        return task is None or task.state != "executing" or self._worker.status.name in ENDED


def model_digest(given: Path | None) -> str:
    """The SHA-256 of a model file, or of the released one; MissingError where there is none."""
    return sha256(released_model(given).read_bytes()).hexdigest()


def missing_here(shelf: Shelf) -> str:
    """Why this machine cannot take part in a shelf, as a sentence, or ""."""
    if not shelf.marker.is_file():
        return (
            f"it does not see {shelf.marker.parent} of the machine where this command runs. The recordings and --output must"
            " lie in folders that all machines share, under the same path."
        )
    try:
        if model_digest(shelf.model_file) != shelf.model:
            return "its model file is another one. Install the same Mien on all machines."
    except MienError as error:
        return str(error)
    return ""


def analyze_on_worker(recording: Recording, shelf: Shelf, attempt: Attempt) -> str:
    """Analyse a recording, or go on where a worker that was lost stopped; what went wrong as a sentence, or "".

    Runs in a thread of a Dask worker. What ``attempt`` raises is raised on the client.
    """
    from distributed import get_worker

    worker = get_worker()
    stopping = _NoLongerWanted(worker)
    # A worker may have come after all others were asked.
    if why := missing_here(shelf):
        return f"{recording.video} was not analysed: the worker {worker.address} cannot help, {why}"
    if not recording.video.is_file():
        return (
            f"The worker {worker.address} sees no file {recording.video}. Check the path; the file must lie in a folder that"
            " all machines share."
        )
    told = partial(worker.log_event, shelf.topic)
    try:
        with only_writer(recording, stopping, WRITER_TIMEOUT_SECONDS), gathered(told) as progress:
            sentence = attempt(recording, stopping, progress)
            if not stopping.is_set():
                _add_to_table(recording)
    except MissingError:
        # What all recordings need.
        raise
    except MienError as error:
        return str(error)
    return sentence


def _partition(recording: Recording) -> Path:
    """Where the shelf's table has a recording: a folder ``recording=NAME``, as Hive and pyarrow name partitions."""
    name = readable(recording.file("parquet").stem).replace("%", "%25")
    return beside(recording.folder / "parquet" / name, "", "recording=") / "part.parquet"


def _add_to_table(recording: Recording) -> None:
    """Copy a recording's table, if it is finished, unless that was done."""
    table, part = recording.file("parquet"), _partition(recording)
    if table.exists() and not (part.exists() and part.stat().st_mtime_ns >= table.stat().st_mtime_ns):
        private_folder(part.parent)
        with atomic_file(part) as copy:
            copyfile(table, copy)
