"""Calm scores: each face's own exponential average over time, in seconds and not in frames."""

from math import exp
from typing import Final, NamedTuple

from tracker.core.face import FaceId
from tracker.core.scores import Scores

FORGET_SECONDS: Final = 5.0
"""After so many seconds unseen a face starts anew: what it showed before says nothing of now."""


class Memory(NamedTuple):
    """The average so far, and when it was last brought up to date."""

    t: float
    scores: Scores


class Smoother:
    """weight = 1 - exp(-dt / tau): the same calm at any frequency, also when frames are dropped (tau in seconds)."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._memory: dict[FaceId, Memory] = {}

    def remembered(self, face: FaceId) -> Scores | None:
        """The face's average as it stands, if there is one."""
        before = self._memory.get(face)
        return before and before.scores

    def recall(self, face: FaceId, smooth: Scores, t: float) -> None:
        """Take over a face's average as an earlier run left it at time t."""
        self._memory[face] = Memory(t, smooth)

    def smooth(self, face: FaceId, scores: Scores, t: float) -> Scores:
        """The face's average with its newest scores at time t (seconds)."""
        self._memory = {key: kept for key, kept in self._memory.items() if t - kept.t <= FORGET_SECONDS}
        before = self._memory.get(face)
        if before is None or self._seconds <= 0:
            smooth = scores
        else:
            smooth = before.scores.blended(scores, 1 - exp(-(t - before.t) / self._seconds))
        self._memory[face] = Memory(t, smooth)
        return smooth
