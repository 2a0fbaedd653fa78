"""Reasons not to classify a face."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from exporter.data.dataset import read
from exporter.data.labels import shown_truth
from tracker.core.face import Crop, Detection, Pose
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.testing import FRAMING, detection_at
from tracker.vision.alignment import align_face
from tracker.vision.quality import MAX_TURN_DEGREES, MIN_FACE_WIDTH, assess_quality

BRIGHT: Crop = np.full((48, 48), 128, np.uint8)


def test_a_bright_frontal_face_can_be_classified() -> None:
    """There is no reason against an ordinary face, nor against a crop without a detection."""
    assert assess_quality(BRIGHT, detection_at(Box(0, 0, 100, 120))).ok
    assert assess_quality(BRIGHT, None).ok


def test_a_tiny_face_is_too_far_away() -> None:
    """A mesh narrower than the limit is too far away; at the limit it is classified."""
    assert assess_quality(BRIGHT, detection_at(Box(0, 0, MIN_FACE_WIDTH - 1, 40))).reason == "too far away"
    assert assess_quality(BRIGHT, detection_at(Box(0, 0, MIN_FACE_WIDTH + 1, 40))).ok


@pytest.mark.parametrize("pose", [Pose(60, 0, 0), Pose(-60, 0, 0), Pose(0, 60, 0), Pose(0, -60, 0)])
def test_a_profile_is_turned_away(pose: Pose) -> None:
    """Turned far to either side, up or down, a face is not classified."""
    assert assess_quality(BRIGHT, detection_at(Box(0, 0, 100, 120), pose)).reason == "turned away"


def test_a_tilted_head_is_classified() -> None:
    """A rolled head hides nothing, since the crop turns it upright; nor does a head that is half turned."""
    assert assess_quality(BRIGHT, detection_at(Box(0, 0, 100, 120), Pose(MAX_TURN_DEGREES - 1, 0, 80))).ok


@pytest.fixture(scope="module")
def crop(astronaut: Pixels, astronauts_face: Detection) -> Crop:
    """The astronaut's face as the classifier gets it."""
    return align_face(astronaut, astronauts_face, FRAMING)


def smeared(crop: Crop, degrees: float, length: int = 17) -> Crop:
    """As if the head moved by so many pixels during the exposure."""
    line = np.zeros((length, length), np.float32)
    line[length // 2] = 1
    middle = (length // 2, length // 2)
    line = np.asarray(cv2.warpAffine(line, cv2.getRotationMatrix2D(middle, degrees, 1), (length, length)), np.float32)
    return np.asarray(cv2.filter2D(crop, -1, line / line.sum()), np.uint8)


def test_a_real_face_in_good_light_is_classified(crop: Crop) -> None:
    """The astronaut's face is, also in half the light and with a webcam's noise."""
    noise = np.random.default_rng(0).normal(0, 5, crop.shape)

    for view in (crop, crop * 0.5, crop + noise, crop[:, ::-1]):
        assert assess_quality(view.clip(0, 255).astype(np.uint8), None).ok


def test_a_face_in_the_dark_is_not_classified(crop: Crop) -> None:
    """A twelfth of the light is too dark, and a few hot pixels do not change that."""
    night = (crop / 12).astype(np.uint8)
    assert assess_quality(night, None).reason == "too dark"

    night.flat[:20] = 255
    assert assess_quality(night, None).reason == "too dark"


@pytest.mark.parametrize("degrees", [0, 22, 45, 90, 135])
def test_a_face_that_moved_is_blurred(crop: Crop, degrees: float) -> None:
    """In any direction."""
    assert assess_quality(smeared(crop, degrees), None).reason == "blurred"


def test_a_face_out_of_focus_is_blurred(crop: Crop) -> None:
    """Three pixels of blur are too much for a crop of 48, half a pixel is not."""
    assert assess_quality(np.asarray(cv2.GaussianBlur(crop, (0, 0), 3), np.uint8), None).reason == "blurred"
    assert assess_quality(np.asarray(cv2.GaussianBlur(crop, (0, 0), 0.5), np.uint8), None).ok


@pytest.mark.parametrize("rows", [slice(11, 27), slice(28, 48)], ids=["eyes", "mouth"])
@pytest.mark.parametrize("shade", [20, 128, 220], ids=["dark", "gray", "white"])
def test_a_face_with_its_eyes_or_mouth_hidden_is_covered(crop: Crop, rows: slice, shade: int) -> None:
    """A mask, or something before the eyes, whatever its colour."""
    hidden = crop.copy()
    hidden[rows, 4:44] = shade

    assert assess_quality(hidden, None).reason == "covered"


def degraded(crops: npt.NDArray[np.uint8]) -> dict[str, list[Crop]]:
    """Each crop blurred, moved, dark and masked, by the expected reason."""
    masked = crops.copy()
    masked[:, 28:, 4:44] = np.median(crops[:, 24:28], axis=(1, 2)).astype(np.uint8)[:, None, None]
    noise = np.random.default_rng(0).normal(0, 2, crops.shape)
    return {
        "blurred": [cv2.GaussianBlur(crop, (0, 0), 2.5) for crop in crops] + [smeared(crop, 0) for crop in crops],
        "too dark": list((crops * 0.07 + noise).clip(0, 255).astype(np.uint8)),
        "covered": list(masked),
    }


@pytest.mark.shared
@pytest.mark.slow
def test_good_crops_pass_and_degraded_ones_do_not(shared: Path) -> None:
    """Of FER-2013's public pictures, 99 of 100 pass; degraded on purpose, at least 85 of 100 are refused with the reason."""
    public = read(shared / "data" / "fer2013.npz").of("public")
    crops = public.take(shown_truth(public) >= 0).images

    passed = np.mean([assess_quality(crop, None).ok for crop in crops])
    assert passed >= 0.99
    for reason, spoilt in degraded(crops[:1000]).items():
        noticed = np.mean([assess_quality(crop, None).reason == reason for crop in spoilt])
        print(f"{reason}: {noticed:.3f} noticed")
        assert noticed >= 0.85, reason
    print(f"good: {passed:.4f} of {len(crops)} passed")
