"""Which Mien is at which recording: several may share the folder, and whoever ends, however it ends, lets go of its own."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from tracker.core.private_files import make_private_file, private_folder

CLAIM: Final = "claim.db"
"""In a recording's folder; it holds nothing, only its lock is of use."""
AT_ONCE: Final = 0.0
"""Seconds to wait for somebody else's claim."""
PATIENCE: Final = 60.0
"""Seconds; an analysis whose Mien was killed ends with its next news, which it cannot tell."""


class RecordingLocks:
    """Of one Mien, in a folder with one for each recording. A lock of SQLite, which every system takes from a dead process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, sqlite3.Connection] = {}

    def take(self, name: str) -> bool:
        """Whether it is ours, now or already; False where another Mien has it, or it is gone."""
        if name in self._held:
            return True
        claim = self._locked(name)
        if claim is not None:
            self._held[name] = claim
        return claim is not None

    def let_go(self, name: str) -> None:
        """Not ours any more, if it was."""
        if (claim := self._held.pop(name, None)) is not None:
            claim.close()

    def free(self, name: str) -> bool:
        """Whether nobody is at it."""
        if name in self._held or (claim := self._locked(name)) is None:
            return False
        with closing(claim):
            return True

    def _locked(self, name: str) -> sqlite3.Connection | None:
        try:
            return _lock(self._folder / name, AT_ONCE)
        except sqlite3.OperationalError:
            return None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only process that writes into a folder; one that still does, because its Mien was killed, is waited for."""
    private_folder(folder)
    with closing(_lock(folder, PATIENCE)):
        yield


def _lock(folder: Path, patience: float) -> sqlite3.Connection:
    """OperationalError where another one has it, or the folder is gone."""
    if folder.is_dir():
        make_private_file(folder / CLAIM)
    # The worker may let go of what a page's thread has taken.
    lock = sqlite3.connect(folder / CLAIM, patience, isolation_level=None, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        lock.close()
        raise
    return lock
