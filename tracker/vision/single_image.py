"""One picture, judged with patience: as it is, with air around it, part by part, as a face crop - and told as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from tracker.core.errors import PictureError
from tracker.core.face import Detection, Face
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.core.image_files import Picture, open_picture
from tracker.vision.analyzer import Analyzer
from tracker.vision.tiled_search import largest_first, search_parts, tiles_of

BORDER_SHARE: Final = 0.4
"""Border added on each side of a tight head shot, in shares of its size: the detector wants the head to end somewhere."""
MAX_PIXELS_BEFORE_BORDER: Final = 2_000_000
"""Pixels: a head that fills its picture is large enough in so many, and the border triples them."""
MAX_CROP_SIDE: Final = 96
"""A picture with no side longer than this, and about square, may itself be a face crop (FER-2013's are 48x48)."""
MAX_CROP_ASPECT: Final = 1.25
"""How much longer than the other one side of such a picture may be."""
PORTRAIT_SHARE: Final = 0.25
"""Beside a face of this share of the longer side nobody looks for small ones: it is a portrait."""


def analyze_picture(analyzer: Analyzer, pixels: Pixels, *, crops: bool = False) -> list[Face]:
    """Faces of a BGR picture, largest first; with ``crops`` the picture is known to be a face crop."""
    if crops:
        return [analyzer.classify_crop(pixels)]
    return next((faces for faces in _attempts(analyzer, pixels) if faces), [])


def analyze_file(analyzer: Analyzer, picture: Picture, *, crops: bool = False) -> list[Face]:
    """As ``analyze_picture``, with boxes in the pixels that the file has, also where fewer were looked at."""
    faces = analyze_picture(analyzer, picture.pixels, crops=crops)
    return [replace(face, box=face.box.scaled(picture.scale)) for face in faces]


def _attempts(analyzer: Analyzer, pixels: Pixels) -> Iterator[list[Face]]:
    found = analyzer.detector.detect(pixels)
    if found:
        yield analyzer.classify(pixels, found if _portrait(pixels, found) else _all(analyzer, pixels, found))
    yield _with_air(analyzer, pixels)
    yield analyzer.classify(pixels, _all(analyzer, pixels, []))
    if may_be_crop(pixels):
        yield [analyzer.classify_crop(pixels)]


def _portrait(pixels: Pixels, found: Sequence[Detection]) -> bool:
    return found[0].landmarks.box.width >= PORTRAIT_SHARE * float(max(pixels.shape[:2]))


def _all(analyzer: Analyzer, pixels: Pixels, found: Sequence[Detection]) -> list[Detection]:
    """What was found and what is found in parts of the picture."""
    height, width = pixels.shape[:2]
    return largest_first([*found, *search_parts(analyzer.detector, pixels, tiles_of(width, height), found)])


def _with_air(analyzer: Analyzer, pixels: Pixels) -> list[Face]:
    """Faces found once the picture has a border, in the picture's own pixels."""
    small = _reduced(pixels, MAX_PIXELS_BEFORE_BORDER)
    height, width = small.shape[:2]
    left, top = round(width * BORDER_SHARE), round(height * BORDER_SHARE)
    padded = cv2.copyMakeBorder(small, top, top, left, left, cv2.BORDER_CONSTANT, value=_border_colour(small))
    faces = analyzer.analyze(np.asarray(padded, np.uint8))
    scale = pixels.shape[1] / width, pixels.shape[0] / height
    return [replace(face, box=_moved(face.box, -left, -top).scaled(scale), found="padded") for face in faces]


def _reduced(pixels: Pixels, most: int) -> Pixels:
    """With so many pixels at most."""
    height, width = pixels.shape[:2]
    factor = min(1.0, sqrt(most / (width * height)))
    if factor == 1:
        return pixels
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _border_colour(pixels: Pixels) -> tuple[float, ...]:
    """The mean of the edge: no line where the picture ends."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return tuple(float(channel) for channel in edge.mean(axis=0))


def _moved(box: Box, right: float, down: float) -> Box:
    return Box(box.x + right, box.y + down, box.width, box.height)


def may_be_crop(pixels: Pixels) -> bool:
    """Small, about square, and not of one colour."""
    height, width = pixels.shape[:2]
    long, short = max(height, width), min(height, width)
    return long <= MAX_CROP_SIDE and long <= MAX_CROP_ASPECT * short and int(pixels.min()) != int(pixels.max())


def report(analyzer: Analyzer, name: str, source: Path | bytes, *, crops: bool = False) -> dict[str, Any]:
    """What ``mien image --json`` says of one picture; an ``error`` where it cannot be read."""
    try:
        picture = open_picture(source)
    except PictureError as error:
        return {"path": name, "error": str(error)}
    return picture_report(name, picture, analyze_file(analyzer, picture, crops=crops), analyzer.classifier.sha256)


def picture_report(name: str, picture: Picture, faces: Sequence[Face], model: str) -> dict[str, Any]:
    """What is said of a picture whose faces have been judged by the model with this hash."""
    width, height = picture.size
    told = [face_report(face) for face in faces]
    return {"path": name, "width": width, "height": height, "model": model, "faces": told}


def face_report(face: Face) -> dict[str, Any]:
    """One face of a picture as JSON."""
    return {
        "box": face.box.rounded(),
        "expression": face.words.expression,
        "emoji": face.words.emoji,
        "confidence": round(face.words.confidence, 4),
        "scores": face.prediction.scores.as_dict(),
        "heads": {name: scores.as_dict() for name, scores in face.prediction.heads.items()},
        "quality": {"ok": face.quality.ok, "reason": face.quality.reason},
        "found": face.found,
    }
