"""Each face's average scores over time, and the word that it is shown with: the word stays until another one holds."""

from dataclasses import dataclass, replace
from math import exp
from typing import Final, NamedTuple

from tracker.core.face import FaceId
from tracker.core.scores import Doubt, Scores, Verbal, doubt_of, put_into_words
from tracker.core.vocabulary import EMOJI, UNCLEAR

FORGET_SECONDS: Final = 5.0
"""Seconds without a frame after which a face's average begins anew."""
WAIT_SHARE_OF_TIME_CONSTANT: Final = 0.7
"""Share of the time constant for which frames have to agree on another word, if they only just reach the threshold.

Chosen from the tables of models/TEMPORAL.md.
"""
MIN_DISTANCE_TO_CERTAINTY: Final = 1e-9
"""Divisor where the threshold is 1, which only certain frames reach."""


class Smoothed(NamedTuple):
    """A face at a moment: its average scores, and the word that is shown for it."""

    scores: Scores
    words: Verbal


@dataclass(slots=True)
class _CandidateWord:
    """Frames in a row that say the same word. since: time of the frame before the first one, in seconds."""

    word: str
    since: float
    scores: Scores


@dataclass(slots=True)
class _Memory:
    """What is known of a face.

    t: its newest frame, in seconds. scores: the average of its frames since another word held. word: what is shown. confirmed:
    its newest frame that said this word. candidate: its newest frames, if they say another one.
    """

    t: float
    scores: Scores
    word: str
    confirmed: float
    candidate: _CandidateWord | None = None


class Smoother:
    """Averages the scores of each face exponentially, and changes its word when another one holds.

    A frame says the word of its likeliest expression if that reaches the threshold, else ``unclear``. Another word is shown
    when frames in a row have said it for ``wait * (1 - p) / (1 - threshold)`` seconds, ``wait`` at most: p is their mean
    probability of it, so frames that are certain are shown at once. The average begins anew with them. Where no
    frames in a row hold, and none has said the shown word for ``wait``, the face is ``unclear``. Times are in seconds and not
    in frames, so the words are equally calm at any frequency.

    The confidence is the average's: of the shown word, or of the likeliest expression where it is unclear. It is lower while
    frames say something else.
    """

    def __init__(self, seconds: float, threshold: float) -> None:
        """Remember nobody yet.

        Args:
            seconds: Time constant of the average: the newest frame weighs 1 - exp(-dt / seconds). ``wait`` is
                WAIT_SHARE_OF_TIME_CONSTANT of it. At 0 each frame is shown as it is.
            threshold: Probability below which a frame is ``unclear``, 0 to 1.
        """
        self._seconds, self._threshold = seconds, threshold
        self._memory: dict[FaceId, _Memory] = {}

    def remembered(self, face: FaceId) -> Scores | None:
        """The face's average as it stands, if there is one."""
        before = self._memory.get(face)
        return None if before is None else before.scores

    def smooth(self, face: FaceId, scores: Scores, t: float) -> Smoothed:
        """Add a face's newest frame, at t seconds, and say what is shown then."""
        self._memory = {key: kept for key, kept in self._memory.items() if t - kept.t <= FORGET_SECONDS}
        frame = put_into_words(scores, self._threshold)
        memory = self._memory.get(face)
        if memory is None or self._seconds <= 0:
            memory = self._memory[face] = _Memory(t, scores, frame.expression, t)
        else:
            self._add(memory, scores, frame.expression, t)
        if memory.word != UNCLEAR:
            confidence = memory.scores.values[memory.scores.labels.index(memory.word)]
            return Smoothed(memory.scores, Verbal(memory.word, EMOJI[memory.word], confidence))
        doubt = doubt_of(memory.scores) if frame.expression == UNCLEAR else Doubt.CHANGING
        return Smoothed(memory.scores, Verbal(UNCLEAR, EMOJI[UNCLEAR], memory.scores.top[1], doubt))

    def _add(self, memory: _Memory, scores: Scores, word: str, t: float) -> None:
        before, memory.t = memory.t, t
        weight = 1 - exp(-(t - before) / self._seconds)
        memory.scores = memory.scores.blended(scores, weight)
        if word == memory.word:
            memory.confirmed, memory.candidate = t, None
            return
        candidate = memory.candidate
        if candidate is None or candidate.word != word:
            candidate = _CandidateWord(word, before, scores)
        else:
            candidate = replace(candidate, scores=candidate.scores.blended(scores, weight))
        memory.candidate = candidate
        wait = WAIT_SHARE_OF_TIME_CONSTANT * self._seconds
        doubt = (1 - candidate.scores.top[1]) / max(1 - self._threshold, MIN_DISTANCE_TO_CERTAINTY)
        if t - candidate.since >= wait * min(doubt, 1):
            memory.word, memory.scores, memory.confirmed, memory.candidate = word, candidate.scores, t, None
        elif t - memory.confirmed >= wait:
            memory.word, memory.confirmed = UNCLEAR, t
