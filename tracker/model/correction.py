"""A fit of a person: what it adds to the calibrated logits that are shown, and what it was learnt from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from tracker.core.vocabulary import EXPRESSIONS

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LogitCorrection:
    """A linear layer on the pooled features as the network gives them.

    weights: [7, width], biases: [7], in the order of EXPRESSIONS, in units of calibrated logits.
    """

    weights: Numbers
    biases: Numbers

    def __post_init__(self) -> None:
        seven = len(EXPRESSIONS)
        if self.weights.ndim != 2 or len(self.weights) != seven or self.biases.shape != (seven,):
            raise ValueError(f"a correction is [7, width] and [7], found {self.weights.shape} and {self.biases.shape}")
        if not (np.isfinite(self.weights).all() and np.isfinite(self.biases).all()):
            raise ValueError("a correction is made of finite numbers")

    @property
    def width(self) -> int:
        """How many features it reads."""
        return int(self.weights.shape[1])

    def share(self, part: float) -> "LogitCorrection":
        """This part of it, 0 to 1."""
        return LogitCorrection(part * self.weights, part * self.biases)

    def of(self, features: npt.NDArray[Any]) -> Numbers:
        """[N, 7] what is added for faces with these features [N, width]."""
        return np.asarray(features.astype(np.float64) @ self.weights.T + self.biases)


@dataclass(frozen=True, slots=True, eq=False)
class PersonalFit:
    """One fit of a person.

    model: sha256 of the file it corrects. tau: of the prior that was taken out when it was fitted. verdicts: how many it has
    learnt from. origin: verdicts or baseline. report: what ``mien refit --json`` said of it.
    """

    person: str
    version: int
    at: datetime
    origin: str
    model: str
    tau: float
    verdicts: int
    correction: LogitCorrection
    report: Mapping[str, Any] = field(default_factory=dict)
