"""Which files of a folder are pictures, and in what order: the same for whoever reads one."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pytest

from tracker.commands.image import pictures_of
from tracker.core.frame import Pixels
from tracker.core.labelled_folders import labelled_files
from tracker.core.records import ObservationRecord
from tracker.core.vocabulary import SAID
from tracker.live.session import Session
from tracker.sources.files import PictureSource
from tracker.vision.analyzer import Analyzer

GRAY: Final = np.random.default_rng(0).integers(0, 255, (48, 48, 3), np.uint8)
IN_ORDER: Final = ["a.jpg", "b.JFIF", "c.jpe", "d.ppm", "e.HEIC", "f.avif", "frame1.png", "frame2.png", "frame10.png"]


def by_the_source(folder: Path) -> list[Path]:
    with PictureSource(folder / "happy", print) as source:
        return source.paths


def by_the_import(folder: Path) -> list[Path]:
    return [file for file, _ in labelled_files(folder, SAID)]


READERS: Final = {
    "image": lambda folder: list(pictures_of([folder / "happy"])),
    "evaluate and refit": lambda folder: [file for file, _ in labelled_files(folder)],
    "verdicts import": by_the_import,
    "a folder as source": by_the_source,
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_every_reader_of_a_folder_has_the_same_pictures(read: Callable[[Path], list[Path]], tmp_path: Path) -> None:
    """Less common names count, HEIC is not missed, hidden files and macOS's companions are none; 2 comes before 10."""
    (tmp_path / "happy").mkdir()
    for name in (*IN_ORDER, "._a.jpg", ".hidden.png", "notes.txt"):
        (tmp_path / "happy" / name).write_bytes(cv2.imencode(".png", GRAY)[1].tobytes())

    assert [path.name for path in read(tmp_path)] == IN_ORDER


def test_boxes_of_a_large_picture_are_told_in_its_own_pixels(analyzer: Analyzer, astronaut: Pixels, tmp_path: Path) -> None:
    """A picture of 29 megapixels is looked at in 24; its row says where the face is in the file."""
    cv2.imwrite(str(tmp_path / "large.jpg"), cv2.resize(astronaut, (5400, 5400)))
    with PictureSource(tmp_path / "large.jpg", print) as source:
        (frame,) = source
    record = ObservationRecord.of(Session(analyzer).observe(frame), "session", "large.jpg")

    x, _, width, _ = record.faces[0].box
    assert frame.size[0] < 5000
    assert frame.whole_size == (5400, 5400)
    assert (x + width / 2) / 5400 == pytest.approx(225 / 512, abs=0.03)
