"""What answers are judged against."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exporter.data.dataset import LabelledFaces, no_votes, read
from exporter.data.labels import NO_LABEL, head_truth, shown_truth, unseen
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS, FERPLUS_SHOWN_AS


def test_the_crowds_majority_is_told_as_an_expression(faces: LabelledFaces) -> None:
    """Each FER+ label becomes the expression it is shown as; contempt, which is not shown, becomes none."""
    truth = shown_truth(faces)

    for place, label in zip(truth[: len(FERPLUS)], FERPLUS, strict=True):
        expected = FERPLUS_SHOWN_AS[label]
        assert place == (NO_LABEL if label == "contempt" else EXPRESSIONS.index(expected))


def test_without_a_majority_there_is_no_truth(faces: LabelledFaces) -> None:
    """A crowd that is divided judges nobody."""
    divided = faces.votes.copy()
    divided[0] = [5, 5, 0, 0, 0, 0, 0, 0, 0, 0]

    assert shown_truth(replace(faces, votes=divided))[0] == NO_LABEL


def test_without_a_crowd_the_datas_labels_judge(faces: LabelledFaces) -> None:
    """Data that nobody voted on is judged by its own labels."""
    truth = shown_truth(replace(faces, votes=no_votes(len(faces))))

    assert np.array_equal(truth, faces.labels)


def test_leaked_pictures_are_found_by_their_pixels(faces: LabelledFaces) -> None:
    """Of each held-out split exactly the picture that is also in training is not unseen."""
    for split in ("public", "private"):
        fresh = unseen(faces.of(split), faces.of("train"))
        assert fresh.tolist() == [False] + [True] * (len(fresh) - 1)


@pytest.mark.shared
@pytest.mark.parametrize(("split", "shown", "ferplus"), [("public", 3186, 3199), ("private", 3137, 3153)])
def test_fer2013_gives_the_counts_of_the_literature(shared: Path, split: str, shown: int, ferplus: int) -> None:
    """Microsoft's rule gives its known counts, and the seven shown expressions those without contempt."""
    faces = read(shared / "data" / "fer2013.npz").of(split)

    assert (shown_truth(faces) != NO_LABEL).sum() == shown
    assert (head_truth("ferplus", faces) != NO_LABEL).sum() == ferplus
    assert (head_truth("fer2013", faces) != NO_LABEL).sum() == 3589
