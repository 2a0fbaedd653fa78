"""Computes the trend: the share of each expression, bin by bin, and what a ribbon shows, column by column."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tracker.core.sampling import Gap
from tracker.core.scores import Doubt
from tracker.core.session_readings import DOUBTS, NOBODY_INDEX, WORD_INDEX, ReadingDoubt, SessionReadings
from tracker.core.text import SHOWN_OR_NOBODY
from tracker.core.vocabulary import UNCLEAR

BIN_SECONDS: Final = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1800, 3600)
"""The lengths that a bin may have: round ones, so that its edges are, too."""
MIN_READINGS_PER_BIN: Final = 2
"""With fewer a bin would show single readings as shares of 0 or 100 %."""
FRAME_MINUTES: Final = (2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480, 600, 720, 960, 1200, 1440)
"""How much time the axis of a session that runs may have room for: it grows by steps, and nothing drawn moves in between."""
MIN_GAP_SHARE: Final = 0.5
"""A bin or column of which less was watched is empty."""

Floats = npt.NDArray[np.float64]

CHANGING_HALVES: Final[Floats] = np.array(
    [[0.5 * (each.doubt == Doubt.CHANGING and word in (each.pair or ())) for word in SHOWN_OR_NOBODY] for each in DOUBTS]
)
"""[len(DOUBTS), 9] how much of each doubt is change from or to each of SHOWN_OR_NOBODY."""


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """k bins of a session.

    Attributes:
        edges: [k + 1] seconds of the session; the first and the last bin may be shorter than the others.
        seconds: [k, 9] of each bin, for which each of SHOWN_OR_NOBODY was shown.
        confident: [k, 9] the same, each second weighted with its confidence, 0 to 1; 0 for nobody.
        doubts: [k, len(DOUBTS)] the unclear seconds, by why they were unclear.
        gaps: The parts without observations.
    """

    edges: Floats
    seconds: Floats
    confident: Floats
    doubts: Floats
    gaps: tuple[Gap, ...]

    @property
    def watched(self) -> Floats:
        """[k] seconds of each bin that observations speak for."""
        return np.asarray(self.seconds.sum(axis=1))

    @property
    def shares(self) -> Floats:
        """[k, 9] the share of each word in the watched time of a bin, 0 to 1; 0 where nothing was watched."""
        return np.asarray(self.seconds / np.maximum(self.watched, 1e-9)[:, None])

    @property
    def confident_shares(self) -> Floats:
        """[k, 9] the shares, weighted with the confidence; never above ``shares``."""
        return np.asarray(self.confident / np.maximum(self.watched, 1e-9)[:, None])

    @property
    def changing_shares(self) -> Floats:
        """[k, 9] the share of the watched time in which a face changed from or to each word, half of it for each."""
        return np.asarray(self.doubts @ CHANGING_HALVES / np.maximum(self.watched, 1e-9)[:, None])


def compute_trend(readings: SessionReadings, begin: float, end: float, max_bins: int, face: int | None = None) -> Trend:
    """The trend of a part of a session.

    Args:
        readings: The session's.
        begin: Seconds of the session.
        end: Seconds of the session, after ``begin``.
        max_bins: How many bins there is room for.
        face: The face's number, or None for everybody: of an observation with several faces, each has an equal share.
    """
    step = bin_seconds(end - begin, max_bins, readings.times.usual)
    # Edges are multiples of the step from the session's beginning on: a bin stays what it is while a session grows.
    first, last = int((begin - readings.begin) // step) + 1, int(-(-(end - readings.begin) // step))
    inner = readings.begin + np.arange(first, last) * step
    edges = np.concatenate([[begin], inner[(inner > begin) & (inner < end)], [end]])
    gaps = tuple(gap for gap in readings.times.gaps() if gap.end > begin and gap.begin < end)
    return Trend(edges, *time_per_word(readings, edges, face), gaps)


def bin_seconds(length: float, max_bins: int, usual: float) -> float:
    """The shortest length of BIN_SECONDS that fits.

    Args:
        length: Seconds that are divided.
        max_bins: How many bins there is room for.
        usual: Seconds between two observations.
    """
    least = max(length / max_bins, MIN_READINGS_PER_BIN * usual)
    return next((step for step in BIN_SECONDS if step >= least), float(np.ceil(least / BIN_SECONDS[-1]) * BIN_SECONDS[-1]))


def frame_end(begin: float, end: float) -> float:
    """Until when the axis of a session that runs has room, in seconds of the session."""
    minutes = (end - begin) / 60
    return begin + 60 * next((step for step in FRAME_MINUTES if step > minutes), float(np.ceil(minutes / 1440 + 0.01)) * 1440)


def time_per_word(readings: SessionReadings, edges: Floats, face: int | None = None) -> tuple[Floats, Floats, Floats]:
    """For how long each word was shown between neighbouring edges.

    Args:
        readings: The session's.
        edges: [k + 1] seconds of the session, ascending.
        face: As in ``compute_trend``.

    Returns:
        [k, 9] seconds, [k, 9] the same weighted with the confidence, and [k, len(DOUBTS)] the unclear ones by why.
    """
    readings = readings.between(float(edges[0]), float(edges[-1]))
    ends = readings.times.ends()
    observation, word, confidence, doubt = readings.observation, readings.word, readings.confidence, readings.doubt
    if face is not None:
        chosen = readings.face == face
        observation, word, confidence, doubt = observation[chosen], word[chosen], confidence[chosen], doubt[chosen]
    faces = np.bincount(observation, minlength=len(ends))
    weight = (1 / np.maximum(faces, 1))[observation]
    empty = np.flatnonzero(faces == 0)
    cells = _cells(readings.times.t, ends, edges)
    kinds, unclear = len(SHOWN_OR_NOBODY), np.flatnonzero(word == WORD_INDEX[UNCLEAR])
    nobody = cells.add(empty, np.full(len(empty), NOBODY_INDEX), np.ones(len(empty)), kinds)
    return (
        cells.add(observation, word, weight, kinds) + nobody,
        cells.add(observation, word, weight * confidence, kinds),
        cells.add(observation[unclear], doubt[unclear], weight[unclear], len(DOUBTS)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """How n observations fall into k bins: each into the bin that it begins in, and beyond each edge that it crosses, the rest.

    bins: [n] where each begins, -1 and k for outside. seconds: [n] how long each speaks. crossed: [c] the edges that
    are crossed, by_observation: [c] by which, rest: [c] the seconds that it goes on after the edge.
    """

    count: int
    bins: npt.NDArray[np.int64]
    seconds: Floats
    crossed: npt.NDArray[np.int64]
    by_observation: npt.NDArray[np.int64]
    rest: Floats

    def add(self, observation: npt.NDArray[np.int64], kind: npt.NDArray[Any], weight: Floats, kinds: int) -> Floats:
        """[k, kinds] seconds of readings, which are in the order of their observations, each times its weight."""
        whole = self._sum(self.bins[observation], kind, weight * self.seconds[observation], kinds)
        # Of each edge that is crossed: all readings of the observation that crosses it.
        first = np.searchsorted(observation, self.by_observation)
        many = np.searchsorted(observation, self.by_observation, side="right") - first
        place = np.repeat(first - np.append(0, many.cumsum()[:-1]), many) + np.arange(many.sum())
        edge, moved = np.repeat(self.crossed, many), weight[place] * np.repeat(self.rest, many)
        return whole + self._sum(edge, kind[place], moved, kinds) - self._sum(edge - 1, kind[place], moved, kinds)

    def _sum(self, bins: npt.NDArray[np.int64], kind: npt.NDArray[Any], amount: Floats, kinds: int) -> Floats:
        # A bin more on either side, for what lies outside.
        sums = np.bincount((bins + 1) * kinds + kind, amount, (self.count + 2) * kinds)
        return np.asarray(sums.reshape(self.count + 2, kinds)[1:-1])


def _cells(t: Floats, ends: Floats, edges: Floats) -> _Cells:
    count = len(edges) - 1
    bins = np.repeat(np.arange(-1, count + 1), np.diff(np.concatenate([[0], np.searchsorted(t, edges), [len(t)]])))
    by_observation = np.searchsorted(t, edges) - 1
    crosses = (by_observation >= 0) & (ends[by_observation] > edges) if len(t) else np.zeros(len(edges), np.bool_)
    crossed = np.flatnonzero(crosses)
    by_observation = by_observation[crossed]
    return _Cells(count, bins, ends - t, crossed, by_observation, ends[by_observation] - edges[crossed])


@dataclass(frozen=True, slots=True, eq=False)
class PixelRun:
    """Neighbouring columns of a ribbon that show the same word, and are unclear for the same reason.

    Attributes:
        word: One of SHOWN_OR_NOBODY.
        doubt: Why it is unclear, for the most part; one of DOUBTS.
        first: The first column.
        after: The column after the last.
        confidence: [after - first] of each column, 0 to 1.
    """

    word: str
    doubt: ReadingDoubt
    first: int
    after: int
    confidence: Floats

    @property
    def changing(self) -> tuple[str, str] | None:
        """The two expressions between which the face changes; None where it does not."""
        return self.doubt.pair if self.doubt.doubt == Doubt.CHANGING else None


def pixel_runs(readings: SessionReadings, face: int | None, begin: float, end: float, width: int) -> Iterator[PixelRun]:
    """Divide a ribbon into runs, from left to right; columns in a gap belong to none.

    Args:
        readings: The session's.
        face: As in ``compute_trend``.
        begin: Seconds of the session.
        end: Seconds of the session.
        width: How many columns the ribbon has.
    """
    edges = np.linspace(begin, end, width + 1)
    seconds, confident, doubts = time_per_word(readings, edges, face)
    # Each column shows the word that fills most of it, or a gap if it is empty for the most part.
    largest, columns = seconds.argmax(axis=1), np.arange(width)
    words = np.where(seconds.sum(axis=1) > MIN_GAP_SHARE * (end - begin) / width, largest, -1)
    confidence = confident[columns, largest] / np.maximum(seconds[columns, largest], 1e-9)
    reasons = np.where(words == WORD_INDEX[UNCLEAR], doubts.argmax(axis=1), 0)
    changes = np.flatnonzero((np.diff(words) != 0) | (np.diff(reasons) != 0)) + 1
    for first, after in zip([0, *changes.tolist()], [*changes.tolist(), width], strict=True):
        if words[first] >= 0:
            yield PixelRun(SHOWN_OR_NOBODY[words[first]], DOUBTS[reasons[first]], first, after, confidence[first:after])
