"""Classifying the faces of a single picture: as it is, with a border, in parts, or as a face crop; and its report as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from math import sqrt
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from msgspec import UNSET, Struct, UnsetType

from tracker.core.errors import PictureError
from tracker.core.face import Detection, Face
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.core.image_files import Picture, open_picture
from tracker.core.records import PictureFaceRecord
from tracker.core.withheld import without_expression
from tracker.vision.analyzer import Analyzer
from tracker.vision.picture_parts import confirmed, detect_in_part, largest_first, tiles_of

BORDER_SHARE: Final = 0.4
"""Width of the border that is added on each side, in shares of the picture: the detector needs to see the head's outline."""
MAX_PIXELS_BEFORE_BORDER: Final = 2_000_000
"""A head that fills its picture is large enough in so many, and the border triples them."""
MAX_CROP_SIDE: Final = 96
"""Pixels: a picture with no longer side, and about square, may itself be a face crop (FER-2013's are 48x48)."""
MAX_CROP_ASPECT: Final = 1.25
"""Of the longer to the shorter side of such a picture."""
PORTRAIT_SHARE: Final = 0.25
"""A face as wide as this share of the longer side makes the picture a portrait, in which no small faces are searched for."""


def analyze_picture(analyzer: Analyzer, pixels: Pixels, *, crops: bool = False) -> list[Face]:
    """Detect and classify the faces of one picture.

    Args:
        analyzer: Detector and classifier, used by this thread.
        pixels: [height, width, 3] BGR.
        crops: The picture is known to be a face crop.

    Returns:
        The faces, in its pixels, largest first.
    """
    if crops:
        return [analyzer.classify_crop(pixels)]
    return next((faces for faces in _attempts(analyzer, pixels) if faces), [])


def analyze_file(analyzer: Analyzer, picture: Picture, *, crops: bool = False, read_group: bool = True) -> list[Face]:
    """As ``analyze_picture``, with boxes in the pixels of the file, also where the picture was reduced on reading.

    read_group: whether the faces of a picture of several people have expressions; one face alone is taken for the own one.
    """
    faces = analyze_picture(analyzer, picture.pixels, crops=crops)
    if len(faces) > 1 and not read_group:
        faces = [without_expression(face) for face in faces]
    return [replace(face, box=face.box.scaled(picture.scale)) for face in faces]


def _attempts(analyzer: Analyzer, pixels: Pixels) -> Iterator[list[Face]]:
    found = analyzer.detector.detect(pixels)
    if found:
        is_portrait = found[0].landmarks.box.width >= PORTRAIT_SHARE * float(max(pixels.shape[:2]))
        yield analyzer.classify(pixels, found if is_portrait else _with_small_faces(analyzer, pixels, found))
    yield _faces_with_border(analyzer, pixels)
    yield analyzer.classify(pixels, _with_small_faces(analyzer, pixels, []))
    if may_be_crop(pixels):
        yield [analyzer.classify_crop(pixels)]


def _with_small_faces(analyzer: Analyzer, pixels: Pixels, found: Sequence[Detection]) -> list[Detection]:
    """What was found before, and what is found in parts of the picture, which all detectors of the analyzer search."""
    height, width = pixels.shape[:2]
    in_parts = analyzer.detectors.search_each(
        lambda detector, part: detect_in_part(detector, pixels, part), tiles_of(width, height)
    )
    return largest_first([*found, *confirmed(analyzer.detector, pixels, chain.from_iterable(in_parts), found)])


def _faces_with_border(analyzer: Analyzer, pixels: Pixels) -> list[Face]:
    """Faces that are found once the picture has a border, in the picture's own pixels."""
    height, width = pixels.shape[:2]
    factor = min(1.0, sqrt(MAX_PIXELS_BEFORE_BORDER / (width * height)))
    small = pixels
    if factor < 1:
        size = max(1, round(width * factor)), max(1, round(height * factor))
        small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    height, width = small.shape[:2]
    left, top = round(width * BORDER_SHARE), round(height * BORDER_SHARE)
    # In the mean colour of the edges, so that no line shows where the picture ends.
    edges = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    colour = tuple(float(channel) for channel in edges.mean(axis=0))
    padded = cv2.copyMakeBorder(small, top, top, left, left, cv2.BORDER_CONSTANT, value=colour)
    faces = analyzer.analyze(np.asarray(padded, np.uint8))
    scale = pixels.shape[1] / width, pixels.shape[0] / height
    boxes = [Box(face.box.x - left, face.box.y - top, face.box.width, face.box.height).scaled(scale) for face in faces]
    return [replace(face, box=box, found="padded") for face, box in zip(faces, boxes, strict=True)]


def may_be_crop(pixels: Pixels) -> bool:
    """Whether a [height, width, 3] picture may itself be a face crop: small, about square, and not of one colour."""
    height, width = pixels.shape[:2]
    long, short = max(height, width), min(height, width)
    return long <= MAX_CROP_SIDE and long <= MAX_CROP_ASPECT * short and int(pixels.min()) != int(pixels.max())


class PictureReport(Struct, frozen=True, kw_only=True):
    """What ``mien image --json`` prints of a picture.

    Attributes:
        path: As it was given.
        width: Of the file, in pixels.
        height: Of the file, in pixels.
        model: SHA-256 of the model file.
        faces: Largest first.
        person: Whose fit was applied; UNSET for the released model.
        fit: The version of that fit; UNSET for the released model.
    """

    path: str
    width: int
    height: int
    model: str
    faces: tuple[PictureFaceRecord, ...]
    person: str | UnsetType = UNSET
    fit: int | UnsetType = UNSET


class UnreadablePicture(Struct, frozen=True, kw_only=True):
    """What ``mien image --json`` prints of a picture that cannot be read; person and fit as of ``PictureReport``."""

    path: str
    error: str
    person: str | UnsetType = UNSET
    fit: int | UnsetType = UNSET


def report_picture(
    analyzer: Analyzer, name: str, source: Path | bytes, *, crops: bool = False, read_group: bool = True
) -> PictureReport | UnreadablePicture:
    """Read a picture and report its faces.

    Args:
        analyzer: Detector and classifier, used by this thread.
        name: What the report calls the picture.
        source: Its file, or the bytes of one.
        crops: The picture is known to be a face crop.
        read_group: As in ``analyze_file``.
    """
    fit = analyzer.classifier.fit
    person, version = (UNSET, UNSET) if fit is None else (fit.person, fit.version)
    try:
        picture = open_picture(source)
    except PictureError as error:
        return UnreadablePicture(path=name, error=str(error), person=person, fit=version)
    width, height = picture.size
    faces = analyze_file(analyzer, picture, crops=crops, read_group=read_group)
    return PictureReport(
        path=name,
        width=width,
        height=height,
        model=analyzer.classifier.sha256,
        faces=tuple(PictureFaceRecord.of(face) for face in faces),
        person=person,
        fit=version,
    )
