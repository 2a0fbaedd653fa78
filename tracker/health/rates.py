"""Shares with their intervals, and how many more verdicts it takes before there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tracker.core.text import hundredths

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]

MIN_VERDICTS: Final = 10
"""Below it, an interval spans half of everything there is."""
Z_95: Final = 1.959964
"""Of 95 %."""
JSON_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of n were right: accuracy and its 95 % interval, None while ``missing`` more are needed."""

    n: int
    right: int
    accuracy: float | None
    interval: tuple[float, float] | None
    enough: bool
    missing: int

    @classmethod
    def of(cls, right: Flags | Numbers) -> "Rate":
        """From one flag each, or the share of looks that were right; ``right`` is rounded then."""
        n, total = len(right), float(right.sum())
        count = round(total)
        if n < MIN_VERDICTS:
            return cls(n, count, None, None, enough=False, missing=MIN_VERDICTS - n)
        return cls(n, count, total / n, wilson(total, n), enough=True, missing=0)


def wilson(right: float, n: int) -> tuple[float, float]:
    """95 % interval of a share that holds for few and at the ends (Wilson, JASA 22, 1927, 209-212)."""
    share, spread = right / n, Z_95**2 / n
    middle = (share + spread / 2) / (1 + spread)
    reach = Z_95 * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def format_interval(interval: Sequence[float]) -> str:
    """70 to 89."""
    low, high = interval
    return f"{hundredths(low)} to {hundredths(high)}"


def json_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For ``dataclasses.asdict``: numbers with four decimals, and None for JSON, which knows no NaN."""
    return {name: _rounded(value) for name, value in pairs}


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return None if np.isnan(value) else round(value, JSON_DECIMALS)
        case date():
            return value.isoformat()
        case tuple() | list():
            return [_rounded(each) for each in value]
    return value
