"""The scores of a model file as typed records, and as the JSON of ``mien evaluate --json``.

The fields of a class are the members of its JSON object, in that order; fields of the last base class come first. UNSET means
that the member is absent, and None, null in JSON, that nothing was counted. Shares, recalls and errors lie between 0 and 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from exporter.data.labels import FER2013_HEAD, FERPLUS_HEAD, WIDE_HEAD
from tracker.core.errors import DataError
from tracker.core.parsing import read_json
from tracker.core.validation import converted

SHOWN: Final = "shown"
"""The part of a model that Mien shows; the other parts are its heads."""
Interval = tuple[float | None, float | None]
"""Both ends of a 95 % interval."""
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class LeakFreeScores:
    """The scores without the pictures that are also among the training ones. n: pictures that are left."""

    n: int
    accuracy: float | None


@dataclass(frozen=True, kw_only=True)
class PartScores:
    """How often one part of a model is right: what is shown, or a head.

    Attributes:
        n: Pictures whose label is known.
        accuracy: Share of pictures whose likeliest label is the true one.
        interval: Of the accuracy.
        uar: Unweighted mean recall of the labels that occur.
        macro_f1: Mean F1 of the labels that occur.
        ece: Expected calibration error.
        coverage: "0.8" -> accuracy of the most confident 80 % of the guesses.
        recall: Label -> share of its pictures that were recognised, in the order of the labels.
        confusion: Counts of pictures, a row for each true label, a column for each guess.
        without_leaks: UNSET where the training pictures are not known, or are the ones that were scored.
    """

    n: int
    accuracy: float | None
    interval: Interval
    uar: float | None
    macro_f1: float | None
    ece: float | None
    coverage: Mapping[str, float | None]
    recall: Mapping[str, float | None]
    confusion: Sequence[Sequence[int]]
    without_leaks: LeakFreeScores | UnsetType = UNSET


@dataclass(frozen=True, kw_only=True)
class ShownSetting:
    """What the scores of the shown expressions depend on.

    Attributes:
        prior: The value of ``--prior``; UNSET in the scores of a contract, which are those of its default for pictures.
        against: Where the true expressions come from: "FER+ majority", "labels" or "folders".
    """

    prior: str | UnsetType = UNSET
    against: str


@dataclass(frozen=True, kw_only=True)
class ShownScores(PartScores, ShownSetting):
    """Scores of the expressions that Mien shows."""


@dataclass(frozen=True, kw_only=True)
class Abstention:
    """What the threshold does. coverage: share of readings at or above it. accuracy: share of these that are right."""

    threshold: float | None
    coverage: float | None
    accuracy: float | None


@dataclass(frozen=True, kw_only=True)
class ModelScores:
    """Scores of what is shown and of each head that there are labels for."""

    shown: ShownScores
    fer2013: PartScores | UnsetType = UNSET
    ferplus: PartScores | UnsetType = UNSET
    wide: PartScores | UnsetType = UNSET
    abstention: Abstention

    @property
    def parts(self) -> dict[str, PartScores]:
        """Name of a part -> its scores: ``shown``, then the heads."""
        return _present(self.shown, self.fer2013, self.ferplus, self.wide)


@dataclass(frozen=True, kw_only=True)
class GroupScores:
    """Scores of what is shown on the pictures of one group; the fields are those of PartScores."""

    n: int
    accuracy: float | None
    interval: Interval
    uar: float | None


@dataclass(frozen=True, kw_only=True)
class PortraitGroup:
    """What is shown of the portraits of one group, of which nobody has judged the expression.

    Attributes:
        n: Portraits.
        shown: Expression, or unclear -> its share of them.
        not_smiling: Portraits whose likeliest expression is not happy.
        negative: Share of these whose likeliest expression is angry, disgust, fear or sad; None where there are none.
        interval: Of that share.
    """

    n: int
    shown: Mapping[str, float]
    not_smiling: int
    negative: float | None
    interval: Interval


@dataclass(frozen=True, kw_only=True)
class PortraitScores:
    """What is shown of portraits, for each group of people: whether one group is misread more often than another.

    Attributes:
        data: Path of the portraits.
        prior: The prior at which expressions are shown.
        n: Portraits.
        groups: What they are grouped by -> name of a group -> what is shown of it.
        ratio: What they are grouped by -> the highest share of negative ones among its large groups, divided by the
            lowest; None where that is 0, or fewer than two groups are large.
    """

    data: str
    prior: str
    n: int
    groups: Mapping[str, Mapping[str, PortraitGroup]]
    ratio: Mapping[str, float | None]


@dataclass(frozen=True, kw_only=True)
class FailedPicture:
    """A picture that could not be read, and why."""

    path: str
    error: str


@dataclass(frozen=True, kw_only=True)
class ReliabilityPoint:
    """One bin of confidence. to: its upper end. n: guesses in it. confidence: their mean. accuracy: share that is right."""

    to: float
    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, kw_only=True)
class CoveragePoint:
    """Accuracy of the most confident guesses. coverage: which share of all guesses they are."""

    coverage: float
    accuracy: float | None


@dataclass(frozen=True, kw_only=True)
class PriorPoint:
    """Scores of what is shown with ``tau`` of the prior taken out. neutral: recall of neutral faces."""

    tau: float
    accuracy: float | None
    uar: float | None
    neutral: float | None


@dataclass(frozen=True, kw_only=True)
class DefaultTaus:
    """How much of the prior a model file takes out by default: from live video, and from single pictures."""

    live: float
    picture: float


@dataclass(frozen=True, kw_only=True)
class Curves:
    """What a model card plots.

    Attributes:
        reliability: Name of a part -> its bins that are not empty, by rising confidence.
        coverage: Of what is shown, by rising coverage.
        prior: Of what is shown, by rising tau; the default taus are among them.
        defaults: The model file's own taus.
    """

    reliability: Mapping[str, Sequence[ReliabilityPoint]]
    coverage: Sequence[CoveragePoint]
    prior: Sequence[PriorPoint]
    defaults: DefaultTaus


@dataclass(frozen=True, kw_only=True)
class PairedScores:
    """One part of two models on the same pictures; differences are the first model minus the other.

    Attributes:
        n: Pictures.
        accuracy: The other model's.
        difference: Of the accuracies, -1 to 1.
        interval: Of the difference.
        only_this: Pictures that only the first model got right.
        only_other: Pictures that only the other got right.
        mcnemar: p-value of McNemar's test: how probable so uneven a split would be if both models were equally good.
        agreement: Share of pictures with the same guess.
    """

    n: int
    accuracy: float | None
    difference: float | None
    interval: Interval
    only_this: int
    only_other: int
    mcnemar: float
    agreement: float | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The comparison with another model, for each part that both have. model: SHA-256 of the other file."""

    model: str
    shown: PairedScores
    fer2013: PairedScores | UnsetType = UNSET
    ferplus: PairedScores | UnsetType = UNSET
    wide: PairedScores | UnsetType = UNSET

    @property
    def parts(self) -> dict[str, PairedScores]:
        """Name of a part -> its comparison: ``shown``, then the heads."""
        return _present(self.shown, self.fer2013, self.ferplus, self.wide)


@dataclass(frozen=True, kw_only=True)
class EvaluatedModel:
    """Which model was evaluated, and on what.

    Attributes:
        model: SHA-256 of the model file.
        person: Whose fit was applied; UNSET for the released model.
        fit: The version of that fit; UNSET for the released model.
        data: Path of the data set or of the folder of pictures.
        split: The split of the data set; None for a folder of pictures.
        n: Pictures that could be read.
    """

    model: str
    person: str | UnsetType = UNSET
    fit: int | UnsetType = UNSET
    data: str
    split: str | None
    n: int


@dataclass(frozen=True, kw_only=True)
class Evaluation(ModelScores, EvaluatedModel):
    """All that ``mien evaluate`` found.

    Attributes:
        groups: Name of a group -> its scores; UNSET where the data names no groups.
        found: Share of the pictures with a face; None without pictures.
        median_ms_per_face: Milliseconds from pixels to scores, the median over faces; None without faces.
        failed: Pictures of a folder that could not be read; UNSET for a data set.
        curves: UNSET for a folder of pictures.
        compare: UNSET where no other model was given.
        portraits: UNSET where no portraits were given.
    """

    groups: Mapping[str, GroupScores] | UnsetType = UNSET
    found: float | None
    median_ms_per_face: float | None
    failed: Sequence[FailedPicture] | UnsetType = UNSET
    curves: Curves | UnsetType = UNSET
    compare: Comparison | UnsetType = UNSET
    portraits: PortraitScores | UnsetType = UNSET


@dataclass(frozen=True, kw_only=True)
class DataEvaluation(Evaluation):
    """What ``mien evaluate --data`` found; a model card can be made of it."""

    split: str = field()
    curves: Curves = field()


def as_json(scores: ModelScores) -> dict[str, Any]:
    """The members of the JSON, in order; fields that are UNSET are left out."""
    # Through JSON, so that a tuple becomes a list, as it is when a file is read back.
    members: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(scores))
    return members


def read_scores(path: Path) -> DataEvaluation:
    """The scores that ``mien evaluate --data ... --json`` printed, from a file.

    Raises:
        DataError: The file cannot be read or holds something else. It names the file, the member and what was expected.
    """
    try:
        return converted(read_json(path), DataEvaluation, "")
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: expected the JSON that 'mien evaluate --data ... --json' prints ({error}).") from error


def _present(shown: T, fer2013: T | UnsetType, ferplus: T | UnsetType, wide: T | UnsetType) -> dict[str, T]:
    parts = {SHOWN: shown, FER2013_HEAD: fer2013, FERPLUS_HEAD: ferplus, WIDE_HEAD: wide}
    return {name: part for name, part in parts.items() if not isinstance(part, UnsetType)}
