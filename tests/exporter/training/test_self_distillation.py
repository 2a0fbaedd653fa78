"""The network's own earlier answers in what it is taught."""

from typing import Any

import numpy as np
import pytest

from exporter.data.dataset import TrainingSet
from exporter.data.labels import HEAD_LABELS
from tests.lazily import torch

pytestmark = pytest.mark.training

ROWS = np.array([0, 1])


def a_lesson() -> TrainingSet:
    """Three pictures: the first two say angry, the third was voted on by nobody."""
    fer2013, ferplus = np.eye(7)[[0, 0, 3]], np.eye(8)[[4, 4, 0]]
    ferplus[2] = 0
    return TrainingSet(np.zeros((3, 48, 48), np.uint8), fer2013, ferplus, np.zeros((3, 7)))


def sure_answers(label: int, rows: int) -> dict[str, Any]:
    return {head: sure_of(label, len(labels), rows) for head, labels in HEAD_LABELS.items()}


def sure_of(label: int, labels: int, rows: int) -> Any:
    logits = torch.zeros(rows, labels)
    logits[:, label] = 50.0
    return logits


def test_what_was_never_asked_is_taught_by_its_label() -> None:
    """However much the memory should count, a picture without one keeps its own target."""
    from exporter.training.self_distillation import Memory

    fer2013, ferplus, wide = Memory(a_lesson()).targets(np.arange(3), 0.7)

    assert torch.equal(fer2013, torch.eye(7)[[0, 0, 3]])
    assert ferplus.sum(1).tolist() == [1, 1, 0]
    assert not wide.any()


def test_opinions_are_taught_as_they_are_and_where_there_are_none_the_memory_speaks() -> None:
    """A head that was taught by another network keeps its answers where nobody says anything; one that never was has none."""
    from exporter.training.self_distillation import Memory

    taught = a_lesson()
    taught.wide[0, 3] = 1
    for was_taught, kept in ((True, 2), (False, None)):
        memory = Memory(taught, wide=was_taught)
        memory.remember(np.arange(3), sure_answers(2, 3))
        wide = memory.targets(np.arange(3), 0.5)[2]

        assert wide[0].tolist() == [0, 0, 0, 1, 0, 0, 0]
        assert wide[1].tolist() == pytest.approx([float(place == kept) for place in range(7)])


def test_the_first_answer_counts_whole_and_later_ones_move_the_mean() -> None:
    """Asked twice, the memory lies between both answers, nearer to the first by the newest one's weight."""
    from exporter.training.self_distillation import NEWEST, Memory

    memory = Memory(a_lesson())
    memory.remember(ROWS, sure_answers(2, 2))
    assert memory.targets(ROWS, 0.5)[0][0].tolist() == pytest.approx([0.5, 0, 0.5, 0, 0, 0, 0])

    memory.remember(ROWS, sure_answers(3, 2))
    assert memory.targets(ROWS, 1.0)[0][0].tolist() == pytest.approx([0, 0, 1 - NEWEST, NEWEST, 0, 0, 0])


def test_where_nobody_voted_the_opinion_speaks_with_its_share() -> None:
    """A picture without votes is taught by what the network thinks of it, as strongly as opinions count then."""
    from exporter.training.self_distillation import Memory

    memory = Memory(a_lesson())
    row = np.array([2])
    memory.remember(row, sure_answers(6, 1))

    assert memory.targets(row, 0.4)[1][0].tolist() == pytest.approx([0, 0, 0, 0, 0, 0, 0.4, 0])


def test_a_memory_goes_on_where_it_stopped() -> None:
    """What a checkpoint kept gives the same targets."""
    from exporter.training.self_distillation import Memory

    memory = Memory(a_lesson())
    memory.remember(ROWS, {"fer2013": torch.rand(2, 7), "ferplus": torch.rand(2, 8)})
    again = Memory(a_lesson(), memory.kept)

    for one, other in zip(memory.targets(ROWS, 0.6), again.targets(ROWS, 0.6), strict=True):
        assert torch.equal(one, other)


def test_a_memory_may_begin_with_what_a_network_says_of_both_sides() -> None:
    """Asked for it, a blank memory holds the mean of the answers to each picture and to its mirror image."""
    from exporter.training.network import Network, answers
    from exporter.training.self_distillation import Memory

    torch.manual_seed(1)
    network, lesson = Network(), a_lesson()
    lesson.images[:] = np.random.default_rng(1).integers(0, 256, lesson.images.shape)
    memory = Memory(lesson)
    assert memory.blank
    memory.ask(network)

    sides = (answers(network, images)["fer2013"] for images in (lesson.images, lesson.images[:, :, ::-1].copy()))
    one, other = (torch.from_numpy(logits).softmax(1) for logits in sides)
    assert not torch.allclose(one, other)
    assert torch.allclose(memory.targets(np.arange(3), 1.0)[0], (one + other) / 2, atol=1e-6)
    assert not memory.blank
