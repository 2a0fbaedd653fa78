"""Folders of pictures: which lie in one and in what order, and which expression one is named after."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tracker.core.errors import DataError
from tracker.core.image_files import HEIC_SUFFIXES, PICTURE_SUFFIXES
from tracker.core.vocabulary import CANT_TELL, EXPRESSIONS, FERPLUS_SHOWN_AS, NOT_A_FACE, SAID

FOLDER_OF_VERDICT: Final = {said: said for said in SAID} | {NOT_A_FACE: "not-a-face", CANT_TELL: "cant-tell"}
"""A verdict -> the folder of its pictures, whose name has no space or apostrophe."""
VERDICT_OF_FOLDER: Final = {
    **FERPLUS_SHOWN_AS,
    "disgusted": "disgust",
    "fearful": "fear",
    "surprised": "surprise",
    **{folder: said for said, folder in FOLDER_OF_VERDICT.items()},
}
"""A folder's name in small letters -> the verdict of its pictures; the names of FER+ and of other data sets are understood."""


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder, by their names' suffixes, in natural order: 2.jpg before 10.jpg.

    Hidden files are passed over, and with them what macOS lays beside each file of a foreign disk (``._a.jpg``). HEIC is among
    them, so that it is told and not missed, though it cannot be read.
    """
    files = [entry for entry in folder.iterdir() if is_picture(entry) and not entry.name.startswith(".")]
    return sorted(files, key=lambda file: natural(file.name))


def is_picture(path: Path) -> bool:
    """Whether its name says so."""
    return path.suffix.lower() in PICTURE_SUFFIXES | HEIC_SUFFIXES


def natural(name: str) -> tuple[tuple[str | int, ...], str]:
    """What to sort names by so that numbers in them count as numbers; names that are equal by it go by their letters."""
    parts = re.split(r"(\d+)", name)
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts)), name


def labelled_files(path: Path, wanted: Sequence[str] = EXPRESSIONS) -> list[tuple[Path, str]]:
    """The pictures in a folder of classes, each with the verdict that its folder is named after.

    Args:
        path: A folder with one folder of pictures for each verdict; names that begin with . or __ are passed over.
        wanted: Which of SAID; folders of the others are passed over.

    Returns:
        At least one picture, by the order of the folders' names.

    Raises:
        DataError: There is no such folder, a folder's name is no verdict, or there are no pictures.
    """
    if not path.is_dir():
        raise DataError(f"{path}: expected a folder with one folder of pictures an expression; there is no such folder.")
    names = ", ".join(FOLDER_OF_VERDICT[said] for said in wanted)
    found = []
    for folder in sorted(entry for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith((".", "__"))):
        said = VERDICT_OF_FOLDER.get(folder.name.lower())
        if said is None:
            raise DataError(f"{folder}: no expression is called so; folders are named {names}.")
        if said in wanted:
            found += [(file, said) for file in pictures_in(folder)]
    if not found:
        raise DataError(f"{path}: no pictures in folders named {names}.")
    return found
