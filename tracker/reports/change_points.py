"""Finds change points: the times at which the mix of expressions before and after differs most.

Two windows slide along the session, one ending at a time and one beginning there. The difference of their mean smoothed scores
is a curve, and its highest peaks are the change points. Source: the window-sliding method in C. Truong, L. Oudre and
N. Vayatis, Selective review of offline change point detection methods, Signal Processing 167 (2020); the distance here is half
the sum of the absolute differences, which is 0 for the same mix, and 1 for mixes with nothing in common.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tracker.core.text import share
from tracker.core.vocabulary import EXPRESSIONS
from tracker.exports.session_data import Marker
from tracker.reports.aggregate import SessionArrays, most_read_lane
from tracker.reports.sentences import Number, Phrase, length_number, mix_number

WINDOW_SECONDS: Final = 20.0
"""Length of each window: longer than a laugh, shorter than a topic."""
READINGS_PER_WINDOW: Final = 10
"""If there are few readings a minute, a window is long enough for so many."""
MIN_FILLED_SHARE: Final = 0.5
"""The share of each window that needs readings, so that the edge of a gap is no change."""
MIN_CHANGE: Final = 0.25
"""The smallest difference of a change point, a quarter of the mix: a calm face stays below it."""
MAX_CHANGE_POINTS: Final = 5
NEAR_MARKER_SECONDS: Final = 60.0
"""A marker further away is not named with a change point."""
MAX_NAMED_EXPRESSIONS: Final = 2
"""The most expressions of a mix that are named."""
MIN_NAMED_SHARE: Final = 0.1
"""An expression that is not the largest is named from this share on."""
QUOTES: Final = "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A time at which the mix of expressions changed.

    Attributes:
        t: Seconds of the session.
        difference: How much of the mix changed, 0 to 1.
        before: Expression -> mean smoothed score in the window before, 0 to 1.
        after: The same in the window after.
        marker: The nearest marker within NEAR_MARKER_SECONDS, or None.
    """

    t: float
    difference: float
    before: dict[str, float]
    after: dict[str, float]
    marker: Marker | None


def window_seconds(data: SessionArrays) -> float:
    """The length of each of the two windows, in seconds."""
    return max(WINDOW_SECONDS, READINGS_PER_WINDOW * data.sample_interval)


def find_change_points(data: SessionArrays, markers: Sequence[Marker] = ()) -> list[ChangePoint]:
    """Find the change points of the face with the most readings.

    Args:
        data: The session.
        markers: The session's markers; the nearest is given with each change point.

    Returns:
        At most MAX_CHANGE_POINTS, in order of time.
    """
    if not data.readings:
        return []
    lane, window = data.lanes[most_read_lane(data)], window_seconds(data)
    t, smoothed = data.t[lane.readable], lane.smoothed[lane.readable].astype(np.float64)
    min_readings = max(1, round(MIN_FILLED_SHARE * window / data.sample_interval))
    # For each reading: one window is from first to before here, the other from here to before last.
    here = np.arange(len(t))
    first, last = np.searchsorted(t, np.round(t - window, 3)), np.searchsorted(t, np.round(t + window, 3))
    sums = np.concatenate([np.zeros((1, smoothed.shape[1])), smoothed.cumsum(axis=0)])
    before = (sums[here] - sums[first]) / np.maximum(here - first, 1)[:, None]
    after = (sums[last] - sums[here]) / np.maximum(last - here, 1)[:, None]
    enough = (here - first >= min_readings) & (last - here >= min_readings)
    # Rounded, so that of equal differences the earliest is the peak.
    difference = np.where(enough, np.abs(after - before).sum(axis=1) / 2, 0).round(4)
    peaks: list[int] = []
    candidates = difference.copy()
    while len(peaks) < MAX_CHANGE_POINTS and len(candidates) and candidates.max() >= MIN_CHANGE:
        top = int(candidates.argmax())
        begin, end = np.searchsorted(t, (t[top] - window, t[top] + window))
        # What is left of the slope of a higher peak is no peak.
        if difference[top] >= difference[begin:end].max():
            peaks.append(top)
        candidates[begin:end] = 0
    change_points = []
    for peak in sorted(peaks):
        at = float(t[peak])
        near = [marker for marker in markers if abs(marker.t - at) <= NEAR_MARKER_SECONDS]
        nearest = min(near, key=lambda marker: abs(marker.t - at), default=None)
        old, new = (
            {name: round(float(value), 4) for name, value in zip(EXPRESSIONS, mix[peak], strict=True)}
            for mix in (before, after)
        )
        change_points.append(ChangePoint(at, float(difference[peak]), old, new, nearest))
    return change_points


def describe_mix(mix: dict[str, float], name: str) -> Phrase:
    """The largest expressions of a mix, as in: neutral 88 %, happy 10 %.

    Args:
        mix: Expression -> share, 0 to 1.
        name: The beginning of the numbers' names.
    """
    ranked = sorted(mix, key=lambda word: -mix[word])[:MAX_NAMED_EXPRESSIONS]
    phrase: list[str | Number] = []
    for word in ranked:
        if not phrase or mix[word] >= MIN_NAMED_SHARE:
            phrase += [f"{', ' if phrase else ''}{word} ", mix_number(mix[word], f"{name} {word}")]
    return tuple(phrase)


def describe_change_point(change: ChangePoint, position: int) -> Phrase:
    """The mix before and after, and how different they are; position: of the change point in the session, from 1."""
    name = f"moment {position}"
    before, after = (describe_mix(mix, f"{name} {when}") for mix, when in ((change.before, "before"), (change.after, "after")))
    difference = mix_number(change.difference, f"{name} difference", f"({share(change.difference)})")
    phrase: Phrase = ("before: ", *before, "; after: ", *after, "; large change ", difference)
    if change.marker is None:
        return phrase
    seconds = round(change.t - change.marker.t, 3)
    distance = length_number(seconds, f"{name} from marker", f"{abs(seconds):.0f} s")
    side = "after" if seconds >= 0 else "before"
    return (*phrase, "; ", distance, f" {side} the marker {QUOTES[0]}{change.marker.text}{QUOTES[1]}")
