"""Making a network's confidence mean what it says, and choosing how much of the training prior to take out.

Temperatures are fitted by negative log-likelihood (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017);
the prior is that of Menon et al. (ICLR 2021), see ``tracker.model.prior``. Everything is chosen on PublicTest, without those
of its pictures that are also in training.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from exporter.data.dataset import LabelledFaces, training_set
from exporter.data.labels import FER2013_HEAD, FERPLUS_HEAD, HEAD_LABELS, NO_LABEL, WIDE_HEAD, head_truth, shown_truth, voted
from exporter.evaluation.metrics import Guesses, share
from tracker.core.errors import DataError
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS_SHOWN_AS
from tracker.model.contract import Head
from tracker.model.prior import Numbers, OperatingPoint, PriorAdjustment, SecondHead, labels_in_order, softmax

CURVE_TAUS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
FINE_TAUS: Final = tuple(float(step) / 40 for step in range(41))
"""Where the defaults are looked for: steps of 0.025 move accuracy by about a tenth of a percent."""
PRIORS: Final = {"natural": 0.0, "balanced": 1.0}
TEMPERATURE_RANGE: Final = (0.05, 20.0)
"""Where temperatures are looked for; networks of this kind lie between 0.5 and 3."""
GOLDEN_SECTION_STEPS: Final = 40
"""Each leaves 0.618 of the range: after 40, a hundred-millionth of it."""
CONTRACT_DECIMALS: Final = 4
"""Of numbers in the contract: a ten-thousandth of a temperature moves no probability that is shown."""
MIN_CLEAR_ACCURACY: Final = 0.95
"""Of the readings that are not called unclear, so many should be right."""
MIN_COVERAGE: Final = 0.30
"""A threshold that calls more than 70 % of all readings unclear helps nobody."""
MAX_PICTURE_ACCURACY_LOSS: Final = 0.02
"""The prior for single pictures may cost so much accuracy, for which rare expressions are recognised more often. Accuracy
rests on all pictures of PublicTest; a sum with unweighted recall would rest on its 18 pictures of disgust."""
MIN_NEUTRAL_RECALL: Final = 0.92
"""People in meetings are mostly neutral: at the prior for live video, so many neutral faces must be read as neutral."""
WIDE_HEAD_WEIGHT: Final = 0.75
"""Of the head ``wide`` at a tau of 1; models/EXPERIMENTS.md compares others."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What calibrating gives a model's contract."""

    heads: dict[str, Head]
    shown: PriorAdjustment


@dataclass(frozen=True, slots=True)
class HeldOutLogits:
    """Logits [N, 7] of the shown head in the order of EXPRESSIONS, what tau of 1 takes out of them, and the truth [N].

    log_prior: [7], or [N, 7] where a second head is heard as the prior is taken out.
    """

    logits: Numbers
    log_prior: Numbers
    truth: npt.NDArray[np.int64]

    def adjusted(self, tau: float) -> Numbers:
        """[N, 7] logits with tau of the prior taken out."""
        return np.asarray(self.logits - tau * self.log_prior)

    def guesses(self, tau: float, temperature: float = 1.0) -> Guesses:
        """What would be shown."""
        return Guesses.of(softmax(self.adjusted(tau), temperature), self.truth)


def calibrate(
    logits: dict[str, npt.NDArray[Any]],
    held_out: LabelledFaces,
    training: LabelledFaces,
    wide_shares: Sequence[float] | None = None,
) -> Calibration:
    """Temperatures, threshold and priors from the logits of held-out pictures: head -> [N, labels].

    The last head but ``wide`` speaks; ``wide`` is heard beside it, with the shares of EXPRESSIONS that it was taught. Without
    FER+ votes the head with eight labels, which can then not be judged, is left out.
    """
    heads = [head for head in logits if head != FERPLUS_HEAD or voted(training)]
    if set(heads) <= {WIDE_HEAD}:
        raise DataError("Calibrating eight expressions needs FER+'s votes; give data that has them, or none.")
    temperatures = {head: temperature(logits[head], head_truth(head, held_out)) for head in heads}
    calibrated = {head: Head(HEAD_LABELS[head], value) for head, value in temperatures.items()}
    second = None if wide_shares is None else _second(wide_shares)
    return Calibration(calibrated, _shown(shown_head(heads), logits, held_out, training, second))


def shown_head(heads: Sequence[str]) -> str:
    """The one that speaks: the last of them, but never ``wide``."""
    return [head for head in heads if head != WIDE_HEAD][-1]


def _second(shares: Sequence[float]) -> SecondHead:
    log_prior = np.log(shares).round(CONTRACT_DECIMALS).tolist()
    own = {expression: expression for expression in EXPRESSIONS}
    return SecondHead(WIDE_HEAD, own, dict(zip(EXPRESSIONS, log_prior, strict=True)), WIDE_HEAD_WEIGHT)


def uncalibrated(heads: Sequence[str]) -> Calibration:
    """Logits as they are: temperature 1, a prior that nobody knows, and no reading called unclear."""
    shown = PriorAdjustment(
        head=shown_head(heads),
        names=_names(shown_head(heads)),
        log_prior={},
        priors=PRIORS,
        live=0.0,
        picture=0.0,
        curve=(OperatingPoint(0.0, temperature=1.0, threshold=0.0),),
    )
    return Calibration({head: Head(HEAD_LABELS[head], 1.0) for head in heads}, shown)


def _shown(
    head: str,
    logits: Mapping[str, npt.NDArray[Any]],
    held_out: LabelledFaces,
    training: LabelledFaces,
    second: SecondHead | None,
) -> PriorAdjustment:
    names = _names(head)
    labels = labels_in_order(names)
    columns = _columns(head)
    log_prior = np.log(training_shares(head, columns, training)).round(CONTRACT_DECIMALS)
    taken_out = log_prior
    if second is not None:
        taken_out = log_prior - second.weight * (logits[second.head] - np.array(list(second.log_prior.values())))
    held = HeldOutLogits(logits[head][:, columns].astype(np.float64), taken_out, shown_truth(held_out))
    return PriorAdjustment(
        head=head,
        names=names,
        log_prior=dict(zip(labels, log_prior.tolist(), strict=True)),
        priors=PRIORS,
        live=live_tau(held),
        picture=picture_tau(held),
        curve=tuple(setting(held, tau) for tau in CURVE_TAUS),
        second=second,
    )


def _names(head: str) -> dict[str, str]:
    """The head's label -> the expression it is shown as, for the seven that are shown."""
    if head == FER2013_HEAD:
        return {expression: expression for expression in EXPRESSIONS}
    return {label: expression for label, expression in FERPLUS_SHOWN_AS.items() if expression in EXPRESSIONS}


def _columns(head: str) -> list[int]:
    """Where the seven stand among a head's labels, in the order of EXPRESSIONS."""
    return [HEAD_LABELS[head].index(label) for label in labels_in_order(_names(head))]


def shown_shares(heads: Sequence[str], training: LabelledFaces) -> Numbers:
    """[7] shares of EXPRESSIONS in what the head was taught that will speak; DataError as ``training_shares``."""
    head = shown_head([head for head in heads if head != FERPLUS_HEAD or voted(training)])
    return training_shares(head, _columns(head), training)


def training_shares(head: str, columns: list[int], training: LabelledFaces) -> Numbers:
    """[columns] how what a head was taught divides among some of its labels; DataError when one was never taught."""
    taught = training_set(training)
    target = (taught.ferplus if head == FERPLUS_HEAD else taught.fer2013)[:, columns].sum(axis=0)
    absent = [HEAD_LABELS[head][column] for column, total in zip(columns, target, strict=True) if not total]
    if absent:
        raise DataError(f"No training picture shows {', '.join(absent)}: every expression needs some to learn from.")
    return np.asarray(target / target.sum())


def temperature(logits: npt.NDArray[Any], truth: npt.NDArray[np.int64]) -> float:
    """The temperature at which the truth, where there is one, is likeliest."""
    known = truth != NO_LABEL
    if not known.any():
        raise DataError("There are no labelled pictures to calibrate on: the data needs a public split with labels.")
    rows, labels = np.flatnonzero(known), truth[known]

    def loss(log_temperature: float) -> float:
        likely = softmax(logits[rows], exp(log_temperature))[np.arange(len(rows)), labels]
        return float(-np.log(likely.clip(np.finfo(np.float64).tiny)).mean())

    low, high = TEMPERATURE_RANGE
    return round(exp(golden_section(loss, log(low), log(high))), CONTRACT_DECIMALS)


def golden_section(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one valley has its lowest point (golden section; Kiefer, Proc. AMS 4, 1953)."""
    golden = (5**0.5 - 1) / 2
    for _ in range(GOLDEN_SECTION_STEPS):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if function(left) < function(right) else (left, high)
    return (low + high) / 2


def setting(held: HeldOutLogits, tau: float) -> OperatingPoint:
    """One point of the curve."""
    fitted = temperature(held.adjusted(tau), held.truth)
    return OperatingPoint(tau, fitted, threshold(held.guesses(tau, fitted)))


def threshold(guesses: Guesses) -> float:
    """The lowest confidence from which on readings are right 95 % of the time, if that leaves 30 % of them or more.

    If no such confidence does, the one whose readings are most often right, of those that leave so many.
    """
    order = np.argsort(-guesses.confidence, kind="stable")
    right_so_far = guesses.right[order].cumsum() / np.arange(1, len(order) + 1)
    enough = np.arange(len(order)) >= MIN_COVERAGE * len(order) - 1
    sure = np.flatnonzero(enough & (right_so_far >= MIN_CLEAR_ACCURACY))
    chosen = sure[-1] if len(sure) else np.where(enough, right_so_far, -1).argmax()
    # Rounded down, so that the reading which sets the threshold stays above it in the contract, too.
    return float(np.floor(guesses.confidence[order[chosen]] * 10**CONTRACT_DECIMALS) / 10**CONTRACT_DECIMALS)


def live_tau(held: HeldOutLogits) -> float:
    """The most of the prior that can be taken out with neutral faces still recognised; 0 if none can."""
    neutral = EXPRESSIONS.index("neutral")

    def recall(tau: float) -> float:
        guesses = held.guesses(tau)
        return share(guesses.right[guesses.truth == neutral])

    return max((tau for tau in FINE_TAUS if recall(tau) >= MIN_NEUTRAL_RECALL), default=0.0)


def picture_tau(held: HeldOutLogits) -> float:
    """The most of the prior that can be taken out that costs at most 2 points of accuracy."""

    def accuracy(tau: float) -> float:
        return share(held.guesses(tau).right)

    best = max(accuracy(tau) for tau in FINE_TAUS)
    return max(tau for tau in FINE_TAUS if accuracy(tau) >= best - MAX_PICTURE_ACCURACY_LOSS)
