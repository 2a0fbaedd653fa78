"""Folders and files that are the person's own: nobody else on the machine can read them, whoever makes them first."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from stat import S_IWOTH
from typing import Final

from platformdirs import user_config_path, user_data_path

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
TOKEN_FILE: Final = "dashboard.token"  # noqa: S105 - a file's name
"""In the person's data folder: what opens the dashboard."""
OTHERS: Final = 0o077
"""What a group and everybody may do; on Windows folders below a person's own are closed by the system."""


def private_folder(path: Path) -> Path:
    """A folder, made with what is missing above it. One of Mien's own that stood open, by whatever made it, is closed."""
    for missing in reversed([each for each in (path, *path.parents) if not each.exists()]):
        missing.mkdir(FOLDER_MODE, exist_ok=True)
    for own in (user_data_path("mien"), user_config_path("mien")):
        for each in (path, *path.parents):
            if each.is_relative_to(own) and each.stat().st_mode & OTHERS:
                each.chmod(FOLDER_MODE)
    return path


def private(path: str, flags: int) -> int:
    """For ``open(..., opener=private)``: a file that is made is the person's alone."""
    return os.open(path, flags, FILE_MODE)


def make_private_file(path: Path, *, new: bool = False) -> None:
    """An empty one, for a library that would make it open to all. One that is there stays; if new, it is FileExistsError."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | (os.O_EXCL if new else 0), FILE_MODE))


def write_private(path: Path, content: str | bytes) -> None:
    """A file; a text is written as UTF-8."""
    with open(path, "wb", opener=private) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def find_foreign(path: Path) -> Path | None:
    """The first of a file, and of the links on the way to it, that another account laid there; None: it is ours, or missing.

    Root's are as good as our own, for root reads everything. On Windows nothing is found: the system closes a person's folders.
    """
    if sys.platform == "win32":
        return None
    ours = (os.geteuid(), 0)
    links = [each for each in (path, *path.parents) if each.is_symlink() and each.lstat().st_uid not in ours]
    if links:
        return links[-1]
    return path if path.exists() and path.stat().st_uid not in ours else None


def is_open_foreign_folder(path: Path) -> bool:
    """Whether another account owns a folder into which everybody may write: it may put another file in the place of ours."""
    if sys.platform == "win32" or not path.is_dir():
        return False
    found = path.stat()
    return found.st_uid not in (os.geteuid(), 0) and bool(found.st_mode & S_IWOTH)


def close_to_others(path: Path) -> None:
    """Take a file's rights from everybody else, as far as the system lets us; one that is missing stays so."""
    with suppress(OSError):
        if path.stat().st_mode & OTHERS:
            path.chmod(FILE_MODE)
