"""The comparison of readings with voters: strengths from rest to far, a rule's sums, and how well they separate."""

import numpy as np
import pytest

from exporter.data.meshes import BLENDSHAPES, POINTS, Meshes
from exporter.experiments.readings import COLUMNS, area_under_curve, movements_of, summed
from tracker.readings.rules import SHIPPED, load_rules


def test_a_face_at_rest_moves_nothing_and_the_farthest_moves_all() -> None:
    """Of faces at rest and faces that smile with the mouth, only these have a smile, and it is not one of the eyes."""
    shapes = np.zeros((40, BLENDSHAPES), np.float32)
    shapes[20:, COLUMNS["smile"]] = 0.8
    seen = Meshes(np.zeros((40, POINTS, 2), np.float32), shapes, np.zeros((40, 3), np.float32))

    moved = movements_of(seen, np.arange(40) < 20)

    assert moved["smile_mouth"].tolist() == [0.0] * 20 + [1.0] * 20
    assert not any(strengths.any() for name, strengths in moved.items() if name != "smile_mouth")


def test_a_sum_takes_evidence_against_off() -> None:
    """Raised brows speak for surprise and lowered ones against it, by the weights of the shipped rule."""
    rule = load_rules(SHIPPED.parent / "none").readings["surprise"]
    moved = {"brows_raised": np.array([1.0, 1.0]), "brows_lowered": np.array([0.0, 1.0])}

    raised, against = rule.supports["brows_raised"], rule.opposes["brows_lowered"]
    assert summed(rule, moved).tolist() == pytest.approx([raised, raised - against])


def test_the_area_is_one_where_sums_separate_and_half_where_they_are_equal() -> None:
    """As the area under the ROC curve is defined."""
    is_so = np.array([True, True, False, False])
    assert area_under_curve(np.array([0.9, 0.8, 0.7, 0.1]), is_so) == 1.0
    assert area_under_curve(np.array([0.5, 0.5, 0.5, 0.5]), is_so) == 0.5
