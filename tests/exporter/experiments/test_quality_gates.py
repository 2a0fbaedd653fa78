"""What spoils a crop, and the tables of what is turned away."""

import numpy as np
import pytest

from exporter.data.dataset import LabelledFaces, no_votes
from exporter.data.meshes import Meshes
from exporter.experiments.degradations import SPOILT, dimmed, hidden, moved, spoilt
from exporter.experiments.quality_gates import measure_table, ordinary_table, reasons_of
from tracker.core.face import Crop, Detection, Landmarks, Pose, Shape
from tracker.core.frame import Pixels
from tracker.testing import FRAMING
from tracker.vision.alignment import align_face


@pytest.fixture(scope="module")
def crop(astronaut: Pixels, astronauts_face: Detection) -> Crop:
    """The astronaut's face as the classifier gets it."""
    return align_face(astronaut, astronauts_face, FRAMING)


@pytest.mark.parametrize(("harm", "much"), [(harm, much) for harm, changes in SPOILT.items() for much in changes])
def test_every_harm_changes_the_crop_and_only_it(crop: Crop, harm: str, much: str) -> None:
    """What comes back is another crop of the same size, the same each time, and the one that was given stays as it was."""
    before = crop.copy()
    change = SPOILT[harm][much]

    after = spoilt(crop[None], change)

    assert after.shape == (1, 48, 48)
    assert after.dtype == np.uint8
    assert (after[0] != crop).any()
    assert (after[0] == change(crop)).all()
    assert (crop == before).all()


def test_harms_are_told_as_what_they_are(crop: Crop) -> None:
    """In that order: nothing against the face as it is; moved, in the dark and behind a mask it is turned away."""
    views = np.stack([crop, moved(crop, 17), dimmed(crop, 0.07), hidden(crop, "mouth")])

    assert reasons_of(views) == [None, "blurred", "too dark", "covered"]


def test_the_tables_count_faces(crop: Crop) -> None:
    """Two faces, one looking away: one of two is turned away, as that; one was read right, and stands with its angle."""
    zeros = np.zeros(2, np.int64)
    faces = LabelledFaces(np.stack([crop, crop]), zeros, no_votes(2), zeros)
    mesh = np.asarray(FRAMING.points.repeat(120, axis=0)[:478] * 8, np.float32)
    seen = Meshes.of(
        Detection(Landmarks(mesh), Shape(dict.fromkeys(map(str, range(52)), 0.0), Pose(yaw, 5, 0))) for yaw in (50, 5)
    )

    ordinary = list(ordinary_table(faces, seen, faces.images))
    measured = list(measure_table(faces.images, seen, np.array([False, True])))

    assert ordinary[2:] == ["| 2 as crops | 0.0% | - |", "| 2 found and aligned | 50.0% | turned away 1 |"]
    assert "| degrees of yaw | 0 | 10 | 1 | 100.0% (100% to 100%) |" in measured
    assert "| degrees of yaw | 40 | 90 | 1 | 0.0% (0% to 0%) |" in measured
