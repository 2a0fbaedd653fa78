"""The contract that a model file carries in itself: what goes in, what comes out, and what of it is shown.

It is JSON in the file's ONNX metadata, under METADATA_KEY. Labels, sizes and scaling are written down nowhere else, so that a
file without a valid contract is refused.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from tracker.core.errors import ModelError
from tracker.core.parsing import parse_json
from tracker.core.validation import Whole, converted
from tracker.model.feature_statistics import FeatureStatistics
from tracker.model.framing import EYES_AND_MOUTH, Framing, Point
from tracker.model.preprocess import Scaling
from tracker.model.prior import Numbers, PriorAdjustment, require_positive, softmax

METADATA_KEY: Final = "mien"
CONTRACT_FORMAT: Final = 2
"""The format that is written. Format 1 is read as well; it has neither ``crop.anchors`` (its faces are aligned by eyes and
mouth) nor ``shown.second``."""


@dataclass(frozen=True, slots=True)
class Head:
    """One output of the network.

    Attributes:
        labels: Two or more, each once, in the order of the output's columns.
        temperature: Of the softmax that calibrates it, above 0.
    """

    labels: tuple[str, ...]
    temperature: float

    def __post_init__(self) -> None:
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise ValueError(f"a head has two labels or more, each once, found {list(self.labels)}")
        require_positive("temperature", self.temperature)


@dataclass(frozen=True)
class ModelContract:
    """Everything that a model file says of itself. A contract that contradicts itself raises ValueError.

    Attributes:
        name: Of the model.
        version: Of the model.
        scaling: How gray bytes become its input.
        crop: Side and framing of its input.
        heads: Output's name -> head.
        shown: How heads become the one distribution that is shown.
        features: Width of the output ``features``, or None without one.
        statistics: Of these features in training; None in a file that cannot be fitted to a person.
        quantised_from: SHA-256 of the file of which this is the 8-bit copy, in hexadecimal; None in any other file.
        training: Whatever its maker wrote down of its training, for people and reports.
        measured: Likewise of its scores.
    """

    name: str
    version: str
    scaling: Scaling
    crop: Framing
    heads: Mapping[str, Head]
    shown: PriorAdjustment
    features: int | None = None
    statistics: FeatureStatistics | None = None
    quantised_from: str | None = None
    training: Mapping[str, Any] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._check_labels("shown.head", self.shown.head, {*self.shown.names, *self.shown.log_prior})
        second = self.shown.second
        if second is not None:
            self._check_labels("shown.second.head", second.head, {*second.names, *second.log_prior})
            if second.head == self.shown.head:
                raise ValueError(f"shown.second.head should be another than shown.head, found {second.head!r} in both")
        if self.features is not None and self.features < 1:
            raise ValueError(f"features is a width or null, found {self.features}")
        if self.statistics is not None and self.statistics.width != self.features:
            raise ValueError(f"statistics are of {self.statistics.width} features, the file has {self.features}")
        if self.statistics is not None and (self.statistics.second is None) != (second is None):
            raise ValueError("statistics should have a readout of each head that is shown, and of no other")

    @property
    def side(self) -> int:
        """Side of a crop, in pixels."""
        return self.crop.side

    def _check_labels(self, member: str, head: str, used: set[str]) -> None:
        if head not in self.heads:
            raise ValueError(f"{member} is {head!r}, which is none of {', '.join(self.heads) or 'no heads'}")
        unknown = used - set(self.heads[head].labels)
        if unknown:
            raise ValueError(f"head {head} has no label {', '.join(sorted(unknown))}")

    def shown_logits(self, logits: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """Select the logits of what is shown.

        Args:
            logits: Head -> [N, labels], as the network gives them.

        Returns:
            [heads, N, 7]: of the shown head, and of the second one if there is one, in the order of EXPRESSIONS.
        """
        return np.stack([logits[head][:, columns] for head, columns in self._shown_columns.items()])

    @cached_property
    def _shown_columns(self) -> Mapping[str, list[int]]:
        """Shown head -> its columns in the order of EXPRESSIONS."""
        return {head: [self.heads[head].labels.index(label) for label in labels] for head, labels in self.shown.heads.items()}

    def calibrated(self, shown_logits: npt.NDArray[Any], tau: float) -> Numbers:
        """Take the prior out and calibrate.

        Args:
            shown_logits: [heads, N, 7], as ``shown_logits`` returns them.
            tau: How much of the prior is taken out, 0 to MAX_TAU.

        Returns:
            [N, 7] logits, in the order of EXPRESSIONS, at the temperature for this tau.
        """
        return self.shown.calibration(tau).calibrated(shown_logits)

    def shown_scores(self, logits: Mapping[str, npt.NDArray[Any]], tau: float) -> Numbers:
        """[N, 7] probabilities of EXPRESSIONS, with tau of the prior taken out, from the logits of each head, [N, labels]."""
        return softmax(self.calibrated(self.shown_logits(logits), tau))

    def to_json(self) -> str:
        """The JSON that the model file carries."""
        crop = asdict(self.crop)
        content = _ContractFile(
            format=CONTRACT_FORMAT,
            name=self.name,
            version=self.version,
            input=_Input(crop.pop("side"), "gray", self.scaling.mean, self.scaling.std),
            crop=_Crop(**crop),
            heads=self.heads,
            shown=self.shown,
            features=self.features,
            statistics=self.statistics,
            quantised_from=self.quantised_from,
            training=self.training,
            measured=self.measured,
        )
        return json.dumps(msgspec.to_builtins(content), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, file: Path) -> "ModelContract":
        """Read what ``to_json`` wrote.

        Args:
            text: The JSON.
            file: The model file, for the error.

        Raises:
            ModelError: It names the file and what about its contract is not as expected.
        """
        try:
            found = converted(parse_json(text), _ContractFile, "the contract")
            return cls(
                name=found.name,
                version=found.version,
                scaling=Scaling(found.input.mean, found.input.std),
                crop=Framing(found.input.side, *msgspec.structs.astuple(found.crop)),
                heads=found.heads,
                shown=found.shown,
                features=found.features,
                statistics=found.statistics,
                quantised_from=found.quantised_from,
                training=found.training,
                measured=found.measured,
            )
        except ValueError as error:
            raise ModelError(
                f"{file}: its contract cannot be kept: {error}. "
                f"Write the file anew with this version's 'mien export', or take another model."
            ) from error


class _Input(msgspec.Struct, frozen=True):
    """What ``input`` says: the crop's side in pixels, and the scaling of its gray bytes."""

    side: Whole
    colour: Literal["gray"]
    mean: float
    std: float


class _Crop(msgspec.Struct, frozen=True):
    """What ``crop`` says: where it shows the face, in its pixels."""

    left_eye: Point
    right_eye: Point
    mouth_left: Point
    mouth_right: Point
    anchors: str = EYES_AND_MOUTH


class _ContractFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The JSON in the model file."""

    format: Literal[1, 2]
    name: str
    version: str
    input: _Input
    crop: _Crop
    heads: Mapping[str, Head]
    shown: PriorAdjustment
    features: Whole | None
    statistics: FeatureStatistics | None = None
    quantised_from: str | None = None
    training: Mapping[str, Any]
    measured: Mapping[str, Any]
