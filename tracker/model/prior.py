"""How a head's logits become the one distribution that is shown: the training prior is taken out, and the rest calibrated.

The scores are ``softmax((logits - tau * log_prior) / temperature)``: at tau 0 they are as the head was trained, which hardly
ever finds what was rare in training; at tau 1 every expression is as likely beforehand. A second head may add its logits,
without their prior, times tau and its weight.

Source: Menon et al., "Long-tail learning via logit adjustment", ICLR 2021.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from tracker.core.errors import UsageError
from tracker.core.vocabulary import EXPRESSIONS

MAX_TAU: Final = 1.5
"""1 takes the whole training prior out; beyond 1.5 the rare expressions would crowd out the others."""

Numbers = npt.NDArray[np.float64]


def softmax(logits: npt.NDArray[Any], temperature: float = 1.0) -> Numbers:
    """Turn [N, C] logits into [N, C] probabilities; a higher temperature makes them more equal.

    What leaves the range of a float becomes inf or nan without a warning.
    """
    # The classifier checks that its scores are finite.
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = logits.astype(np.float64) / temperature
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """How shown scores are calibrated at one tau.

    Attributes:
        tau: How much of the training prior is taken out, 0 to MAX_TAU.
        temperature: Of the softmax, above 0.
        threshold: Probability below which a reading says ``unclear``, 0 to 1.
    """

    tau: float
    temperature: float
    threshold: float

    def __post_init__(self) -> None:
        require_tau("tau", self.tau)
        require_positive("temperature", self.temperature)
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold lies between 0 and 1, found {self.threshold}")


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """From shown logits to calibrated ones, at one tau: a weighted sum of the heads and an offset, by the temperature.

    Attributes:
        weights: [heads, 1, 1] Of the shown head and the second one.
        offset: [7] Added to the sum, in the order of EXPRESSIONS.
        temperature: Of the softmax that follows, above 0.
    """

    weights: Numbers
    offset: Numbers
    temperature: float

    def calibrated(self, shown_logits: npt.NDArray[Any]) -> Numbers:
        """[N, 7] logits for the softmax, from the [heads, N, 7] that ``ModelContract.shown_logits`` returns."""
        adjusted = (self.weights * shown_logits).sum(axis=0) + self.offset
        return np.asarray(adjusted / self.temperature, np.float64)


class SecondHead(msgspec.Struct, frozen=True):
    """A head for the same expressions whose logits are added to those of the shown head where the prior is taken out.

    Attributes:
        head: Its name.
        names: As of ``PriorAdjustment``.
        log_prior: As of ``PriorAdjustment``.
        weight: Above 0. Its logits, with their whole prior taken out, are added times tau and this weight: nothing at tau 0.
    """

    head: str
    names: Mapping[str, str] = msgspec.field(name="as")
    log_prior: Mapping[str, float]
    weight: float

    def __post_init__(self) -> None:
        _require_seven("shown.second.as", self.names)
        require_positive("shown.second.weight", self.weight)


class PriorAdjustment(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the logits of one head, or of two, become the one distribution that is shown.

    Attributes:
        head: The shown head's name.
        names: The head's label -> expression, each of EXPRESSIONS once (in JSON: ``as``); other labels are not shown.
        log_prior: Label -> logarithm of its share in training; 0 for a label that is absent.
        priors: Name -> tau.
        live: The default tau of live sessions.
        picture: The default tau of single pictures.
        curve: How scores are calibrated, by rising tau.
        second: The second head; None where one head is shown alone.
    """

    head: str
    names: Mapping[str, str] = msgspec.field(name="as")
    log_prior: Mapping[str, float]
    priors: Mapping[str, float]
    live: float
    picture: float
    curve: tuple[OperatingPoint, ...]
    second: SecondHead | None = None

    def __post_init__(self) -> None:
        _require_seven("shown.as", self.names)
        for name, tau in [*self.priors.items(), ("live", self.live), ("picture", self.picture)]:
            require_tau(f"prior {name}", tau)
        taus = [point.tau for point in self.curve]
        if not taus or taus != sorted(set(taus)):
            raise ValueError(f"shown.curve should have one setting or more, by rising tau, found {taus}")

    @property
    def labels(self) -> tuple[str, ...]:
        """The head's labels in the order of EXPRESSIONS."""
        return labels_in_order(self.names)

    @property
    def heads(self) -> dict[str, tuple[str, ...]]:
        """The head, and the second one if there is one: name -> its labels in the order of EXPRESSIONS."""
        return {
            self.head: self.labels,
            **({} if self.second is None else {self.second.head: labels_in_order(self.second.names)}),
        }

    def calibration(self, tau: float) -> "Calibration":
        """How the shown logits are adjusted and calibrated where so much of the prior is taken out, 0 to MAX_TAU."""
        weights, offset = [1.0], -tau * _log_prior_in_order(self.names, self.log_prior)
        if self.second is not None:
            weights.append(tau * self.second.weight)
            offset -= weights[1] * _log_prior_in_order(self.second.names, self.second.log_prior)
        return Calibration(np.array(weights)[:, None, None], offset, self.operating_point(tau).temperature)

    def tau(self, prior: str) -> float:
        """Read the name of a prior.

        Args:
            prior: ``live``, ``picture``, ``default`` (as picture), one of ``priors``, or a number from 0 to MAX_TAU.

        Returns:
            How much of the training prior is taken out.

        Raises:
            UsageError: When it is none of these.
        """
        named = {**self.priors, "live": self.live, "picture": self.picture, "default": self.picture}
        try:
            tau = named[prior] if prior in named else float(prior)
            require_tau("a prior", tau)
        except ValueError as error:
            known = ", ".join(sorted(named))
            raise UsageError(f"No prior is called {prior!r}: give {known}, or a number from 0 to {MAX_TAU}.") from error
        return tau

    def operating_point(self, tau: float) -> OperatingPoint:
        """The calibration at a tau: the curve interpolated between its points, and constant beyond its ends."""
        taus = [point.tau for point in self.curve]
        temperature = np.interp(tau, taus, [point.temperature for point in self.curve])
        threshold = np.interp(tau, taus, [point.threshold for point in self.curve])
        return OperatingPoint(tau, float(temperature), float(threshold))


def labels_in_order(names: Mapping[str, str]) -> tuple[str, ...]:
    """The labels of a mapping label -> expression, in the order of EXPRESSIONS."""
    by_expression = {expression: label for label, expression in names.items()}
    return tuple(by_expression[expression] for expression in EXPRESSIONS)


def _log_prior_in_order(names: Mapping[str, str], log_prior: Mapping[str, float]) -> Numbers:
    return np.array([log_prior.get(label, 0.0) for label in labels_in_order(names)])


def _require_seven(name: str, names: Mapping[str, str]) -> None:
    if sorted(names.values()) != sorted(EXPRESSIONS):
        expected, found = ", ".join(EXPRESSIONS), ", ".join(names.values())
        raise ValueError(f"{name} should name each of {expected} once, found {found or 'none'}")


def require_positive(name: str, value: float) -> None:
    """ValueError unless a value is finite and above 0."""
    if not 0 < value < np.inf:
        raise ValueError(f"{name} should be above 0, found {value}")


def require_tau(name: str, tau: float) -> None:
    """ValueError unless a tau lies in its range."""
    if not 0 <= tau <= MAX_TAU:
        raise ValueError(f"{name} lies between 0 and {MAX_TAU}, found {tau}")
