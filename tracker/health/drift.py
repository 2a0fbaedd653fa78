"""Whether the last days look different from those before, without anybody's verdict.

One session is one witness, and so is one upload: the thousands of readings of a session are alike, and a test that took each
for a witness of its own would cry out every week.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from tracker.core.text import counted, share
from tracker.core.vocabulary import EXPRESSIONS
from tracker.health.rates import Numbers

PERMUTATIONS: Final = 2000
PERMUTATION_SEED: Final = 1
SIGNIFICANCE_LEVEL: Final = 0.01
"""Nine tests a report: together they cry out over nothing in at most 9 of 100."""
MAX_SAMPLES: Final = 500
"""Witnesses a period, the latest; more make nothing surer that matters."""
MIN_PSI_SHARE: Final = 0.01
"""Of a share in the PSI: what is rarer than 1 % is taken for 1 %, so that one odd session does not make it endless."""
MIN_PSI: Final = 0.1
"""Below 0.1 a distribution counts as the same, above 0.25 as another (Siddiqi, "Credit Risk Scorecards", 2006)."""
MIN_SHARE_DIFFERENCE: Final = 0.05
MIN_TIME_FACTOR: Final = 1.25


@dataclass(frozen=True, slots=True, eq=False)
class PeriodSamples:
    """Sessions, or uploads' faces, one row each, oldest first; NaN where there is nothing to count.

    mix: [n, 7] share of each expression in what was said. confidence: [n] mean of the best guesses. unclear: [n] share that
    could be read and was not sure. failed: [n] share that was unreadable. took: [n] milliseconds a frame.
    """

    mix: Numbers
    confidence: Numbers
    unclear: Numbers
    failed: Numbers
    took: Numbers

    def __len__(self) -> int:
        return len(self.mix)


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure before and after.

    before, after: means, one number each, or for the mix one an expression. size: how different, as PSI for the mix, as a
    difference of shares, or as a factor of milliseconds. p: how often chance alone makes them so different.
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
    """How one figure is compared. least: the smallest difference worth a word."""

    name: str
    words: str
    size: Callable[[Numbers, Numbers], Numbers]
    least: float
    share: bool = True


def psi(before: Numbers, after: Numbers) -> Numbers:
    """Population stability index of [..., 7] shares: 0 is the same."""
    old, new = np.maximum(before, MIN_PSI_SHARE), np.maximum(after, MIN_PSI_SHARE)
    return np.asarray(((new - old) * np.log(new / old)).sum(axis=-1))


def _difference(before: Numbers, after: Numbers) -> Numbers:
    return np.asarray(np.abs(after - before)[..., 0])


def _factor(before: Numbers, after: Numbers) -> Numbers:
    old, new = np.maximum(before[..., 0], 1e-9), np.maximum(after[..., 0], 1e-9)
    return np.asarray(np.maximum(new / old, old / new))


MEASURE_KINDS: Final = (
    MeasureKind("mix", "the mix of expressions", psi, MIN_PSI),
    MeasureKind("confidence", "its mean confidence", _difference, MIN_SHARE_DIFFERENCE),
    MeasureKind("unclear", "the share of unclear in what could be read", _difference, MIN_SHARE_DIFFERENCE),
    MeasureKind("failed", "the share of faces that were unreadable", _difference, MIN_SHARE_DIFFERENCE),
    MeasureKind("took", "the time for a frame", _factor, MIN_TIME_FACTOR, share=False),
)


def compare_all(before: PeriodSamples, after: PeriodSamples, least: int) -> tuple[Measure, ...]:
    """Each figure that at least so many witnesses of both periods know."""
    found = []
    for kind in MEASURE_KINDS:
        old, new = (_known(getattr(period, kind.name)) for period in (before, after))
        if min(len(old), len(new)) >= least:
            found.append(compare(kind, old, new))
    return tuple(found)


def _known(values: Numbers) -> Numbers:
    """[n, k] the latest rows that have numbers."""
    rows = values.reshape(len(values), -1)
    return np.asarray(rows[~np.isnan(rows).any(axis=1)][-MAX_SAMPLES:])


def compare(kind: MeasureKind, before: Numbers, after: Numbers) -> Measure:
    """[n, k] and [m, k] rows, by their means; p from a permutation test (Fisher, "The Design of Experiments", 1935)."""
    rows = np.concatenate([before, after])
    old, new = before.mean(axis=0), after.mean(axis=0)
    size = float(kind.size(old, new))
    # A shuffled order, so many times: the first len(before) of each are "before".
    order = np.random.default_rng(PERMUTATION_SEED).random((PERMUTATIONS, len(rows))).argsort(axis=1)
    first = (order < len(before)).astype(np.float64)
    shuffled = kind.size(first @ rows / len(before), (1 - first) @ rows / len(after))
    # A hair of room: sums in another order must not make an equal split look smaller.
    p = float((1 + (shuffled >= size - 1e-9).sum()) / (1 + PERMUTATIONS))
    changed = p < SIGNIFICANCE_LEVEL and size >= kind.least
    told = (_plain(old), _plain(new))
    return Measure(kind.name, changed, _sentence(kind, old, new, size, changed=changed), *told, size, p)


def _plain(mean: Numbers) -> float | tuple[float, ...]:
    return float(mean[0]) if len(mean) == 1 else tuple(mean.tolist())


def _sentence(kind: MeasureKind, before: Numbers, after: Numbers, size: float, *, changed: bool) -> str:
    name = kind.words.capitalize()
    if kind.name == "mix":
        scale = f"(PSI {size:.2f}: below 0.1 is the same, above 0.25 is a lot)"
        return f"{name} is another: {_most_moved(before, after)} {scale}." if changed else f"{name} is about as before {scale}."
    was, now = (share(float(mean[0])) if kind.share else f"{float(mean[0]):.0f} ms" for mean in (before, after))
    if not changed:
        return f"{name} is about as before: {was}, now {now}."
    return f"{name} {'rose' if after[0] > before[0] else 'fell'} from {was} to {now}."


def _most_moved(before: Numbers, after: Numbers) -> str:
    """The two expressions whose share changed most."""
    moved = np.argsort(-np.abs(after - before))[:2]
    return ", ".join(f"{EXPRESSIONS[place]} {share(before[place])} before, now {share(after[place])}" for place in moved)


@dataclass(frozen=True, slots=True)
class Drift:
    """The last days beside those before.

    days, reference_days: how long both periods are. before, after: witnesses in each. missing: how many more of each it takes,
    (before, after). changed: whether any measure did, by more than chance and by enough to matter.
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


def drift(noun: str, periods: tuple[int, int], before: PeriodSamples, after: PeriodSamples, least: int) -> Drift:
    """All measures of two periods: (days, days before them); noun: what a witness is called."""
    days, reference_days = periods
    missing = max(0, least - len(before)), max(0, least - len(after))
    enough = not any(missing)
    found = compare_all(before, after, least) if enough else ()
    changed = [measure.sentence for measure in found if measure.changed]
    both = f"the last {days} days ({counted(len(after), noun)}) and the {reference_days} before ({len(before)})"
    if not enough:
        sentence = f"Not enough yet to compare {both}: {least} are needed in each."
    elif changed:
        sentence = f"Between {both} something changed. {' '.join(changed)}"
    else:
        sentence = f"Between {both} nothing changed that chance would not do."
    sizes = len(before), len(after)
    return Drift(noun, days, reference_days, *sizes, enough, missing, bool(changed), sentence, found)
