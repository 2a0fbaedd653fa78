"""A shelf of recordings on a person's own Dask cluster: each recording is a task; told of on the client, cancelled from there.

A worker that is lost costs what it had not written of its recording: Dask gives the task to another one, which goes on after
the last JSON line. So recordings are not cut into parts, at whose seams faces would be numbered anew.
"""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from tracker.batch.analyze_recording import Progress, Recording, Stopping, interrupted
from tracker.batch.scheduler import Tell, checked_scheduler, client_of, connect, scheduler_there, watch_workers, words_of
from tracker.batch.shelf_worker import Attempt, Shelf, analyze_on_worker, missing_here, model_digest
from tracker.core.errors import MienError, MissingError
from tracker.core.private_files import make_private_file

if TYPE_CHECKING:
    from distributed import Client

WORKER_SECONDS: Final = 20.0
"""A worker that was started at the same time as the command is there after a few seconds."""
STOP_SECONDS: Final = 0.2
"""Seconds between looks whether a person pressed Ctrl-C."""


def analyze_shelf(
    recordings: Sequence[Recording], scheduler: str, stopping: Stopping, progress: Progress, attempt: Attempt, *, tell: Tell
) -> list[str]:
    """Have a cluster's workers analyse recordings into one folder that they and this machine share.

    Args:
        recordings: At least one, all with the same folder and settings.
        scheduler: As ``checked_scheduler`` takes it.
        stopping: Once it is set, what is not done is cancelled: its workers stop after the next frame.
        progress: Called with the number of frames that were read since the last call.
        attempt: What a worker does with a recording; pickled by its name.
        tell: Called with a sentence when no worker is left, and when there is one again.

    Returns:
        For each recording what went wrong, as a sentence, or "".

    Raises:
        UsageError: The address is refused.
        MissingError: Dask, the scheduler, its certificates or its workers are not there, or a worker lacks Mien, the model
            or the folder; or the scheduler ended before the recordings were done.
    """
    checked_scheduler(scheduler)
    # The workers do not run where this command does, and do not store anything: the database may have a password.
    tasks = [
        replace(
            recording,
            video=recording.video.absolute(),
            folder=recording.folder.absolute(),
            choices=replace(
                recording.choices,
                db=None,
                model=_whole(recording.choices.model),
                landmarker=_whole(recording.choices.landmarker),
            ),
        )
        for recording in recordings
    ]
    return asyncio.run(_analyze(tasks, scheduler, stopping, progress, attempt, tell=tell))


def _whole(path: Path | None) -> Path | None:
    return None if path is None else path.absolute()


async def _analyze(
    tasks: Sequence[Recording], scheduler: str, stopping: Stopping, progress: Progress, attempt: Attempt, *, tell: Tell
) -> list[str]:
    """What ``analyze_shelf`` returns."""
    sentences = [interrupted(task.video) for task in tasks]
    async with client_of(scheduler) as client:
        if not await _unless_stopped(connect(client, scheduler), stopping):
            return sentences
        with _shelf(tasks[0]) as shelf, scheduler_there(scheduler):
            if not await _unless_stopped(_check_workers(client, shelf), stopping):
                return sentences
            client.subscribe_topic(shelf.topic, lambda event: progress(event[1]))
            # Not pure: a recording that was cancelled is no result to remember.
            futures = [client.submit(analyze_on_worker, task, shelf, attempt, pure=False) for task in tasks]
            outcomes = [asyncio.create_task(_outcome(task, future)) for task, future in zip(tasks, futures, strict=True)]
            watch = asyncio.create_task(watch_workers(client, tell))
            await _unless_stopped(asyncio.gather(*outcomes, return_exceptions=True), stopping)
            watch.cancel()
            return [why if each.cancelled() else each.result() for each, why in zip(outcomes, sentences, strict=True)]


async def _unless_stopped(work: Awaitable[object], stopping: Stopping) -> bool:
    """Whether the work was done before somebody stopped it. A stopped one is cancelled; what it raises is raised."""
    task = asyncio.ensure_future(work)
    while not task.done() and not stopping.is_set():
        await asyncio.wait({task}, timeout=STOP_SECONDS)
    if task.done():
        task.result()
        return True
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return False


@contextmanager
def _shelf(recording: Recording) -> Iterator[Shelf]:
    """What workers are told; as long as the block runs, a file that nobody else has lies in the folder."""
    digest = model_digest(recording.choices.model)
    recording.folder.mkdir(parents=True, exist_ok=True)
    marker = recording.folder / f".shelf-{uuid4().hex}"
    make_private_file(marker)
    try:
        yield Shelf(marker, digest, recording.choices.model, f"mien-{uuid4().hex}")
    finally:
        with suppress(OSError):
            marker.unlink(missing_ok=True)


async def _check_workers(client: "Client", shelf: Shelf) -> None:
    """MissingError where there is no worker, or one of them cannot do its part."""
    try:
        await client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError as error:
        raise MissingError(
            "The scheduler has no worker that can begin: start one with enough memory, see docs/many-recordings.md."
        ) from error
    try:
        async with asyncio.timeout(WORKER_SECONDS):
            answers = await client.run(missing_here, shelf, on_error="return")
    except TimeoutError as error:
        raise MissingError(f"A worker has not answered for {WORKER_SECONDS:g} s. End the one that hangs.") from error
    # In the order of the addresses, so that the same cluster gets the same sentence.
    for address, told in sorted(answers.items()):
        if isinstance(told, OSError):
            # It ended while it was asked.
            continue
        if isinstance(told, Exception):
            raise _no_mien(f"The worker {address}", told)
        if told:
            raise MissingError(f"The worker {address} cannot help: {told}")


def _no_mien(who: str, error: BaseException) -> MissingError:
    return MissingError(
        f"{who} has no Mien, or another release of Mien or Dask ({words_of(error)}). Start the scheduler and all workers with"
        " Mien's own environment: see docs/many-recordings.md."
    )


async def _outcome(recording: Recording, future: Any) -> str:
    """What went wrong with a recording, or "". What all recordings need is raised."""
    from distributed import KilledWorker

    error = await future.exception()
    if error is None:
        return str(await future)
    if isinstance(error, KilledWorker):
        return (
            f"{recording.video} was given up: every worker that had it ended, perhaps because the memory was full."
            " The same command goes on where they stopped."
        )
    if isinstance(error, MienError | OSError):
        raise error
    # What is not Mien's own, or the system's, is Dask's: it could not read what it was given.
    raise _no_mien("The scheduler or a worker", error) from error
