"""One process at a time writes a recording's files, whichever machines and commands share the folder."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Final

from filelock import FileLock, Timeout

from tracker.batch.analyze_recording import Recording, Stopping
from tracker.core.errors import BusyError
from tracker.core.paths import beside
from tracker.core.private_files import FILE_MODE

WRITER_TIMEOUT_SECONDS: Final = 60.0
"""For which the process before is waited for: one that was killed, or given up, ends with its next frame or report."""
LOOK_SECONDS: Final = 1.0
"""Seconds between looks whether a recording that is waited for is still wanted."""


@contextmanager
def only_writer(recording: Recording, stopping: Stopping, patience: float = 0.0) -> Iterator[None]:
    """Be the only process that writes a recording's files as long as the block runs.

    Every system takes the lock from a process that ended, however it ended, also over NFS.

    Args:
        recording: Its folder is made if it is missing.
        stopping: Once it is set, the block runs without the lock, so that it can say that nothing was done.
        patience: For so many seconds another process is waited for.

    Raises:
        BusyError: Another process still writes them.
    """
    recording.folder.mkdir(parents=True, exist_ok=True)
    path = beside(recording.folder / recording.video.stem, ".lock", ".")
    lock = FileLock(path, mode=FILE_MODE, thread_local=False)
    end = monotonic() + patience
    while not lock.is_locked and not stopping.is_set():
        try:
            lock.acquire(timeout=min(patience, LOOK_SECONDS))
        except Timeout as error:
            if monotonic() >= end:
                raise BusyError(
                    f"Another process is writing what {recording.video} shows into {recording.folder}."
                    " Try again when it has ended."
                ) from error
    try:
        yield
    finally:
        if lock.is_locked:
            # Whoever waits opens the file anew for each try. Windows does not delete what is open.
            with suppress(OSError):
                path.unlink()
        lock.release()
