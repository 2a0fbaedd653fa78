"""File names: what a person writes for one, names beside each other, and names that libraries written in C can open."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.request import url2pathname

import click

from tracker.core.address import is_text
from tracker.core.errors import UsageError

MAX_NAME_BYTES: Final = 255
"""Bytes of a file's name on every usual file system (NAME_MAX)."""
FILE_ADDRESS: Final = re.compile(r"file:(//(localhost)?)?(?=/)", re.IGNORECASE)
MAX_PATH_BYTES: Final = 4_095
"""Bytes of a whole path on Linux (PATH_MAX); other systems take less, and say so themselves."""
MAX_QUOTED_CHARACTERS: Final = 60
"""Characters of an impossible path that are shown."""
DIGEST_CHARACTERS: Final = 8
"""Hexadecimal digits that keep two shortened names apart."""


def path_of(word: str) -> Path:
    """The path that a person means, who may have typed, pasted or dragged it.

    As it stands, if something lies there. Else without blanks and quotes around it, a file:// address decoded, and ~ as the
    home folder. UsageError for what no path can be, so that no question about the file ends in a traceback.
    """
    if os.path.lexists(word):
        return Path(word)
    plain = word.strip()
    if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "\"'":
        plain = plain[1:-1]
    if address := FILE_ADDRESS.match(plain):
        plain = url2pathname(plain[address.end() :])
    path = Path(os.path.expanduser(plain))  # noqa: PTH111 - pathlib's raises for a user who is not there
    shown = repr(str(path)[:MAX_QUOTED_CHARACTERS])
    try:
        whole = os.fsencode(path)
    except UnicodeEncodeError as error:
        raise UsageError(f"{shown} cannot be a path: it holds half a character.") from error
    if b"\0" in whole:
        raise UsageError(f"{shown} cannot be a path: it holds a NUL.")
    if len(whole) > MAX_PATH_BYTES or any(len(os.fsencode(name)) > MAX_NAME_BYTES for name in path.parts):
        raise UsageError(
            f"{shown}... cannot be a path: a name has at most {MAX_NAME_BYTES} bytes, all of it {MAX_PATH_BYTES:,}."
        )
    return path


def no_file(path: Path) -> str:
    """The sentence for a path at which no file is."""
    if path.is_dir():
        return f"{path} is a folder. Name the files in it."
    return f"There is no file {path} on this machine. Check the path."


class PathType(click.Path):
    """A path as ``path_of`` understands it, for command lines and settings files alike."""

    def __init__(self, **how: Any) -> None:
        super().__init__(path_type=Path, **how)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A Path; a click error for what no path can be."""
        try:
            return super().convert(path_of(os.fspath(value)), param, ctx)
        except UsageError as error:
            self.fail(str(error), param, ctx)


def beside(path: Path, suffix: str, prefix: str = "") -> Path:
    """A path's name with something added, in the same folder; shortened, and told apart by a digest, where that is too long."""
    name = os.fsencode(path.name)
    room = MAX_NAME_BYTES - len(os.fsencode(prefix + suffix))
    if len(name) <= room:
        return path.with_name(f"{prefix}{path.name}{suffix}")
    mark = f"~{sha256(name).hexdigest()[:DIGEST_CHARACTERS]}"
    # Half a letter at the cut is left out.
    kept = name[: room - len(mark)].decode("utf-8", "ignore")
    return path.with_name(f"{prefix}{kept}{mark}{suffix}")


@contextmanager
def openable(path: Path) -> Iterator[str]:
    """A name under which OpenCV and its FFmpeg open a file, while the block runs; OSError where none can be made.

    FFmpeg takes what stands before a colon for a protocol, so it is always the whole path. OpenCV ends the process at a name
    that is no UTF-8, so such a file gets another name for a moment.
    """
    whole = path.absolute()
    if is_text(str(whole)):
        yield str(whole)
        return
    with TemporaryDirectory(prefix="mien-") as folder:
        link = Path(folder, "file").with_suffix(path.suffix if path.suffix.isascii() else "")
        link.symlink_to(whole)
        yield str(link)
