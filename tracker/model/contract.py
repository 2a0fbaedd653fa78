"""The contract a model file carries in itself: what goes in, what comes out, and what of it is shown.

It is JSON in the file's ONNX metadata, under the key ``mien``; docs of each part stand at its class. Whoever cannot keep
it refuses the file: labels, sizes and scaling are written down nowhere else.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from tracker.core.errors import ModelError
from tracker.core.parsing import parse_json
from tracker.core.validation import Whole, converted
from tracker.model.feature_statistics import Statistics
from tracker.model.framing import EYES_AND_MOUTH, Framing, Point
from tracker.model.preprocess import Scaling
from tracker.model.prior import Numbers, PriorAdjustment, require_positive, softmax

KEY: Final = "mien"
FORMAT: Final = 2
"""Of what is written. Format 1, which is read as well, knows neither ``crop.anchors`` (its faces are put by eyes and mouth)
nor ``shown.second``."""


@dataclass(frozen=True, slots=True)
class Head:
    """One output of the network: its labels in order, and the temperature that calibrates it."""

    labels: tuple[str, ...]
    temperature: float

    def __post_init__(self) -> None:
        if len(self.labels) < 2 or len(set(self.labels)) != len(self.labels):
            raise ValueError(f"a head has two labels or more, each once, found {list(self.labels)}")
        require_positive("temperature", self.temperature)


@dataclass(frozen=True, slots=True)
class ModelContract:
    """Everything a model file says of itself.

    crop: side and framing of what goes in. heads: output's name -> head. features: width of the output ``features``, or None.
    statistics: of these features, None in a file that cannot be fitted to a person. training and measured: whatever its maker
    wrote down, for people and reports.
    """

    name: str
    version: str
    scaling: Scaling
    crop: Framing
    heads: Mapping[str, Head]
    shown: PriorAdjustment
    features: int | None = None
    statistics: Statistics | None = None
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
            raise ValueError("statistics should tell of each head that is shown, and of no other")

    @property
    def side(self) -> int:
        """Of a crop, in pixels."""
        return self.crop.side

    def _check_labels(self, member: str, head: str, used: set[str]) -> None:
        if head not in self.heads:
            raise ValueError(f"{member} is {head!r}, which is none of {', '.join(self.heads) or 'no heads'}")
        unknown = used - set(self.heads[head].labels)
        if unknown:
            raise ValueError(f"head {head} has no label {', '.join(sorted(unknown))}")

    def seven(self, logits: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """[heads, N, 7] what the shown head, and a second one, say of the seven in the order of EXPRESSIONS.

        logits: head -> [N, labels].
        """
        found = []
        for head, labels in self.shown.heads.items():
            columns = [self.heads[head].labels.index(label) for label in labels]
            found.append(logits[head][:, columns])
        return np.stack(found)

    def calibrated(self, seven: npt.NDArray[Any], tau: float) -> Numbers:
        """[N, 7] logits of what is shown from [heads, N, 7]: tau of the prior taken out, at the temperature for that."""
        return self.shown.adjusted(seven, tau) / self.shown.at(tau).temperature

    def shown_scores(self, logits: Mapping[str, npt.NDArray[Any]], tau: float) -> Numbers:
        """[N, 7] probabilities of EXPRESSIONS with tau of the prior taken out, from head -> [N, labels] logits."""
        return softmax(self.calibrated(self.seven(logits), tau))

    def to_json(self) -> str:
        """As the model file carries it."""
        crop = asdict(self.crop)
        content = _ContractFile(
            format=FORMAT,
            name=self.name,
            version=self.version,
            input=_Input(crop.pop("side"), "gray", self.scaling.mean, self.scaling.std),
            crop=_Crop(**crop),
            heads=self.heads,
            shown=self.shown,
            features=self.features,
            statistics=self.statistics,
            training=self.training,
            measured=self.measured,
        )
        return json.dumps(msgspec.to_builtins(content), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, file: Path) -> "ModelContract":
        """What ``to_json`` wrote; a ModelError names the file and what about its contract is not as expected."""
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
                training=found.training,
                measured=found.measured,
            )
        except ValueError as error:
            raise ModelError(
                f"{file}: its contract cannot be kept: {error}. "
                f"Write the file anew with this version's 'mien export', or take another model."
            ) from error


class _Input(msgspec.Struct, frozen=True):
    """What goes in: pixels of gray, scaled."""

    side: Whole
    colour: Literal["gray"]
    mean: float
    std: float


class _Crop(msgspec.Struct, frozen=True):
    """Where the face lies in it, in pixels."""

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
    statistics: Statistics | None = None
    training: Mapping[str, Any]
    measured: Mapping[str, Any]
