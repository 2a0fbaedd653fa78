"""MediaPipe's landmarker on real pictures."""

from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage.data import lfw_subset

from tracker.config.model_files import landmarker_model
from tracker.core.errors import ModelError
from tracker.core.face import Detection
from tracker.core.frame import Pixels
from tracker.vision.landmarker import Landmarker, pose_from_matrix

NOSE_TIP, LEFT_CORNER, RIGHT_CORNER = 1, 33, 263
"""Mesh points: the outer corners of the eyes, left and right as seen in the picture."""


def turned_by(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """A face-to-camera matrix (x right, y up, z towards the camera), 9 times enlarged, built axis by axis."""
    a, b, c = np.radians([yaw, pitch, roll])
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    matrix = np.eye(4)
    matrix[:3, :3] = 9 * about_y @ about_x @ about_z
    return matrix


@pytest.fixture(scope="module")
def aside() -> Pixels:
    """A person who looks to their right, from the 25-pixel pictures of Labeled Faces in the Wild."""
    small = (lfw_subset()[75] * 255).astype(np.uint8)  # type: ignore[no-untyped-call]
    large = cv2.resize(small, (100, 100), interpolation=cv2.INTER_CUBIC)
    padded = cv2.copyMakeBorder(large, 50, 50, 50, 50, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(padded, cv2.COLOR_GRAY2BGR), np.uint8)


def mirrored(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[:, ::-1])


def nose_aside(face: Detection) -> float:
    """How far the nose's tip is right of the middle between the eyes, in the picture."""
    x = face.landmarks.points[:, 0]
    return float(x[NOSE_TIP] - (x[LEFT_CORNER] + x[RIGHT_CORNER]) / 2)


def test_one_person_is_one_face(landmarker: Landmarker, astronaut: Pixels) -> None:
    """The astronaut is found once, with 478 points around her face and 52 blendshapes that say she smiles."""
    (face,) = landmarker.detect(astronaut)

    assert face.landmarks.points.shape == (478, 2)
    assert face.landmarks.box.centre == pytest.approx((225, 125), abs=15)
    assert face.landmarks.box.width == pytest.approx(90, abs=15)
    assert len(face.shape.blendshapes) == 52
    assert face.shape.blendshapes["mouthSmileLeft"] > 0.5


@pytest.mark.parametrize("name", ["cat", "coffee", "rocket"])
def test_what_is_no_person_is_no_face(landmarker: Landmarker, name: str, request: pytest.FixtureRequest) -> None:
    """A cat, a cup and a rocket are not people."""
    assert landmarker.detect(request.getfixturevalue(name)) == []


def test_the_largest_face_comes_first(landmarker: Landmarker, astronauts_head: Pixels) -> None:
    """Whichever side the larger of two faces is on, it is the first one."""
    small = np.asarray(cv2.resize(astronauts_head, (110, 110), interpolation=cv2.INTER_AREA), np.uint8)
    scene = np.full((240, 480, 3), 90, np.uint8)
    scene[40:208, 30:198], scene[60:170, 320:430] = astronauts_head, small

    for pixels, leftmost in ((scene, True), (mirrored(scene), False)):
        first, second = landmarker.detect(pixels)
        assert first.landmarks.box.area > second.landmarks.box.area
        assert (first.landmarks.box.x < second.landmarks.box.x) is leftmost


def test_a_small_picture_is_enlarged_for_the_model_only(landmarker: Landmarker, astronauts_head: Pixels) -> None:
    """Boxes are in pixels of the picture as it was given."""
    small = np.asarray(cv2.resize(astronauts_head, (84, 84), interpolation=cv2.INTER_AREA), np.uint8)

    (before,), (after,) = landmarker.detect(astronauts_head), landmarker.detect(small)

    assert after.landmarks.box.rounded() == pytest.approx([value / 2 for value in before.landmarks.box.rounded()], abs=3)


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [(30, 0, 0), (0, 25, 0), (0, 0, 40), (-50, 20, -10), (0, 0, 0)])
def test_pose_undoes_the_rotation(yaw: float, pitch: float, roll: float) -> None:
    """A matrix that turns a head by so many degrees gives these degrees, at any distance."""
    found = pose_from_matrix(turned_by(yaw, pitch, roll))

    assert (found.yaw, found.pitch, found.roll) == pytest.approx((yaw, pitch, roll), abs=0.1)


def test_yaw_is_positive_when_a_head_turns_to_its_left(landmarker: Landmarker, aside: Pixels) -> None:
    """A head that turns to its own left points right in the picture; a mirror flips the sign."""
    (face,), (other) = landmarker.detect(aside), landmarker.detect(mirrored(aside))[0]

    assert nose_aside(face) < 0
    assert face.shape.pose.yaw < -15
    assert nose_aside(other) > 0
    assert other.shape.pose.yaw > 15


def test_roll_is_positive_when_a_head_tilts_to_its_right_shoulder(
    landmarker: Landmarker, astronaut: Pixels, astronauts_face: Detection
) -> None:
    """Turning the picture counter-clockwise adds as many degrees of roll; a mirror flips the sign."""
    matrix = cv2.getRotationMatrix2D(astronauts_face.landmarks.box.centre, 20, 1)
    tilted = np.asarray(cv2.warpAffine(astronaut, matrix, (512, 512)), np.uint8)

    roll = landmarker.detect(tilted)[0].shape.pose.roll

    assert roll == pytest.approx(astronauts_face.shape.pose.roll + 20, abs=5)
    assert landmarker.detect(mirrored(tilted))[0].shape.pose.roll == pytest.approx(-roll, abs=5)


def test_pitch_is_positive_when_a_head_looks_up() -> None:
    """A face whose forward axis points upwards has positive pitch."""
    matrix = turned_by(0, 30, 0)

    assert matrix[1, 2] > 0
    assert pose_from_matrix(matrix).pitch > 0


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    """What MediaPipe cannot open is a ModelError that names the file."""
    wrong = tmp_path / "face_landmarker.task"
    wrong.write_bytes(b"not a model")

    with pytest.raises(ModelError, match=r"face_landmarker\.task"):
        Landmarker(wrong, 1)


def test_an_interrupted_start_closes_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C before the first picture nothing is left open, of which MediaPipe would complain at the end."""
    from mediapipe.tasks.python import vision

    closed: list[bool] = []
    opened = ExitStack()
    opened.callback(closed.append, True)
    monkeypatch.setattr(vision.FaceLandmarker, "create_from_options", lambda _: opened)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Landmarker, "detect", interrupt)
    with pytest.raises(KeyboardInterrupt):
        Landmarker(landmarker_model(), 1)
    assert closed == [True]


@pytest.mark.parametrize(("width", "height"), [(200, 1), (1, 800), (1500, 10), (40_000, 30)])
def test_a_very_thin_picture_has_no_face(landmarker: Landmarker, width: int, height: int) -> None:
    """Enlarged by its short side alone, it would make MediaPipe end the process."""
    assert landmarker.detect(np.full((height, width, 3), 90, np.uint8)) == []
