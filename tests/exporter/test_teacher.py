"""A teacher's opinion in the targets of the next network."""

from pathlib import Path

import numpy as np
import pytest

from exporter.data import Lesson

torch = pytest.importorskip("torch", reason="Torch is not installed: `make test` without TORCH= brings it.")

pytestmark = pytest.mark.training


def a_lesson(votes: list[float]) -> Lesson:
    images = np.random.default_rng(0).integers(0, 256, (2, 48, 48)).astype(np.uint8)
    return Lesson(images, np.eye(7)[[3, 3]], np.array([[1.0] + [0.0] * 7, votes]))


def test_targets_move_half_way_to_the_teacher(tmp_path: Path) -> None:
    """With a share of one half every target is half its own, half a distribution; without votes it is the teacher's alone."""
    from exporter.network import Network
    from exporter.teacher import softened

    torch.manual_seed(0)
    torch.save(Network().state_dict(), tmp_path / "teacher.pt")
    soft = softened(a_lesson([0.0] * 8), tmp_path / "teacher.pt", 0.5)
    assert soft.fer2013.sum(axis=1) == pytest.approx(1)
    assert soft.ferplus.sum(axis=1) == pytest.approx(1)
    assert (soft.fer2013[:, 3] > 0.5).all()
    assert (soft.fer2013[:, 0] > 0).all()
    assert soft.ferplus[0, 0] > 0.5 > soft.ferplus[1, 0]


def test_a_mirrored_picture_is_taught_the_same(tmp_path: Path) -> None:
    """The teacher is asked about both sides, so that mirroring the pictures changes no target."""
    from exporter.network import Network
    from exporter.teacher import softened

    torch.save(Network().state_dict(), tmp_path / "teacher.pt")
    lesson = a_lesson([0.0] * 8)
    mirrored = Lesson(np.ascontiguousarray(lesson.images[:, :, ::-1]), lesson.fer2013, lesson.ferplus)
    both = [softened(each, tmp_path / "teacher.pt", 1.0) for each in (lesson, mirrored)]
    np.testing.assert_allclose(both[0].ferplus, both[1].ferplus, atol=1e-6)
