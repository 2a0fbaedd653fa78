"""Folders of pictures: which lie in one and in what order, and which expression one is named after."""

import re
from pathlib import Path
from typing import Final

from tracker.core.errors import DataError
from tracker.core.image_files import HEIC_SUFFIXES, PICTURE_SUFFIXES
from tracker.core.vocabulary import EXPRESSIONS

FOLDER_NAMES: Final = {
    "anger": "angry",
    "disgusted": "disgust",
    "fearful": "fear",
    "happiness": "happy",
    "sadness": "sad",
    "surprised": "surprise",
}
"""What other data sets call their folders."""
NO_EXPRESSION: Final = ("contempt", "not-a-face", "cant-tell")
"""Folders of ``mien verdicts export`` that name none of the seven: passed over."""


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


def labelled_files(path: Path) -> list[tuple[Path, int]]:
    """The pictures in a folder of classes, each with its class as an index into EXPRESSIONS; at least one."""
    if not path.is_dir():
        raise DataError(f"{path}: expected a folder with one folder of pictures an expression; there is no such folder.")
    folders = [
        entry
        for entry in sorted(path.iterdir())
        if entry.is_dir() and not entry.name.startswith((".", "__")) and entry.name not in NO_EXPRESSION
    ]
    labels = {folder: EXPRESSIONS.index(class_of(folder)) for folder in folders}
    found = [(file, label) for folder, label in labels.items() for file in pictures_in(folder)]
    if not found:
        raise DataError(f"{path}: no pictures in folders named {', '.join(EXPRESSIONS)}.")
    return found


def class_of(folder: Path) -> str:
    """The expression a folder is named after, by our name or FER+'s."""
    name = FOLDER_NAMES.get(folder.name.lower(), folder.name.lower())
    if name not in EXPRESSIONS:
        raise DataError(f"{folder}: no expression is called so; folders are named {', '.join(EXPRESSIONS)}.")
    return name
