"""The true label that each part of a model is scored against: its own for a head, FER+'s majority for what is shown.

FER+'s majority says better what people see; where nobody voted, the data's own labels are used.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from exporter.data.dataset import Integers, LabelledFaces, majority
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS, FERPLUS_SHOWN_AS

NO_LABEL: Final = -1
"""Stands for "no label" wherever labels are numbers."""
FER2013_HEAD: Final = "fer2013"
FERPLUS_HEAD: Final = "ferplus"
WIDE_HEAD: Final = "wide"
HEAD_LABELS: Final = {FER2013_HEAD: EXPRESSIONS, FERPLUS_HEAD: FERPLUS, WIDE_HEAD: EXPRESSIONS}
"""The network's heads and what their logits stand for, in order."""


def head_truth(head: str, faces: LabelledFaces) -> Integers:
    """[N] the label that a head is judged against, as an index into its own labels; NO_LABEL where there is none."""
    if head == WIDE_HEAD:
        return shown_truth(faces)
    return majority(faces.votes) if head == FERPLUS_HEAD else faces.labels


def voted(faces: LabelledFaces) -> bool:
    """Whether the data has FER+ votes."""
    return bool(faces.votes.any())


def shown_truth(faces: LabelledFaces) -> Integers:
    """[N] index into EXPRESSIONS: what most FER+ voters saw, NO_LABEL without a majority; the data's label if nobody voted."""
    if not voted(faces):
        return faces.labels
    places = [EXPRESSIONS.index(name) if name in EXPRESSIONS else NO_LABEL for name in FERPLUS_SHOWN_AS.values()]
    # The last entry is what NO_LABEL itself, an index of -1, picks.
    return np.array([*places, NO_LABEL], np.int64)[majority(faces.votes)]


def unseen(faces: LabelledFaces, training: LabelledFaces) -> npt.NDArray[np.bool_]:
    """[N] False for pictures that are pixel-identical with one of the training pictures."""
    return ~np.isin(faces.picture_keys(), training.picture_keys())
