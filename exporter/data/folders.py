"""Pictures in folders: the groups that a ``groups.csv`` names, and reading a face crop."""

from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from tracker.core.errors import DataError, PictureError
from tracker.core.image_files import read_picture
from tracker.core.parsing import read_table

GROUPS_FILE: Final = "groups.csv"
"""Columns ``picture`` (its path in the folder) and ``group``, for scores of each group."""


def read_groups(folder: Path) -> dict[Path, str]:
    """Path of a picture -> its group, from a folder's ``groups.csv``; empty without one. DataError when that is damaged."""
    if not (folder / GROUPS_FILE).exists():
        return {}
    try:
        header, *table = read_table(folder / GROUPS_FILE)
        rows = [dict(zip(header, row, strict=False)) for row in table if row]
        groups = {folder / row["picture"]: row["group"] for row in rows}
    except (KeyError, ValueError) as error:
        raise DataError(f"{folder / GROUPS_FILE}: expected rows with the columns picture and group ({error}).") from error
    if not groups:
        raise DataError(f"{folder / GROUPS_FILE}: expected rows with the columns picture and group.")
    return groups


def read_crop(file: Path, side: int) -> npt.NDArray[np.uint8]:
    """[side, side] gray bytes of a picture that is a face crop; DataError names the file that cannot be read."""
    try:
        gray = cv2.cvtColor(read_picture(file), cv2.COLOR_BGR2GRAY)
    except PictureError as error:
        raise DataError(f"{file}: {error} Repair or remove it.") from error
    return np.asarray(cv2.resize(gray, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
