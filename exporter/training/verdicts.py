"""A person's verdicts as lessons: crops from the folders of ``mien verdicts export``, a part of them held out as a test."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from torch import nn

from exporter.data.dataset import CROP_SIDE, Bytes, Integers, TrainingSet
from exporter.data.folders import read_crop
from exporter.data.labels import FERPLUS_HEAD
from exporter.training.network import answers
from tracker.core.errors import DataError
from tracker.core.labelled_folders import VERDICT_OF_FOLDER, pictures_in
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS, FERPLUS_SHOWN_AS

SHARE: Final = 0.1
"""Of what is taught, when there is other data to rehearse: enough to be learnt from, too little to forget the rest for."""
MOST_OFTEN: Final = 40
"""Times an epoch that a crop is shown: each time it is varied, but more would be learnt by heart."""
ALONE: Final = 2000
"""Pictures of an epoch of nothing but verdicts."""
HELD_OUT: Final = 5
"""Every fifth crop is a test."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """images: [n, 48, 48] gray bytes. said: [n] index into FERPLUS, which has a place for contempt too."""

    images: Bytes
    said: Integers

    def __len__(self) -> int:
        return len(self.images)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Crops in folders named by expression; "not-a-face" and "cant-tell" teach nothing. DataError when there are none."""
        if not folder.is_dir():
            raise DataError(f"{folder}: there is no such folder; 'mien verdicts export {folder}' makes it.")
        said = {name: place for place, label in enumerate(FERPLUS) for name in _names(label)}
        files = [
            (file, said[part.name.lower()])
            for part in sorted(folder.iterdir())
            if part.name.lower() in said and part.is_dir()
            for file in pictures_in(part)
        ]
        if not files:
            raise DataError(f"{folder}: no pictures in folders named {', '.join(EXPRESSIONS)} or contempt.")
        return cls(np.stack([read_crop(file, CROP_SIDE) for file, _ in files]), np.array([place for _, place in files]))

    def parted(self) -> tuple[Self, Self]:
        """To teach and to test: the same parts whenever it is asked, each with all that the person showed often."""
        order = np.lexsort((np.arange(len(self)), self.said))
        test = np.zeros(len(self), np.bool_)
        test[order[HELD_OUT - 1 :: HELD_OUT]] = True
        return self._take(~test), self._take(test)

    def _take(self, which: npt.NDArray[np.bool_]) -> Self:
        return type(self)(self.images[which], self.said[which])

    def right(self, network: nn.Module) -> int:
        """On how many of them a network agrees."""
        return int((answers(network, self.images)[FERPLUS_HEAD].argmax(1) == self.said).sum()) if len(self) else 0

    def lesson(self, beside: int) -> TrainingSet:
        """As often as they weigh enough beside so many other pictures; contempt teaches the head that knows it."""
        wanted = SHARE / (1 - SHARE) * beside if beside else ALONE
        times = int(np.clip(round(wanted / len(self)), 1, MOST_OFTEN))
        ferplus = np.eye(len(FERPLUS))[self.said]
        fer2013 = ferplus @ _seven_of_eight()
        labels = (np.tile(part, (times, 1)) for part in (fer2013, ferplus, np.zeros_like(fer2013)))
        return TrainingSet(np.tile(self.images, (times, 1, 1)), *labels)


def joined(one: TrainingSet, other: TrainingSet) -> TrainingSet:
    """Both as one lesson."""
    return TrainingSet(
        np.concatenate([one.images, other.images]),
        np.concatenate([one.fer2013, other.fer2013]),
        np.concatenate([one.ferplus, other.ferplus]),
        np.concatenate([one.wide, other.wide]),
    )


def _names(label: str) -> set[str]:
    shown = FERPLUS_SHOWN_AS[label]
    return {shown, label, *(theirs for theirs, ours in VERDICT_OF_FOLDER.items() if ours == shown)}


def _seven_of_eight() -> npt.NDArray[np.float64]:
    """[8, 7] FER+'s expressions as ours; contempt is none of them."""
    return np.array([[float(FERPLUS_SHOWN_AS[label] == name) for name in EXPRESSIONS] for label in FERPLUS])
