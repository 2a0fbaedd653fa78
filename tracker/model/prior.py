"""How one head's logits become the one distribution that is shown: the training prior made explicit, and calibrated.

``softmax((logits - tau * log_prior) / temperature)``: at tau 0 the head speaks as it was trained, hardly ever of what was
rare in training; at tau 1 every expression is as likely beforehand (Menon et al., "Long-tail learning via logit
adjustment", ICLR 2021). A second head may be heard the more, the more of the prior is taken out: then its logits without their
prior are added, tau times its weight times.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from tracker.core.errors import UsageError
from tracker.core.vocabulary import EXPRESSIONS

HIGHEST_TAU: Final = 1.5
"""1 takes the whole training prior out; half as much again is the most that anybody could want."""

Numbers = npt.NDArray[np.float64]


def softmax(logits: npt.NDArray[Any], temperature: float = 1.0) -> Numbers:
    """[N, C] logits to [N, C] probabilities; a higher temperature is less sure."""
    # What leaves the range of a float is told by whoever reads a model file.
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = logits.astype(np.float64) / temperature
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """How shown scores are calibrated when tau of the training prior is taken out.

    temperature: of the softmax. threshold: 0 to 1, the probability below which a reading says ``unclear``.
    """

    tau: float
    temperature: float
    threshold: float

    def __post_init__(self) -> None:
        require_tau("tau", self.tau)
        require_positive("temperature", self.temperature)
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold lies between 0 and 1, found {self.threshold}")


class SecondHead(msgspec.Struct, frozen=True):
    """A head that answers the same question, and is heard beside the shown head where the prior is taken out.

    names, log_prior: as of ``PriorAdjustment``. weight: above 0; at tau its logits, with all of their prior taken out, are
    added to those of the shown head tau times weight times: nothing at tau 0.
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

    names: the head's label -> expression, each of the seven once (in JSON: ``as``); labels left out are not shown.
    log_prior: label -> log of its share in training, absent = 0. priors: name -> tau. live, picture: the default taus.
    curve: by rising tau. second: None where one head speaks alone.
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
        taus = [setting.tau for setting in self.curve]
        if not taus or taus != sorted(set(taus)):
            raise ValueError(f"shown.curve should have one setting or more, by rising tau, found {taus}")

    @property
    def labels(self) -> tuple[str, ...]:
        """The head's labels in the order of EXPRESSIONS."""
        return in_order(self.names)

    @property
    def heads(self) -> dict[str, tuple[str, ...]]:
        """The head, and the second one if there is one: name -> its labels in the order of EXPRESSIONS."""
        return {self.head: self.labels, **({} if self.second is None else {self.second.head: in_order(self.second.names)})}

    def adjusted(self, seven: npt.NDArray[Any], tau: float) -> Numbers:
        """[N, 7] logits with tau of the prior taken out, from [heads, N, 7], both in the order of EXPRESSIONS."""
        logits = seven[0] - tau * _in_order(self.names, self.log_prior)
        if self.second is not None:
            logits = logits + tau * self.second.weight * (seven[1] - _in_order(self.second.names, self.second.log_prior))
        return np.asarray(logits, np.float64)

    def tau(self, prior: str) -> float:
        """What a prior's name means: live, picture, default (= picture), a name of this file's, or a number itself."""
        named = {**self.priors, "live": self.live, "picture": self.picture, "default": self.picture}
        try:
            tau = named[prior] if prior in named else float(prior)
            require_tau("a prior", tau)
        except ValueError as error:
            known = ", ".join(sorted(named))
            raise UsageError(f"No prior is called {prior!r}: give {known}, or a number from 0 to {HIGHEST_TAU}.") from error
        return tau

    def at(self, tau: float) -> OperatingPoint:
        """The curve's setting at a tau: straight between its points, held beyond its ends."""
        taus = [setting.tau for setting in self.curve]
        temperature = np.interp(tau, taus, [setting.temperature for setting in self.curve])
        threshold = np.interp(tau, taus, [setting.threshold for setting in self.curve])
        return OperatingPoint(tau, float(temperature), float(threshold))


def in_order(names: Mapping[str, str]) -> tuple[str, ...]:
    """The labels of a mapping label -> expression, in the order of EXPRESSIONS."""
    by_expression = {expression: label for label, expression in names.items()}
    return tuple(by_expression[expression] for expression in EXPRESSIONS)


def _in_order(names: Mapping[str, str], log_prior: Mapping[str, float]) -> Numbers:
    return np.array([log_prior.get(label, 0.0) for label in in_order(names)])


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
    if not 0 <= tau <= HIGHEST_TAU:
        raise ValueError(f"{name} lies between 0 and {HIGHEST_TAU}, found {tau}")
