"""Whether the last days differ from those before, without anybody's verdict.

Each session is one sample, and so is each face of an upload: the thousands of readings of one session are alike, and a test
that took each reading for a sample would report a change every week.
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
"""A report has nine tests: together they find a change where there is none in at most 9 of 100 reports."""
MAX_SAMPLES: Final = 500
"""Of a period, the latest; more change no result that matters."""
MIN_PSI_SHARE: Final = 0.01
"""A smaller share counts as this in the PSI, so that one odd session does not make it endless."""
MIN_PSI: Final = 0.1
"""Below 0.1 a distribution counts as the same, above 0.25 as another (Siddiqi, "Credit Risk Scorecards", 2006)."""
MIN_SHARE_DIFFERENCE: Final = 0.05
MIN_TIME_FACTOR: Final = 1.25
MIN_MILLISECONDS: Final = 1e-9
"""So that no time is divided by zero."""
EQUAL_TOLERANCE: Final = 1e-9
"""Sums in another order must not make an equal split look smaller."""


class Sample(NamedTuple):
    """One session, or one face of an upload; NaN where there is nothing to count.

    mix: [7] the share of each expression in what was named. confidence: mean of the best guesses, 0 to 1. unclear: the share of
    unclear ones in what could be read. failed: the share of all that was unreadable. took: milliseconds a frame.
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
    """One figure before and after; fields are named as in JSON.

    before, after: means, one number each, or of the mix one for each expression. size: how different they are, as PSI of the
    mix, as a difference of shares, or as a factor of milliseconds. p: how often chance alone makes them so different.
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

    name: the field. words: what people call it. size: how different two arrays of means are. min_size: the smallest difference
    worth a word. is_share: from 0 to 1; else milliseconds.
    """

    name: str
    words: str
    size: Callable[[Numbers, Numbers], Numbers]
    min_size: float
    is_share: bool = True


def psi(before: Numbers, after: Numbers) -> Numbers:
    """Population stability index of [..., 7] shares: 0 is the same."""
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
    """Compare the means of [n, k] and [m, k] rows.

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
        return f"{name} is another: {', '.join(moved)} {scale}."
    was, now = (share(float(mean[0])) if kind.is_share else f"{float(mean[0]):.0f} ms" for mean in (before, after))
    if not changed:
        return f"{name} is about as before: {was}, now {now}."
    return f"{name} {'rose' if after[0] > before[0] else 'fell'} from {was} to {now}."


@dataclass(frozen=True, slots=True)
class Drift:
    """The last days beside those before; fields are named as in JSON.

    witnesses: what a sample is called. days, reference_days: the length of both periods. before, after: samples in each.
    missing: how many more it takes before and after. changed: whether any measure did, by more than chance and by enough.
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
