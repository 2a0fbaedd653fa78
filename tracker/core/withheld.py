"""What is left of another person's face at work and in education: where it is and how it moves, and no expression."""

from dataclasses import replace
from typing import Final

import numpy as np

from tracker.core.face import Face, Prediction, Quality
from tracker.core.scores import Scores, Verbal
from tracker.core.vocabulary import EMOJI, EXPRESSIONS, UNCLEAR

WITHHELD: Final = "not read: work or education mode"
"""Why a face has no expression, where that is the reason; it stands wherever the reason of an unreadable face does."""
SWITCHED_OFF: Final = "not read: switched off"
"""The same in private, on a call, as long as nobody asked what faces may mean."""
NO_SCORES: Final = Scores.of(EXPRESSIONS, np.ones(len(EXPRESSIONS)))
"""All alike, of whomever: it says nothing."""
NO_PREDICTION: Final = Prediction(NO_SCORES, {}, np.zeros(0, np.float32))
"""Of a face that was never given to a classifier."""
NO_WORDS: Final = Verbal(UNCLEAR, EMOJI[UNCLEAR], 0.0)


def without_expression(face: Face, reason: str = WITHHELD) -> Face:
    """The face as one that could not be judged, for a reason: no word, equal scores, no heads and no features."""
    prediction = replace(NO_PREDICTION, fit=face.prediction.fit)
    return replace(face, prediction=prediction, words=NO_WORDS, quality=Quality(reason))
