"""A shelf of recordings on a person's own Dask cluster: each recording is a task; told of on the client, cancelled from there.

A worker that is lost costs what it had not written of its recording: Dask gives the task to another one, which goes on after
the last JSON line. So recordings are not cut into parts, at whose seams faces would be numbered anew.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from tracker.batch.analyze_recording import Progress, Recording, Stopping, interrupted
from tracker.batch.shelf_worker import Attempt, Shelf, analyze_on_worker, missing_here, model_digest
from tracker.core.errors import MienError, MissingError, UsageError
from tracker.core.private_files import make_private_file

if TYPE_CHECKING:
    from distributed import Client

DASK_MISSING: Final = (
    'A shelf on a Dask cluster needs a package: pip install "distributed>=2026.8,<2027" into Mien\'s environment.'
)
CONNECT_SECONDS: Final = 5.0
"""A scheduler that runs answers in milliseconds, also through a tunnel."""
WORKER_SECONDS: Final = 20.0
"""A worker that was started at the same time as the command is there after a few seconds."""
PROGRESS_SECONDS: Final = 0.2
"""Seconds between looks at what is done; a person sees the bar move."""


def checked_scheduler(address: str) -> str:
    """A scheduler's address, if no stranger can listen or speak in between: on this machine, or with certificates.

    Args:
        address: ``tcp://HOST:PORT`` or ``tls://HOST:PORT``.

    Returns:
        The same address.

    Raises:
        UsageError: It is none, or plain ``tcp://`` to another machine: whoever reaches a scheduler without certificates runs
            programs as the person who started it.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or port is None or parts.scheme not in ("tcp", "tls"):
        raise UsageError(f"{address} is no scheduler's address: give tcp://127.0.0.1:PORT or tls://HOST:PORT.")
    if parts.scheme == "tcp" and not _is_this_machine(host):
        raise UsageError(
            f"{address} is another machine without encryption, where everybody in the network could run programs as you."
            " Give it certificates and name it tls://HOST:PORT, or reach it through a tunnel that begins at 127.0.0.1:"
            " see docs/many-recordings.md."
        )
    return address


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        # No other name: whoever answers for names says which machine it is.
        return host == "localhost"


def analyze_shelf(
    recordings: Sequence[Recording], scheduler: str, stopping: Stopping, progress: Progress, attempt: Attempt
) -> list[str]:
    """Have a cluster's workers analyse recordings into one folder that they and this machine share.

    Args:
        recordings: At least one, all with the same folder and settings.
        scheduler: As ``checked_scheduler`` takes it.
        stopping: Once it is set, what is not done is cancelled: its workers stop after the next frame.
        progress: Called with the number of frames that were read since the last call, in another thread.
        attempt: What a worker does with a recording; pickled by its name.

    Returns:
        For each recording what went wrong, as a sentence, or "".

    Raises:
        UsageError: The address is refused.
        MissingError: Dask, the scheduler, its certificates or its workers are not there, or a worker lacks Mien, the model
            or the folder.
    """
    checked_scheduler(scheduler)
    # The workers do not run where this command does, and do not store anything: the database may have a password.
    tasks = [
        replace(
            recording,
            video=recording.video.absolute(),
            folder=recording.folder.absolute(),
            choices=replace(recording.choices, db=None, model=_whole(recording.choices.model)),
        )
        for recording in recordings
    ]
    with _connected(scheduler) as client, _shelf(tasks[0]) as shelf:
        _check_workers(client, shelf)
        client.subscribe_topic(shelf.topic, lambda event: progress(event[1]))
        # Not pure: a recording that was cancelled is no result to remember.
        futures = [client.submit(analyze_on_worker, task, shelf, attempt, pure=False) for task in tasks]
        while not stopping.is_set() and not all(future.done() for future in futures):
            sleep(PROGRESS_SECONDS)
        return [_outcome(recording, future) for recording, future in zip(recordings, futures, strict=True)]


def _whole(path: Path | None) -> Path | None:
    return None if path is None else path.absolute()


@contextmanager
def _connected(scheduler: str) -> "Iterator[Client]":
    """A client, which takes what it asked for back when it is closed."""
    try:
        from distributed import Client, Security
    except ModuleNotFoundError as error:
        raise MissingError(DASK_MISSING) from error
    import logging

    # What it says of lost connections is said here, as a sentence.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        security = Security()
        if scheduler.startswith("tls:") and security.get_connection_args("client")["ssl_context"] is None:
            raise MissingError(
                "tls:// needs certificates: name them in Dask's settings, distributed.comm.tls (ca-file, client.cert and"
                " client.key); see docs/many-recordings.md."
            )
        client = Client(scheduler, timeout=CONNECT_SECONDS, security=security, set_as_default=False, name="mien")
    except OSError as error:
        raise MissingError(
            f"No Dask scheduler answers at {scheduler} ({error}). Start one, and workers for it: see docs/many-recordings.md."
        ) from error
    with client:
        yield client


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


def _check_workers(client: "Client", shelf: Shelf) -> None:
    """MissingError where there is no worker, or one of them cannot do its part."""
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError as error:
        raise MissingError("The scheduler has no worker: start one, see docs/many-recordings.md.") from error
    # In the order of the addresses, so that the same cluster gets the same sentence.
    for address, told in sorted(client.run(missing_here, shelf, on_error="return").items()):
        if isinstance(told, OSError):
            # It ended while it was asked.
            continue
        if isinstance(told, Exception):
            raise _no_mien(f"The worker {address}", told)
        if told:
            raise MissingError(f"The worker {address} cannot help: {told}")


def _no_mien(who: str, error: BaseException) -> MissingError:
    return MissingError(
        f"{who} has no Mien, or another release of it ({error}). Start the scheduler and all workers with Mien's own"
        " environment: see docs/many-recordings.md."
    )


def _outcome(recording: Recording, future: Any) -> str:
    """What went wrong with a recording, or "". What all recordings need is raised."""
    from distributed import KilledWorker

    if future.status == "finished":
        return str(future.result())
    if future.status != "error":
        return interrupted(recording.video)
    error = future.exception()
    if isinstance(error, KilledWorker):
        return (
            f"{recording.video} was given up: every worker that had it ended, perhaps because the memory was full."
            " The same command goes on where they stopped."
        )
    if isinstance(error, MienError | OSError):
        raise error
    # What is not Mien's own, or the system's, is Dask's: it could not read what it was given.
    raise _no_mien("The scheduler or a worker", error) from error
