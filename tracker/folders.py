"""Folders of pictures, one folder an expression: which picture shows what."""

from pathlib import Path
from typing import Final

from tracker.errors import DataError
from tracker.picture import PICTURE_SUFFIXES
from tracker.vocabulary import EXPRESSIONS

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


def labelled_files(path: Path) -> list[tuple[Path, int]]:
    """The pictures in a folder of classes, each with its class as an index into EXPRESSIONS; at least one."""
    if not path.is_dir():
        raise DataError(f"{path}: expected a folder with one folder of pictures an expression; there is no such folder.")
    folders = [entry for entry in sorted(path.iterdir()) if _is_class(entry)]
    labels = {folder: EXPRESSIONS.index(class_of(folder)) for folder in folders}
    found = [
        (file, label)
        for folder, label in labels.items()
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in PICTURE_SUFFIXES and not file.name.startswith(".")
    ]
    if not found:
        raise DataError(f"{path}: no pictures in folders named {', '.join(EXPRESSIONS)}.")
    return found


def class_of(folder: Path) -> str:
    """The expression a folder is named after, by our name or FER+'s."""
    name = FOLDER_NAMES.get(folder.name.lower(), folder.name.lower())
    if name not in EXPRESSIONS:
        raise DataError(f"{folder}: no expression is called so; folders are named {', '.join(EXPRESSIONS)}.")
    return name


def _is_class(entry: Path) -> bool:
    return entry.is_dir() and not entry.name.startswith((".", "__")) and entry.name not in NO_EXPRESSION
