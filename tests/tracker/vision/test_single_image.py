"""Single pictures: as they are, with a border, as face crops."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from tracker.config.model_files import landmarker_model
from tracker.core.face import Detection
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.core.records import as_json
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS
from tracker.testing import FRAMING, FakeClassifier, FakeDetector, detection_at
from tracker.vision.analyzer import Analyzer
from tracker.vision.landmarker import Landmarker
from tracker.vision.single_image import PictureReport, analyze_picture, may_be_crop, report_picture

NOBODY = Analyzer(FakeDetector(), FakeClassifier())


class FindsWithBorder:
    """A detector that finds a face only once the picture has a border."""

    def __init__(self, side: int) -> None:
        self._side = side

    def detect(self, pixels: Pixels) -> list[Detection]:
        height, width = pixels.shape[:2]
        return [] if width == self._side else [detection_at(Box(width / 2 - 20, height / 2 - 25, 40, 50))]


def small_gray(pixels: Pixels) -> Pixels:
    """[48, 48, 3] as FER-2013's pictures are."""
    small = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), (48, 48), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), np.uint8)


def noise(height: int, width: int) -> Pixels:
    return np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8)


def test_a_face_is_found_in_the_picture_as_it_is(analyzer: Analyzer, astronaut: Pixels) -> None:
    """The astronaut is found where her face is, as `detected`."""
    (face,) = analyze_picture(analyzer, astronaut)

    assert face.found == "detected"
    assert face.box.centre == pytest.approx((225, 125), abs=15)
    assert face.quality.ok


@pytest.mark.parametrize("name", ["cat", "coffee", "rocket"])
def test_no_attempt_invents_a_face(analyzer: Analyzer, name: str, request: pytest.FixtureRequest) -> None:
    """With a border or as a crop, a cat, a cup and a rocket have no face."""
    assert analyze_picture(analyzer, request.getfixturevalue(name)) == []


def test_a_head_of_48_gray_pixels_is_found(analyzer: Analyzer, astronauts_head: Pixels) -> None:
    """A picture like FER-2013's is classified, and its report says how the face was found."""
    (face,) = analyze_picture(analyzer, small_gray(astronauts_head))

    assert face.found in {"detected", "padded"}
    assert face.crop.shape == (FRAMING.side, FRAMING.side)


def test_a_face_found_with_a_border_is_in_the_pictures_own_pixels() -> None:
    """The border is subtracted: a face in the middle stays in the middle."""
    (face,) = analyze_picture(Analyzer(FindsWithBorder(60), FakeClassifier()), noise(60, 60))

    assert face.found == "padded"
    assert face.box == Box(10, 5, 40, 50)


def test_a_picture_is_searched_by_all_detectors_of_an_analyzer(analyzer: Analyzer, astronaut: Pixels) -> None:
    """With a helper beside the own detector, the same small faces are found at the same places."""
    small = cv2.resize(astronaut, (220, 220), interpolation=cv2.INTER_AREA)
    crowd = np.full((720, 1280, 3), 128, np.uint8)
    for top, left in ((30, 40), (400, 300), (200, 1000)):
        crowd[top : top + 220, left : left + 220] = small
    alone = analyze_picture(analyzer, crowd)
    opened = []

    @contextmanager
    def helper() -> Iterator[Landmarker]:
        with Landmarker(landmarker_model(), max_faces=10) as detector:
            opened.append(detector)
            yield detector

    helped = Analyzer(analyzer.detector, analyzer.classifier, [helper])
    with helped.detectors:
        together = analyze_picture(helped, crowd)

    assert len(opened) == 1
    assert len(alone) == 3
    assert [face.box for face in together] == [face.box for face in alone]


def test_the_border_does_not_darken_the_face() -> None:
    """It has the colour of the picture's own edge."""
    (face,) = analyze_picture(Analyzer(FindsWithBorder(60), FakeClassifier()), np.full((60, 60, 3), 200, np.uint8))

    assert (face.crop.min(), face.crop.max()) == (200, 200)


def test_a_small_square_without_a_face_is_classified_as_a_crop() -> None:
    """When no face is detected in it, the whole picture is classified."""
    (face,) = analyze_picture(NOBODY, noise(48, 48))

    assert (face.found, face.detection) == ("crop", None)
    assert face.box == Box(0, 0, 48, 48)


@pytest.mark.parametrize(
    ("pixels", "may_be"),
    [
        (noise(48, 48), True),
        (noise(96, 96), True),
        (noise(60, 48), True),
        (noise(97, 97), False),
        (noise(61, 48), False),
        (np.full((48, 48, 3), 128, np.uint8), False),
    ],
)
def test_what_may_be_a_crop(pixels: Pixels, may_be: bool) -> None:
    """Small, about square, and not of one colour."""
    assert may_be_crop(pixels) is may_be
    assert len(analyze_picture(NOBODY, pixels)) == may_be


def test_crops_are_classified_without_detection(analyzer: Analyzer, astronaut: Pixels) -> None:
    """With crops=True no face is searched for, whatever the picture's size."""
    (face,) = analyze_picture(analyzer, astronaut, crops=True)

    assert (face.found, face.box) == ("crop", Box(0, 0, 512, 512))


def test_a_crop_of_the_models_own_size_is_not_touched() -> None:
    """48 x 48 gray in, the same 48 x 48 to the classifier."""
    pixels = np.repeat(noise(48, 48)[:, :, :1], 3, axis=2)

    (face,) = analyze_picture(NOBODY, pixels, crops=True)

    assert np.array_equal(face.crop, pixels[:, :, 0])


def test_the_report_has_the_documented_shape(analyzer: Analyzer, astronaut: Pixels, tmp_path: Path) -> None:
    """Names and types of `mien image --json`."""
    path = tmp_path / "astronaut.png"
    Image.fromarray(astronaut[..., ::-1]).save(path)

    told: dict[str, Any] = as_json(report_picture(analyzer, str(path), path))

    assert list(told) == ["path", "width", "height", "model", "faces"]
    assert (told["path"], told["width"], told["height"], told["model"]) == (str(path), 512, 512, FakeClassifier.sha256)
    (face,) = told["faces"]
    assert list(face) == ["box", "expression", "emoji", "confidence", "scores", "heads", "quality", "found"]
    assert [type(value) for value in face["box"]] == [int] * 4
    assert list(face["scores"]) == list(EXPRESSIONS)
    assert (list(face["heads"]["fer2013"]), list(face["heads"]["ferplus"])) == (list(EXPRESSIONS), list(FERPLUS))
    assert face["quality"] == {"ok": True, "reason": None}


def test_a_picture_that_cannot_be_read_is_reported_as_such(analyzer: Analyzer, tmp_path: Path) -> None:
    """Its report is its path and a sentence."""
    assert as_json(report_picture(analyzer, "a.png", b"")) == {"path": "a.png", "error": "The file is empty (0 bytes)."}
    assert set(as_json(report_picture(analyzer, "b.png", tmp_path / "b.png"))) == {"path", "error"}


def test_bytes_are_reported_like_a_file(analyzer: Analyzer, astronaut: Pixels) -> None:
    """An upload need not be written to the disk."""
    buffer = io.BytesIO()
    Image.fromarray(astronaut[..., ::-1]).save(buffer, "PNG")

    found = report_picture(analyzer, "upload", buffer.getvalue())
    assert isinstance(found, PictureReport)
    assert len(found.faces) == 1


def test_faces_are_reported_largest_first() -> None:
    """Whatever the order of detection."""
    boxes = [Box(10, 10, 30, 30), Box(60, 10, 60, 60)]
    faces = analyze_picture(Analyzer(FakeDetector([boxes]), FakeClassifier()), noise(100, 140))

    assert [face.box.rounded() for face in faces] == [(60, 10, 60, 60), (10, 10, 30, 30)]
