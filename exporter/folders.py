"""Folders of labelled pictures: whom each shows, and how one is read that is a face crop."""

import csv
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from tracker.errors import DataError, PictureError
from tracker.picture import read_picture

GROUPS: Final = "groups.csv"
"""Columns ``picture`` (its path in the folder) and ``group``: whose faces these are, for scores by group."""


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
