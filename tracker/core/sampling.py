"""How long an observation speaks for, from when on silence is a gap, and how long was watched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from msgspec import Struct

EVERY_FRAME_INTERVAL: Final = 0.1
"""Seconds an observation speaks for when every frame was recorded."""
GAP_FACTOR: Final = 2.5
MIN_GAP_SECONDS: Final = 1.5
"""Beats, and seconds at least, after which silence is a gap: a slow machine may skip a beat or two."""
FACE_MEMORY_SECONDS: Final = 6.0
"""Seconds for which a face that is gone is expected back at its place; longer where it is looked for more seldom."""


def sample_interval(hz: float) -> float:
    """Seconds between two observations at a frequency; 0 is every frame."""
    return 1 / hz if hz > 0 else EVERY_FRAME_INTERVAL


def observed_interval(t: Sequence[float] | npt.NDArray[np.float64], hz: float) -> float:
    """Seconds between two observations by what came, for a slow machine gives less than was asked for: the median of the steps.

    Of fewer than two observations it is what was asked for.
    """
    return float(np.median(np.diff(t))) if len(t) > 1 else sample_interval(hz)


def gap_seconds(usual: float) -> float:
    """Seconds of silence that are a gap, when an observation speaks for ``usual``."""
    return max(GAP_FACTOR * usual, MIN_GAP_SECONDS)


class Gap(Struct, frozen=True, rename={"begin": "from", "end": "to"}):
    """A stretch without observations, in seconds of the session.

    why: paused, lost, unsaved or erased as a pause has it, or silent when nobody told. end: as begin where nothing followed.
    """

    begin: float
    end: float
    why: str


@dataclass(frozen=True, slots=True)
class SampleTimes:
    """When a session observed: t [n] its observations in order, pauses: those that were told, usual: seconds between two."""

    t: npt.NDArray[np.float64]
    pauses: tuple[Gap, ...]
    usual: float

    @classmethod
    def of(
        cls, t: Sequence[float] | npt.NDArray[np.float64], hz: float, pauses: Iterable[tuple[float, float | None, str]] = ()
    ) -> Self:
        """pauses: (begin, end, why), in any order; None is to the end."""
        times = np.asarray(t, np.float64)
        last = float(times[-1]) if len(times) else 0.0
        told = (Gap(begin, max(begin, last) if end is None else end, why) for begin, end, why in pauses)
        return cls(times, tuple(sorted(told, key=lambda gap: gap.begin)), observed_interval(times, hz))

    @property
    def patience(self) -> float:
        """Seconds of silence that are a gap, whoever tells of a pause in it or not."""
        return gap_seconds(self.usual)

    @property
    def begin(self) -> float:
        """Of the first observation; 0 without any."""
        return float(self.t[0]) if len(self.t) else 0.0

    @property
    def seconds(self) -> float:
        """From the first observation to when the last one stops to speak; 0 without any."""
        return float(self.t[-1] - self.t[0]) + self.usual if len(self.t) else 0.0

    def ends(self) -> npt.NDArray[np.float64]:
        """[n] when each observation stops to speak: with the next one, or after a beat where a gap or a pause follows."""
        following = np.append(self.t[1:], np.inf)
        silent = following - self.t > self.patience
        for pause in self.pauses:
            if pause.end > pause.begin:
                # The observations between which it lies; those inside of it, as of a clock that was off, are no part of it.
                first = max(int(np.searchsorted(self.t, pause.begin, side="right")) - 1, 0)
                silent[first : int(np.searchsorted(self.t, pause.end, side="left"))] |= True
        return np.where(silent, np.minimum(following, self.t + self.usual), following)

    @property
    def watched(self) -> float:
        """Seconds that observations speak for: without pauses, gaps, and what was erased."""
        return float((self.ends() - self.t).sum())

    def gaps(self) -> tuple[Gap, ...]:
        """From the end of one observation to the next, in order, named by the longest pause in it; and pauses at either end."""
        if not len(self.t):
            return self.pauses
        ends, following = self.ends(), np.append(self.t[1:], np.inf)
        inner = []
        # After the last one nothing follows.
        for place in np.flatnonzero(ends < following)[:-1]:
            begin, end = float(ends[place]), float(following[place])
            shared = {
                pause: min(pause.end, end) - max(pause.begin, begin)
                for pause in self.pauses
                if pause.begin < end and begin < pause.end
            }
            why = max(shared, key=shared.__getitem__).why if shared else "silent"
            inner.append(Gap(round(begin, 3), round(end, 3), why))
        finish, first = float(ends[-1]), self.begin
        before = [Gap(pause.begin, min(pause.end, first), pause.why) for pause in self.pauses if pause.begin < first]
        after = [
            Gap(round(finish, 3), round(max(finish, pause.end), 3), pause.why)
            for pause in self.pauses
            if pause.begin >= self.t[-1]
        ]
        return (*before, *inner, *after)
