"""Locks on recordings' folders: which Mien analyses which.

The locks are filelock's. Every system takes one from a process that ended, however it ended.
"""

from pathlib import Path
from typing import Final

from filelock import FileLock

from tracker.core.private_files import FILE_MODE

LOCK_FILE: Final = "mien.lock"


class RecordingLocks:
    """The locks that one Mien holds, one in each recording's folder. Any thread may call, one at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, FileLock] = {}

    def acquire(self, name: str) -> bool:
        """Whether a recording is this Mien's, now or already; False where another Mien has it, or it is gone."""
        if name not in self._held and (lock := self._try(name)) is not None:
            self._held[name] = lock
        return name in self._held

    def release(self, name: str) -> None:
        """Let others have a recording; nothing happens if it was not this Mien's."""
        if (lock := self._held.pop(name, None)) is not None:
            lock.release()

    def is_free(self, name: str) -> bool:
        """Whether no Mien has a recording, this one included."""
        if name in self._held or (lock := self._try(name)) is None:
            return False
        lock.release()
        return True

    def _try(self, name: str) -> FileLock | None:
        # filelock would make a folder that is gone anew.
        if not (self._folder / name).is_dir():
            return None
        lock = _lock(self._folder / name)
        try:
            lock.acquire(timeout=0)
        except OSError:
            return None
        return lock


def _lock(folder: Path) -> FileLock:
    # The worker releases what a page's thread has acquired.
    return FileLock(folder / LOCK_FILE, mode=FILE_MODE, thread_local=False)
