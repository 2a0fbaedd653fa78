"""Folders of pictures, one folder an expression: which picture shows what, and whom."""

import csv
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from tracker.errors import DataError, PictureError
from tracker.picture import PICTURE_SUFFIXES, read_picture
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
GROUPS: Final = "groups.csv"
"""Columns ``picture`` (its path in the folder) and ``group``: whose faces these are, for scores by group."""


def labelled_files(path: Path) -> list[tuple[Path, int]]:
    """The pictures in a folder of classes, each with its class as an index into EXPRESSIONS; at least one."""
    if not path.is_dir():
        raise DataError(f"{path}: expected a folder with one folder of pictures an expression; there is no such folder.")
    folders = [entry for entry in sorted(path.iterdir()) if entry.is_dir() and not entry.name.startswith((".", "__"))]
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


def read_groups(folder: Path) -> dict[Path, str]:
    """Picture -> group from the ``groups.csv`` in a folder; empty without one."""
    if not (folder / GROUPS).exists():
        return {}
    with (folder / GROUPS).open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or not {"picture", "group"} <= rows[0].keys():
        raise DataError(f"{folder / GROUPS}: expected rows with the columns picture and group.")
    return {folder / row["picture"]: row["group"] or "" for row in rows}


def read_crop(file: Path, side: int) -> npt.NDArray[np.uint8]:
    """[side, side] gray bytes of a picture that is a face crop; DataError names the file that cannot be read."""
    try:
        gray = cv2.cvtColor(read_picture(file), cv2.COLOR_BGR2GRAY)
    except PictureError as error:
        raise DataError(f"{file}: {error} Repair or remove it.") from error
    return np.asarray(cv2.resize(gray, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
