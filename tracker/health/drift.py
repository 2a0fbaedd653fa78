"""Tests whether the last days differ from those before; this needs no verdicts.

Each session is one sample, and each face of an upload. The thousands of readings of a session are not independent: a test with
each reading as a sample would report a change every week.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np

from tracker.core.text import counted, share
from tracker.core.vocabulary import EXPRESSIONS
from tracker.health.rates import Numbers

PERMUTATIONS: Final = 2000
PERMUTATION_SEED: Final = 1
SIGNIFICANCE_LEVEL: Final = 0.01
"""A report has nine tests, so at most 9 of 100 reports name a change that is chance."""
MAX_SAMPLES: Final = 500
"""The most samples of a period, the latest ones; more would change no result."""
MIN_PSI_SHARE: Final = 0.01
"""The PSI takes smaller shares for this: it is infinite for a share of 0."""
MIN_PSI: Final = 0.1
"""Below 0.1 a distribution counts as the same, above 0.25 as another (Siddiqi, "Credit Risk Scorecards", 2006)."""
MIN_SHARE_DIFFERENCE: Final = 0.05
"""A smaller difference of shares is not called a change."""
MIN_TIME_FACTOR: Final = 1.25
"""A smaller factor between two times is not called a change."""
MIN_MILLISECONDS: Final = 1e-9
"""The smallest time, so that none is divided by zero."""
EQUAL_TOLERANCE: Final = 1e-9
"""Two sizes that differ by less are equal: sums in another order differ in the last digits."""


class Sample(NamedTuple):
    """One session, or one face of an upload; a value without anything to compute it from is NaN.

    Attributes:
        mix: [7] share of each expression in the readings that name one.
        confidence: The mean probability of the likeliest expression, 0 to 1.
        unclear: The share of unclear in the readable readings.
        failed: The share of unreadable readings.
        took: Milliseconds a frame.
    """

    mix: Numbers
    confidence: float
    unclear: float
    failed: float
    took: float


@dataclass(frozen=True, slots=True, eq=False)
class PeriodSamples:
    """The samples of one period, one row each, oldest first: mix is [n, 7], the others are [n], see ``Sample``."""

    mix: Numbers
    confidence: Numbers
    unclear: Numbers
    failed: Numbers
    took: Numbers

    def __len__(self) -> int:
        return len(self.mix)

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> Self:
        """From single samples, oldest first."""
        mix = np.array([each.mix for each in samples], float).reshape(len(samples), len(EXPRESSIONS))
        numbers = np.array([each[1:] for each in samples], float).reshape(len(samples), len(Sample._fields) - 1)
        return cls(mix, *numbers.T)


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure before and after; attributes are named as in JSON.

    Attributes:
        name: A field of ``PeriodSamples``.
        changed: Whether the difference is more than chance, and large enough to name.
        sentence: The same for people.
        before: The mean of the earlier period; of the mix, one for each expression.
        after: The same of the last days.
        size: How different they are: the PSI of the mix, a difference of shares, or a factor of times.
        p: The probability that chance alone makes them so different, 0 to 1.
    """

    name: str
    changed: bool
    sentence: str
    before: float | tuple[float, ...]
    after: float | tuple[float, ...]
    size: float
    p: float


@dataclass(frozen=True, slots=True)
class MeasureKind:
    """How one figure of ``PeriodSamples`` is compared.

    Attributes:
        name: The field.
        words: What people call it.
        size: Takes two arrays of means, [..., k], and returns how different they are, [...].
        min_size: A smaller difference is not called a change.
        is_share: Whether it is a share from 0 to 1; else it is in milliseconds.
    """

    name: str
    words: str
    size: Callable[[Numbers, Numbers], Numbers]
    min_size: float
    is_share: bool = True


def psi(before: Numbers, after: Numbers) -> Numbers:
    """Population stability index of [..., 7] shares; returns [...], 0 if they are the same. Source: Siddiqi, as at MIN_PSI."""
    old, new = np.maximum(before, MIN_PSI_SHARE), np.maximum(after, MIN_PSI_SHARE)
    return np.asarray(((new - old) * np.log(new / old)).sum(axis=-1))


def _difference(before: Numbers, after: Numbers) -> Numbers:
    return np.asarray(np.abs(after - before)[..., 0])


def _factor(before: Numbers, after: Numbers) -> Numbers:
    old, new = np.maximum(before[..., 0], MIN_MILLISECONDS), np.maximum(after[..., 0], MIN_MILLISECONDS)
    return np.asarray(np.maximum(new / old, old / new))


MEASURE_KINDS: Final = (
    MeasureKind("mix", "the mix of expressions", psi, MIN_PSI),
    MeasureKind("confidence", "its mean confidence", _difference, MIN_SHARE_DIFFERENCE),
    MeasureKind("unclear", "the share of unclear in what could be read", _difference, MIN_SHARE_DIFFERENCE),
    MeasureKind("failed", "the share of faces that were unreadable", _difference, MIN_SHARE_DIFFERENCE),
    MeasureKind("took", "the time for a frame", _factor, MIN_TIME_FACTOR, is_share=False),
)


def compare(kind: MeasureKind, before: Numbers, after: Numbers) -> Measure:
    """Compare two periods by one figure: rows [n, k] before, and [m, k] after, without NaN.

    Source of p: a permutation test (Fisher, "The Design of Experiments", 1935).
    """
    rows = np.concatenate([before, after])
    old, new = before.mean(axis=0), after.mean(axis=0)
    size = float(kind.size(old, new))
    # In each of many random orders, the first len(before) rows are taken for "before".
    order = np.random.default_rng(PERMUTATION_SEED).random((PERMUTATIONS, len(rows))).argsort(axis=1)
    first = (order < len(before)).astype(np.float64)
    shuffled = kind.size(first @ rows / len(before), (1 - first) @ rows / len(after))
    p = float((1 + (shuffled >= size - EQUAL_TOLERANCE).sum()) / (1 + PERMUTATIONS))
    changed = p < SIGNIFICANCE_LEVEL and size >= kind.min_size
    means = [float(mean[0]) if len(mean) == 1 else tuple(mean.tolist()) for mean in (old, new)]
    return Measure(kind.name, changed, _sentence(kind, old, new, size, changed=changed), means[0], means[1], size, p)


def _sentence(kind: MeasureKind, before: Numbers, after: Numbers, size: float, *, changed: bool) -> str:
    name = kind.words.capitalize()
    if kind.name == "mix":
        scale = f"(PSI {size:.2f}: below 0.1 is the same, above 0.25 is a lot)"
        if not changed:
            return f"{name} is about as before {scale}."
        largest = np.argsort(-np.abs(after - before))[:2]
        moved = [f"{EXPRESSIONS[place]} {share(before[place])} before, now {share(after[place])}" for place in largest]
        return f"{name} has changed: {', '.join(moved)} {scale}."
    was, now = (share(float(mean[0])) if kind.is_share else f"{float(mean[0]):.0f} ms" for mean in (before, after))
    if not changed:
        return f"{name} is about as before: {was}, now {now}."
    return f"{name} {'rose' if after[0] > before[0] else 'fell'} from {was} to {now}."


@dataclass(frozen=True, slots=True)
class Drift:
    """The last days compared with those before; attributes are named as in JSON.

    Attributes:
        witnesses: What a sample is called.
        days: Length of the last period.
        reference_days: Length of the period before it.
        before: Samples in the period before.
        after: Samples in the last period.
        enough: Whether there are enough samples to compare.
        missing: How many more are needed before, and after.
        changed: Whether any measure changed.
        sentence: The result for people.
        measures: Those that have enough samples; empty if there are not enough.
    """

    witnesses: str
    days: int
    reference_days: int
    before: int
    after: int
    enough: bool
    missing: tuple[int, int]
    changed: bool
    sentence: str
    measures: tuple[Measure, ...]


def drift(noun: str, periods: tuple[int, int], before: PeriodSamples, after: PeriodSamples, min_samples: int) -> Drift:
    """Compare two periods by all measures of which both have enough samples.

    Args:
        noun: What a sample is called, such as "session".
        periods: (days, days before them), for the sentences.
        before: The samples of the earlier period.
        after: Those of the last days.
        min_samples: How many it takes in each.
    """
    days, reference_days = periods
    missing = max(0, min_samples - len(before)), max(0, min_samples - len(after))
    enough = not any(missing)
    measures = []
    for kind in MEASURE_KINDS if enough else ():
        old, new = (_latest_known(getattr(period, kind.name)) for period in (before, after))
        if min(len(old), len(new)) >= min_samples:
            measures.append(compare(kind, old, new))
    changed = [measure.sentence for measure in measures if measure.changed]
    both = f"the last {days} days ({counted(len(after), noun)}) and the {reference_days} before ({len(before)})"
    if not enough:
        sentence = f"Not enough yet to compare {both}: {min_samples} are needed in each."
    elif changed:
        sentence = f"Between {both} something changed. {' '.join(changed)}"
    else:
        sentence = f"Between {both} there is no change beyond chance."
    sizes = len(before), len(after)
    return Drift(noun, days, reference_days, *sizes, enough, missing, bool(changed), sentence, tuple(measures))


def _latest_known(values: Numbers) -> Numbers:
    """[n, k] the latest rows that have numbers."""
    rows = values.reshape(len(values), -1)
    return np.asarray(rows[~np.isnan(rows).any(axis=1)][-MAX_SAMPLES:])
