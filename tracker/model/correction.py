"""A personal fit: the correction that it adds to the calibrated logits, and what it was made from."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from tracker.core.records import JsonObject
from tracker.core.vocabulary import EXPRESSIONS

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LogitCorrection:
    """A linear layer on the network's pooled features.

    Attributes:
        weights: [7, width], in the order of EXPRESSIONS, in units of calibrated logits; finite.
        biases: [7], likewise.
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

    def scaled(self, share: float) -> "LogitCorrection":
        """The correction times a share, 0 to 1."""
        return LogitCorrection(share * self.weights, share * self.biases)

    def logits(self, features: npt.NDArray[Any]) -> Numbers:
        """[N, 7] what is added to the calibrated logits of faces with these features [N, width]."""
        return np.asarray(features.astype(np.float64) @ self.weights.T + self.biases)


@dataclass(frozen=True, slots=True, eq=False)
class PersonalFit:
    """One fit to a person.

    Attributes:
        person: Whose fit it is.
        version: Its number among the person's fits, from 1.
        at: When it was made.
        origin: ``verdicts`` or ``baseline``.
        model: SHA-256 of the model file that it corrects.
        tau: How much of the prior was taken out when it was made.
        verdicts: How many it was made from.
        correction: What it adds.
        report: What ``mien refit --json`` printed.
    """

    person: str
    version: int
    at: datetime
    origin: str
    model: str
    tau: float
    verdicts: int
    correction: LogitCorrection
    report: JsonObject = field(default_factory=dict)
