"""The crop: where it shows a face's eyes and mouth."""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.face import Crop, Detection, Landmarks, Pose
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.model.framing import Framing
from tracker.testing import FRAMING, detection_at
from tracker.vision.alignment import ANCHOR_POINTS, align_face, anchor_points, face_to_crop, similarity
from tracker.vision.landmarker import Landmarker

Matrix = npt.NDArray[np.float64]
LEVELS = 3.0
"""How far two crops of the same face may differ, in mean gray levels of 255: sampling it anew costs about 1 to 2."""


def scaled(framing: Framing, times: int) -> Framing:
    left_eye, right_eye, mouth_left, mouth_right = (tuple(point) for point in framing.points * times)
    return Framing(framing.side * times, left_eye, right_eye, mouth_left, mouth_right)


def moved_points(detection: Detection, points: npt.NDArray[np.floating]) -> Detection:
    return replace(detection, landmarks=Landmarks(np.asarray(points, np.float32)))


def bgr(gray: Crop) -> Pixels:
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), np.uint8)


def applied(matrix: Matrix, points: npt.NDArray[np.floating]) -> Matrix:
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2])


def differ(one: Crop, other: Crop) -> float:
    """The mean difference in gray levels."""
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


@given(st.floats(-3.1, 3.1), st.floats(0.05, 20), st.floats(-500, 500), st.floats(-500, 500), st.integers(0, 99))
def test_a_similarity_is_recovered(turn: float, scale: float, x: float, y: float, seed: int) -> None:
    """Points that were turned, scaled and shifted give back exactly that turn, scale and shift."""
    points = np.random.default_rng(seed).uniform(0, 100, (4, 2))
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    matrix = np.array([[cos, -sin, x], [sin, cos, y]])

    assert similarity(points, applied(matrix, points)) == pytest.approx(matrix, abs=1e-6)


@given(seed=st.integers(0, 99), nudge=st.tuples(*[st.floats(-0.1, 0.1)] * 4))
def test_no_other_similarity_has_a_smaller_error(seed: int, nudge: tuple[float, ...]) -> None:
    """For points that no similarity maps exactly, the one that is found has the least square error."""
    points, target = np.random.default_rng(seed).uniform(0, 10, (2, 4, 2))
    best = similarity(points, target)
    a, b, x, y = nudge
    other = best + np.array([[a, -b, x], [b, a, y]])

    def error(matrix: Matrix) -> float:
        return float(((applied(matrix, points) - target) ** 2).sum())

    assert error(best) <= error(other) + 1e-9


def test_eyes_and_mouth_are_where_the_framing_says(
    landmarker: Landmarker, astronaut: Pixels, astronauts_face: Detection
) -> None:
    """Detected again in her crop, the astronaut's eyes and mouth are within a twentieth of its side from the framing."""
    large = scaled(FRAMING, 4)
    crop = align_face(astronaut, astronauts_face, large)
    air = 64
    padded = cv2.copyMakeBorder(cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR), air, air, air, air, cv2.BORDER_REPLICATE)

    (found,) = landmarker.detect(np.asarray(padded, np.uint8))

    assert anchor_points(found.landmarks) - air == pytest.approx(large.points, abs=large.side / 20)


@pytest.mark.parametrize("change", [(0, 1, 60, 40), (30, 1.3, 20, -10), (-50, 0.8, 5, 9), (180, 2, 0, 0)])
def test_the_place_and_angle_of_a_face_do_not_change_its_crop(
    astronaut: Pixels, astronauts_face: Detection, change: tuple[float, float, float, float]
) -> None:
    """A face that was turned (degrees), scaled and moved (pixels) within the picture gives the same crop."""
    degrees, scale, x, y = change
    matrix = cv2.getRotationMatrix2D(astronauts_face.landmarks.box.centre, degrees, scale) + np.array([[0, 0, x], [0, 0, y]])
    moved = np.asarray(cv2.warpAffine(astronaut, matrix, (512, 512), flags=cv2.INTER_CUBIC), np.uint8)
    # The middle of the first pixel is at (0, 0) for OpenCV and at (0.5, 0.5) for landmarks.
    points = applied(np.asarray(matrix, np.float64), astronauts_face.landmarks.points - 0.5) + 0.5

    before = align_face(astronaut, astronauts_face, FRAMING)
    after = align_face(moved, moved_points(astronauts_face, points), FRAMING)

    assert differ(before, after) < LEVELS


@pytest.mark.parametrize("times", [0.5, 2.0, 4.0])
def test_the_resolution_of_a_picture_does_not_change_the_crop(
    astronaut: Pixels, astronauts_face: Detection, times: float
) -> None:
    """The same scene at half, double and fourfold resolution gives the same crop."""
    way = cv2.INTER_AREA if times < 1 else cv2.INTER_CUBIC
    resized = np.asarray(cv2.resize(astronaut, None, fx=times, fy=times, interpolation=way), np.uint8)
    points = np.asarray(astronauts_face.landmarks.points * np.float32(times), np.float32)

    before = align_face(astronaut, astronauts_face, FRAMING)
    after = align_face(resized, moved_points(astronauts_face, points), FRAMING)

    assert differ(before, after) < LEVELS


def test_fine_detail_of_a_large_face_is_averaged() -> None:
    """A chessboard of single pixels becomes gray, without a false pattern."""
    board = (np.indices((600, 600)).sum(axis=0) % 2 * 255).astype(np.uint8)

    crop = align_face(bgr(board), detection_at(Box(60, 60, 480, 480)), FRAMING)

    assert crop.min() > 100
    assert crop.max() < 155


def test_beyond_the_edge_of_the_picture_its_border_is_repeated() -> None:
    """A face half outside of a white picture gives a white crop, not one with a black half."""
    crop = align_face(np.full((100, 100, 3), 255, np.uint8), detection_at(Box(-50, -50, 100, 100)), FRAMING)

    assert crop.min() == 255


def test_anchors_are_the_middles_of_the_eyes_and_the_corners_of_the_mouth() -> None:
    """A mesh with its anchors at the framing's places is cut out as it is."""
    face = detection_at(Box(0, 0, 48, 48))

    assert anchor_points(face.landmarks) == pytest.approx(FRAMING.points, abs=1e-3)
    picture = np.random.default_rng(0).integers(0, 255, (48, 48), np.uint8)
    assert differ(align_face(bgr(picture), face, FRAMING), picture) < 1


def test_aligned_by_its_eyes_a_face_does_not_move_with_its_mouth() -> None:
    """An open mouth neither shrinks nor moves a face that is aligned by its eyes; by eyes and mouth it does."""
    face = detection_at(Box(0, 0, 48, 48))
    points = face.landmarks.points.copy()
    points[[*ANCHOR_POINTS["mouth_left"], *ANCHOR_POINTS["mouth_right"]], 1] += 8
    open_mouth = moved_points(face, points)
    by_eyes = replace(FRAMING, anchors="eyes")

    assert face_to_crop(open_mouth, by_eyes) == pytest.approx(face_to_crop(face, by_eyes))
    assert face_to_crop(open_mouth, FRAMING)[0, 0] < 0.9 * face_to_crop(face, FRAMING)[0, 0]


@pytest.mark.parametrize("yaw", [-40.0, 25.0, 40.0])
def test_aligned_by_its_eyes_a_turned_head_is_not_enlarged(yaw: float) -> None:
    """Its eyes seem closer together by the cosine of the yaw, which is taken into account."""
    front = detection_at(Box(0, 0, 48, 48))
    points = front.landmarks.points.copy()
    points[:, 0] = 24 + (points[:, 0] - 24) * np.cos(np.radians(yaw))
    turned = replace(moved_points(front, points), shape=replace(front.shape, pose=Pose(yaw, 0, 0)))
    by_eyes = replace(FRAMING, anchors="eyes")

    assert face_to_crop(turned, by_eyes)[0, 0] == pytest.approx(face_to_crop(front, by_eyes)[0, 0], abs=1e-3)


@pytest.mark.parametrize(
    ("side", "left_eye", "right_eye", "complaint"),
    [(8, (2, 2), (6, 2), "side"), (48, (-1, 19), (33, 19), "outside"), (48, (33, 19), (15, 19), "exchanged")],
)
def test_an_impossible_framing_is_refused(
    side: int, left_eye: tuple[float, float], right_eye: tuple[float, float], complaint: str
) -> None:
    """Too small crops, points outside of the crop, and exchanged sides are errors."""
    with pytest.raises(ValueError, match=complaint):
        Framing(side, left_eye, right_eye, (2, 7), (6, 7))


@pytest.mark.parametrize("face", [Box(60, 60, 120, 150), Box(-40, 20, 200, 240), Box(250, 180, 90, 110), Box(380, 400, 60, 70)])
def test_only_the_part_around_the_face_is_read(astronaut: Pixels, face: Box) -> None:
    """The crop is the same as of the whole picture made gray, also at its edges and outside of it."""
    whole = bgr(np.asarray(cv2.cvtColor(astronaut, cv2.COLOR_BGR2GRAY), np.uint8))
    part, all_of_it = (align_face(each, detection_at(face), FRAMING).astype(int) for each in (astronaut, whole))
    assert np.abs(part - all_of_it).max() <= 1
