"""How long an observation speaks for, and from when on silence is a gap."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

UNTIMED: Final = 0.1
"""Seconds an observation speaks for when every frame was recorded; with the patience below, as on the page (cells.js)."""
BEATS: Final = 2.5
PATIENCE: Final = 1.5
"""Beats, and seconds at least, after which silence is a gap: a slow machine may skip a beat or two."""


def beat(hz: float) -> float:
    """Seconds between two observations at a frequency; 0 is every frame."""
    return 1 / hz if hz > 0 else UNTIMED


def managed(t: Sequence[float] | npt.NDArray[np.float64], hz: float) -> float:
    """Seconds between two observations by what came, for a slow machine gives less than was asked for: the median of the steps.

    Of fewer than two observations it is what was asked for.
    """
    return float(np.median(np.diff(t))) if len(t) > 1 else beat(hz)


def patience(usual: float) -> float:
    """Seconds of silence that are a gap, when an observation speaks for ``usual``."""
    return max(BEATS * usual, PATIENCE)
