"""Counts the seconds in which an expression that a person showed on purpose is read as that, without and with a fit."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from tracker.core.face import Crop
from tracker.core.scores import put_into_words
from tracker.model.correction import PersonalFit
from tracker.model.protocols import Classifier

ShownFace = tuple[float, Crop]
"""Seconds of the session, and the crop that the model saw."""


class SecondsRead(Struct, frozen=True):
    """Of so many ``seconds`` with a readable face, those in which the expression was read ``before`` and is ``after``."""

    expression: str
    seconds: int
    before: int
    after: int


def seconds_read(
    classifier: Classifier,
    faces: Sequence[ShownFace],
    expression: str,
    before: PersonalFit | None,
    after: PersonalFit | None,
) -> SecondsRead:
    """Classify the faces again with either fit; a second counts if most of its faces are read as the expression.

    Args:
        classifier: Its fit is replaced.
        faces: Of one time in which the expression was shown, at least one.
        expression: What the person showed.
        before: The fit in effect until now; None is the released model.
        after: The other fit.
    """
    first = min(t for t, _ in faces)
    seconds = [int(t - first) for t, _ in faces]
    crops = np.stack([crop for _, crop in faces])

    def count(fit: PersonalFit | None) -> int:
        classifier.fit = fit
        read: dict[int, Counter[bool]] = defaultdict(Counter)
        for second, prediction in zip(seconds, classifier.classify(crops), strict=True):
            read[second][put_into_words(prediction.scores, classifier.threshold).expression == expression] += 1
        return sum(each[True] > each[False] for each in read.values())

    return SecondsRead(expression, len(set(seconds)), count(before), count(after))
