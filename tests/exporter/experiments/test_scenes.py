"""Scenes and the tables made of them; models/FRAMING.md has the figures of all pictures."""

from pathlib import Path
from unittest.mock import Mock

import cv2
import numpy as np
import pytest

from exporter.data.dataset import CROP_SIDE, LabelledFaces, no_votes
from exporter.data.meshes import Meshes, in_small, meshes
from exporter.experiments.framing import RefoundFaces, best_fit, changed, likeness, mean_face, size_table, write_mean_faces
from exporter.experiments.scenes import HEIGHT, TURNED, WIDTH, anchors_again, background, find, found_again, places, scene
from tracker.core.face import Crop
from tracker.core.frame import Pixels
from tracker.core.image_files import read_picture
from tracker.testing import FRAMING, FakeClassifier
from tracker.vision.alignment import anchor_points
from tracker.vision.analyzer import Analyzer
from tracker.vision.landmarker import Landmarker
from tracker.vision.single_image import analyze_picture

BLACK: Crop = np.zeros((CROP_SIDE, CROP_SIDE), np.uint8)


@pytest.fixture(scope="module")
def heads(astronauts_head: Pixels) -> LabelledFaces:
    """The astronaut as FER-2013 would have her, and nobody."""
    gray = cv2.cvtColor(astronauts_head, cv2.COLOR_BGR2GRAY)
    small = np.asarray(cv2.resize(gray, (CROP_SIDE, CROP_SIDE), interpolation=cv2.INTER_AREA), np.uint8)
    zeros = np.zeros(2, np.int64)
    return LabelledFaces(np.stack([small, BLACK]), zeros, no_votes(2), zeros)


@pytest.mark.parametrize("side", [80, 400])
def test_a_picture_lies_in_its_scene_as_large_and_as_turned_as_was_asked(side: int) -> None:
    """All of it is inside of the frame, and it is turned by no more than heads are held."""
    corners = np.array([(0, 0, 1), (CROP_SIDE, 0, 1), (0, CROP_SIDE, 1), (CROP_SIDE, CROP_SIDE, 1)])
    for place in places(50, side):
        inside = corners @ place.T
        (x, y), degrees = place[:, 0], np.degrees(np.arctan2(place[1, 0], place[0, 0]))

        assert np.hypot(x, y) * CROP_SIDE == pytest.approx(side)
        assert abs(degrees) <= TURNED
        assert ((inside >= 0) & (inside <= (WIDTH, HEIGHT))).all()


def test_nobody_is_in_the_background(landmarker: Landmarker) -> None:
    """What is found in a scene is the face that was put there."""
    assert analyze_picture(Analyzer(landmarker, FakeClassifier()), background()) == []


@pytest.mark.parametrize("side", [100, 300])
def test_a_face_is_found_again_where_it_was_put(heads: LabelledFaces, landmarker: Landmarker, side: int) -> None:
    """Small and large, the astronaut's eyes and mouth are found within 3 of 48 pixels of where they are; nobody is nowhere."""
    (place,) = places(1, side)
    analyzer = Analyzer(landmarker, FakeClassifier())
    still = anchor_points(landmarker.detect(cv2.cvtColor(heads.images[0], cv2.COLOR_GRAY2BGR))[0].landmarks)

    seen = Meshes.of(find(analyzer, scene(picture, place, background()), place) for picture in heads.images)

    assert seen.found.tolist() == [0]
    assert anchors_again(heads, seen, side)[0] == pytest.approx(still, abs=3)


def test_what_was_seen_is_remembered(heads: LabelledFaces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again, nothing is looked at again, neither in scenes nor in the plane; other pictures are."""
    first = found_again(heads, FakeClassifier(), 300, tmp_path), meshes(heads.images, tmp_path)
    looked = Mock(wraps=Landmarker)
    monkeypatch.setattr("exporter.data.meshes.Landmarker", looked)
    again = found_again(heads, FakeClassifier(), 300, tmp_path), meshes(heads.images, tmp_path)

    looked.assert_not_called()
    for one, other in zip(first, again, strict=True):
        assert one.points == pytest.approx(other.points, nan_ok=True)
    meshes(heads.take(np.array([1])).images, tmp_path)
    looked.assert_called_once()


def test_a_framing_zooms_about_its_middle() -> None:
    """Twice as large, the eyes are twice as far apart; lower, all of it is lower."""
    larger, lower = changed(FRAMING, 1.1, 0), changed(FRAMING, 1, 2)

    assert np.diff(larger.points[:2, 0]) == pytest.approx(np.diff(FRAMING.points[:2, 0]) * 1.1)
    assert lower.points == pytest.approx(FRAMING.points + np.array([0, 2]))


def test_mean_faces_are_alike_whatever_their_light(heads: LabelledFaces, tmp_path: Path) -> None:
    """The same face darker and paler is the same; moved it is not, and by how much is told; and both can be looked at."""
    crops = heads.images[:1]
    dark = (crops * 0.5 + 20).astype(np.uint8)
    own = mean_face(crops)

    assert likeness(mean_face(dark), own) > 0.999
    assert likeness(own[3:], own[:-3]) < 0.95
    assert best_fit(np.roll(own, 2, axis=0), np.asarray(cv2.GaussianBlur(own, (0, 0), 2.5), np.float64))[1:] == (1.0, 0, -2)
    size = RefoundFaces(300, 1, np.array([True]), np.array([True]), dark, FRAMING.points[None])
    write_mean_faces(tmp_path / "means.png", [size], crops)
    assert read_picture(tmp_path / "means.png").shape == (240, 480, 3)


def test_the_table_tells_what_is_lost() -> None:
    """Four asked, three found; all of their crops are read right and two of the faces: a third is lost."""
    right, direct = np.array([True, False, True]), np.array([True, True, True])
    size = RefoundFaces(150, 4, right, direct, np.stack([BLACK] * 3), np.stack([FRAMING.points] * 3))

    row = list(size_table([size], FRAMING))[2]

    assert row.startswith("| 150 px | 75.0% | 66.7% | 100.0% | 33.3 (")
    assert "(15.2, 19.1)" in row


def test_places_in_the_plane_are_those_of_the_picture(heads: LabelledFaces) -> None:
    """Looked at six times as large and with air, eyes and mouth are where a 48-px picture has them."""
    seen = meshes(heads.images)

    assert seen.found.tolist() == [0]
    found = in_small(seen.points[0])
    assert (found > -6).all()
    assert (found < CROP_SIDE + 6).all()
