"""Moments of change: where the mix of expressions before and after differs most.

Two windows slide along the session, one right before a moment and one right after it. How far their mean smoothed scores
are apart is a curve; its highest peaks are the moments. This is the window sliding of C. Truong, L. Oudre and N. Vayatis,
Selective review of offline change point detection methods, Signal Processing 167 (2020), with half the sum of the absolute
differences for a distance: 0 is the same mix, 1 nothing in common.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tracker.core.vocabulary import EXPRESSIONS
from tracker.exports.session_data import Marker
from tracker.reports.aggregate import Floats, SessionArrays, most_read_lane
from tracker.reports.sentences import Number, Phrase, share_number

WINDOW_SECONDS: Final = 20.0
"""Seconds on either side: longer than a laugh, shorter than a topic."""
READINGS_PER_WINDOW: Final = 10
"""Readings that a window is long enough for, where there are few a minute."""
MIN_FILLED_SHARE: Final = 0.5
"""Of both windows at least: a silence is not a change."""
MIN_CHANGE: Final = 0.25
"""A quarter of the mix: less is within what a calm face does."""
MAX_CHANGE_POINTS: Final = 5
NEAR_MARKER_SECONDS: Final = 60.0
"""Seconds: a marker further away has nothing to do with it."""
TOLD, PLAIN = 2, 0.1
"""Expressions named of a mix, and the least share of one that is not the largest."""
QUOTES: Final = "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """t: seconds of the session. difference: 0 to 1. before, after: means of the smoothed scores, by expression.

    marker: the nearest one, if one is near.
    """

    t: float
    difference: float
    before: dict[str, float]
    after: dict[str, float]
    marker: Marker | None


def window_seconds(data: SessionArrays) -> float:
    """Seconds of each of the two windows."""
    return max(WINDOW_SECONDS, READINGS_PER_WINDOW * data.usual)


def find_change_points(data: SessionArrays, markers: Sequence[Marker] = ()) -> list[ChangePoint]:
    """At most five, in order of time, of the face that was read most."""
    if not data.readings:
        return []
    lane, wide = data.lanes[most_read_lane(data)], window_seconds(data)
    t, smooth = data.t[lane.judged], lane.smooth[lane.judged].astype(np.float64)
    least = max(1, round(MIN_FILLED_SHARE * wide / data.usual))
    # The readings of the two windows of each reading: from first to before here, and from here to before last.
    here = np.arange(len(t))
    first, last = np.searchsorted(t, np.round(t - wide, 3)), np.searchsorted(t, np.round(t + wide, 3))
    sums = np.concatenate([np.zeros((1, smooth.shape[1])), smooth.cumsum(axis=0)])
    before = (sums[here] - sums[first]) / np.maximum(here - first, 1)[:, None]
    after = (sums[last] - sums[here]) / np.maximum(last - here, 1)[:, None]
    enough = (here - first >= least) & (last - here >= least)
    # Rounded, so that equals are equal and the earliest of them is the peak.
    difference = np.where(enough, np.abs(after - before).sum(axis=1) / 2, 0).round(4)
    found = []
    for at in sorted(_peaks(t, difference, wide)):
        moment = float(t[at])
        near = [mark for mark in markers if abs(mark.t - moment) <= NEAR_MARKER_SECONDS]
        nearest = min(near, key=lambda mark: abs(mark.t - moment), default=None)
        found.append(ChangePoint(moment, float(difference[at]), _named(before[at]), _named(after[at]), nearest))
    return found


def _peaks(t: Floats, difference: Floats, wide: float) -> Iterator[int]:
    """The highest first; nothing within a window of one, nor on the slope of one, is another."""
    left = difference.copy()
    found = 0
    while found < MAX_CHANGE_POINTS and len(left) and left.max() >= MIN_CHANGE:
        top = int(left.argmax())
        begin, end = np.searchsorted(t, (t[top] - wide, t[top] + wide))
        if difference[top] >= difference[begin:end].max():
            found += 1
            yield top
        left[begin:end] = 0


def _named(mix: Floats) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(EXPRESSIONS, mix, strict=True)}


def describe_mix(mix: dict[str, float], name: str) -> Phrase:
    """The largest, as in: neutral 88 %, happy 10 %."""
    ranked = sorted(mix, key=lambda word: -mix[word])[:TOLD]
    words = [word for place, word in enumerate(ranked) if place == 0 or mix[word] >= PLAIN]
    parts = [(", " * (place > 0) + f"{word} ", share_number(mix[word], f"{name} {word}")) for place, word in enumerate(words)]
    return tuple(each for pair in parts for each in pair)


def describe_change_point(moment: ChangePoint, place: int) -> Phrase:
    """What was before and after, and how far apart they are."""
    name = f"moment {place}"
    before, after = (describe_mix(mix, f"{name} {when}") for mix, when in ((moment.before, "before"), (moment.after, "after")))
    apart = share_number(moment.difference, f"{name} difference")
    said: Phrase = ("before: ", *before, "; after: ", *after, "; ", apart, " of the mix changed")
    if moment.marker is None:
        return said
    seconds = round(moment.t - moment.marker.t, 3)
    away = Number(seconds, f"{name} from marker", f"{abs(seconds):.0f} s")
    side = "after" if seconds >= 0 else "before"
    return (*said, "; ", away, f" {side} the marker {QUOTES[0]}{moment.marker.text}{QUOTES[1]}")
