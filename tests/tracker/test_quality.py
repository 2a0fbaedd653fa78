"""Reasons not to judge a face."""

import numpy as np
import pytest

from tracker.face import Crop, Pose
from tracker.geometry import Box
from tracker.quality import TOO_SMALL, TOO_TURNED, judge_quality
from tracker.testing import detection_at

BRIGHT: Crop = np.full((48, 48), 128, np.uint8)


def test_a_bright_face_that_looks_here_is_fit_to_be_judged() -> None:
    """Nothing stands against an ordinary face, nor against a crop of which nothing more is known."""
    assert judge_quality(BRIGHT, detection_at(Box(0, 0, 100, 120))).ok
    assert judge_quality(BRIGHT, None).ok


def test_a_tiny_face_is_too_far_away() -> None:
    """A mesh narrower than the limit is told as distance; at the limit it is judged."""
    assert judge_quality(BRIGHT, detection_at(Box(0, 0, TOO_SMALL - 1, 40))).reason == "too far away"
    assert judge_quality(BRIGHT, detection_at(Box(0, 0, TOO_SMALL + 1, 40))).ok


@pytest.mark.parametrize("pose", [Pose(60, 0, 0), Pose(-60, 0, 0), Pose(0, 60, 0), Pose(0, -60, 0)])
def test_a_profile_is_turned_away(pose: Pose) -> None:
    """Far to either side, up or down, a face is not judged."""
    assert judge_quality(BRIGHT, detection_at(Box(0, 0, 100, 120), pose)).reason == "turned away"


def test_a_head_that_is_only_tilted_is_judged() -> None:
    """Rolling the head hides nothing: the crop turns it upright. Nor does looking half aside."""
    assert judge_quality(BRIGHT, detection_at(Box(0, 0, 100, 120), Pose(TOO_TURNED - 1, 0, 80))).ok


def test_darkness_with_a_few_hot_pixels_is_dark() -> None:
    """Noise of single bright pixels does not make a black crop readable; a lit tenth of the face does."""
    night: Crop = np.full((48, 48), 3, np.uint8)
    night.flat[:20] = 255
    assert judge_quality(night, None).reason == "too dark"

    night[:5] = 90
    assert judge_quality(night, None).ok
