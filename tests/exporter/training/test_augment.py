"""Variety of training pictures."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from exporter.training import augment
from exporter.training.augment import AFTER, BEFORE, Change, light_augment, vary
from tracker.core.frame import Pixels

CHANGES = [change for _, change in (*BEFORE, *AFTER)]


@pytest.fixture
def face(astronauts_head: Pixels) -> npt.NDArray[np.uint8]:
    small = cv2.resize(astronauts_head, (48, 48), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_every_change_leaves_a_picture(face: npt.NDArray[np.uint8], change: Change) -> None:
    """Of the same size and type, changed, the original untouched, and the same for the same chance."""
    before = face.copy()

    changed = change(face, np.random.default_rng(2))

    assert changed.shape == (48, 48)
    assert changed.dtype == np.uint8
    assert not np.array_equal(changed, face)
    assert np.array_equal(face, before)
    assert np.array_equal(changed, change(face, np.random.default_rng(2)))


@pytest.mark.parametrize("side", [36, 48])
def test_pictures_are_varied_at_any_size(face: npt.NDArray[np.uint8], side: int) -> None:
    """Small sides are for the first epochs; a hundred variants differ from each other and none is blank."""
    rng = np.random.default_rng(4)

    variants = [vary(face, rng, side) for _ in range(100)]

    assert {variant.shape for variant in variants} == {(side, side)}
    assert len({variant.tobytes() for variant in variants}) == 100
    assert min(int(variant.std()) for variant in variants) > 0


def test_geometry_keeps_the_face_in_the_picture(face: npt.NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing to turn, zoom, stretch or shift, the picture or its mirror image comes back."""
    for name in ("TURN_DEGREES", "SHIFT", "ZOOM", "STRETCH"):
        monkeypatch.setattr(augment, name, 0.0)

    changed = augment.geometry(face, np.random.default_rng(0), 48)

    assert any(np.abs(changed.astype(int) - one).max() <= 1 for one in (face, face[:, ::-1]))


def test_lightly_varied_pictures_stay_nearer(face: npt.NDArray[np.uint8]) -> None:
    """Of a hundred of either kind, those keep more of the picture or of its mirror image, and still differ from each other."""
    rng = np.random.default_rng(4)

    def away(variant: npt.NDArray[np.uint8]) -> float:
        return min(float(np.abs(variant.astype(int) - side).mean()) for side in (face, face[:, ::-1]))

    light, full = ([change(face, rng, 48) for _ in range(100)] for change in (light_augment, vary))

    assert len({variant.tobytes() for variant in light}) == 100
    assert np.median([away(variant) for variant in light]) < 0.8 * np.median([away(variant) for variant in full])
