"""Predictions that have a verdict, and their division into groups."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.health.rates import Flags, Numbers

Names = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPredictions:
    """n faces with a verdict, oldest first; the pictures of one moment of the guided start are one entry.

    Attributes:
        said: [n] what the person said.
        scores: [n, 7] from 0 to 1; of several pictures, their mean.
        right: [n] the share of the entry's pictures whose likeliest expression is what the person said.
        shown: [n] what the model showed: an expression, or unclear; of a live moment the word after smoothing.
        at: [n] when the person said it, in UTC.
        origin: [n] as in ``schema.Verdict``.
        light: [n] mean gray level of the crop, 0 to 255.
        width: [n] width of the face's box in pixels.
        model: [n] the model's name, version and the beginning of its hash.
        fit: [n] which fit was applied; empty for none.
    """

    said: Names
    scores: Numbers
    right: Numbers
    shown: Names
    at: tuple[datetime, ...]
    origin: Names
    light: Numbers
    width: Numbers
    model: Names
    fit: Names

    def __len__(self) -> int:
        return len(self.said)

    def take(self, which: Flags) -> "LabelledPredictions":
        """Those that a mask [n] selects."""
        at = tuple(moment for moment, taken in zip(self.at, which, strict=True) if taken)
        return LabelledPredictions(
            self.said[which], self.scores[which], self.right[which], self.shown[which], at, self.origin[which],
            self.light[which], self.width[which], self.model[which], self.fit[which],
        )  # fmt: skip

    @property
    def named(self) -> "LabelledPredictions":
        """Those whose verdict names one of the seven expressions; only on these the model can be right."""
        return self.take(np.isin(self.said, EXPRESSIONS))

    @property
    def guess(self) -> Names:
        """[n] the likeliest expression, also where unclear was shown."""
        return np.asarray(np.array(EXPRESSIONS)[self.scores.argmax(axis=1)])

    @property
    def confidence(self) -> Numbers:
        """[n] the guess's probability, 0 to 1."""
        return np.asarray(self.scores.max(axis=1))

    @property
    def spoken(self) -> Flags:
        """[n] whether an expression was shown, and not unclear."""
        return np.asarray(self.shown != UNCLEAR)


LIGHT_RANGES: Final = {"dark": (0.0, 74.0), "normal": (74.0, 184.0), "bright": (184.0, 256.0)}
"""Mean gray level of a crop: 5 % of FER-2013's training pictures are darker than 74, and 5 % are brighter than 184."""
FACE_WIDTH_RANGES: Final = {"small": (0.0, 48.0), "normal": (48.0, 150.0), "large": (150.0, np.inf)}
"""Width of a face in pixels: below 48 the crop is enlarged, from 150 on somebody sits before a webcam."""
GROUPINGS: Final = {
    "origin": "Where the face came from: an upload, a live moment, the guided start, or an import.",
    "light": "Mean gray level of the crop: dark is below 74, bright from 184, as the darkest and the brightest twentieth"
    " of the pictures that the model was taught on.",
    "size": "Width of the face: small is below 48 pixels, where the picture is enlarged; large is from 150.",
    "model": "The model's name, version, and the beginning of its file's hash.",
    "fit": "Which fit to a person was applied when the face was judged.",
}
"""Name of a grouping -> what it is, for people."""


def group_masks(labelled: LabelledPredictions, by: str) -> dict[str, Flags]:
    """The groups of one of GROUPINGS, without empty ones: name -> mask [n] of those that belong to it."""
    if by in {"light", "size"}:
        values, ranges = (labelled.light, LIGHT_RANGES) if by == "light" else (labelled.width, FACE_WIDTH_RANGES)
        found = {name: (low <= values) & (values < high) for name, (low, high) in ranges.items()}
        return {name: inside for name, inside in found.items() if inside.any()}
    names: Names = {"origin": labelled.origin, "model": labelled.model, "fit": labelled.fit}[by]
    return {str(name) or "the released model": names == name for name in np.unique(names)}
