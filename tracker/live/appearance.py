"""What a face looks like, as a vector that tells one person of a session from another. It lives in memory only."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from tracker.core.face import Face
from tracker.model.feature_statistics import FeatureStatistics

GRID: Final = 12
"""Side in pixels that the crop is reduced to: 8 and 16 separate people less well or no better (DECISIONS.md, 2026-11-26)."""

SAME_PERSON_SIMILARITY: Final = 0.6
"""Cosine from which on two looks are one person's, wherever the face is. Two people of one video reach 0.40, each of them later
in it has 0.66 and more; the other figures stand in DECISIONS.md, 2026-11-26."""
SAME_PLACE_BONUS: Final = 0.15
"""So much less is asked for of a face at the place where the other one was, and about as large."""
SAME_MOMENT_BONUS: Final = 0.3
"""So much less of one that is followed and was at this place a moment ago: a laugh changes a look, too."""

AppearanceVector = npt.NDArray[np.float64]
"""A vector of any length; only angles between such vectors of one session mean something."""


class AppearanceEncoder:
    """Looks of the faces that one model file has classified.

    The features it computes are brought to mean 0 and deviation 1 and freed of what tells expressions apart (the directions of
    the shown head's weights and of the mean faces); beside them stands the crop itself, reduced and freed of the light's
    gradients. Both count alike. Without statistics, as in a file of somebody else, the crop is all there is.
    """

    def __init__(self, statistics: FeatureStatistics | None) -> None:
        self._statistics = statistics
        if statistics is not None:
            typical = np.array(statistics.typical)
            expressive = np.vstack([statistics.weights, (typical - typical.mean(axis=0))[:-1]])
            directions, lengths, _ = np.linalg.svd(expressive.T, full_matrices=False)
            self._basis = directions[:, lengths > 1e-6 * lengths.max()]

    def of(self, face: Face) -> AppearanceVector | None:
        """None for a face that cannot be judged, and for a crop without any contrast."""
        if not face.quality.ok:
            return None
        small = np.asarray(cv2.resize(face.crop, (GRID, GRID), interpolation=cv2.INTER_AREA), np.float64)
        small = small - small.mean(axis=0, keepdims=True)
        looks: list[AppearanceVector] = [(small - small.mean(axis=1, keepdims=True)).ravel()]
        if self._statistics is not None:
            features = self._statistics.standardised(face.prediction.features[None])[0]
            looks.append(features - self._basis @ (self._basis.T @ features))
        parts = [part / length for part in looks if (length := float(np.linalg.norm(part))) > 0]
        return np.concatenate(parts) if parts else None


class Appearance:
    """The mean of a face's looks.

    It is a plain mean at first, later one over about the last LASTS looks: light and hair change in the course of a day.
    """

    LASTS: Final = 600

    def __init__(self) -> None:
        self.mean: AppearanceVector | None = None
        self.looks = 0

    def learn(self, look: AppearanceVector | None) -> None:
        """One more look, if there is one; a look of another length (never within one session) begins anew."""
        if look is None:
            return
        self.looks += 1
        if self.mean is None or self.mean.shape != look.shape:
            self.mean = look
        else:
            self.mean = self.mean + (look - self.mean) / min(self.looks, self.LASTS)

    def similarity(self, other: "Appearance | AppearanceVector | None") -> float | None:
        """Cosine, -1 to 1, of this mean and another one or a single look; None where one of them is not known."""
        look = other.mean if isinstance(other, Appearance) else other
        if self.mean is None or look is None or self.mean.shape != look.shape:
            return None
        return float(self.mean @ look / (np.linalg.norm(self.mean) * np.linalg.norm(look)))
