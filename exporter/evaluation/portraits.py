"""Who is misread: what a model shows of portraits without labels, for each group of people."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from exporter.data.dataset import Names
from exporter.evaluation.inference import Crops, logits_of
from exporter.evaluation.scores import PortraitGroup, PortraitScores
from tracker.core.errors import DataError
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.health.rates import wilson
from tracker.model.classifier import OnnxClassifier

NEGATIVE: Final = ("angry", "disgust", "fear", "sad")
PRIOR: Final = "live"
"""People on a call are neither posing nor asked: the prior for that is where a misreading does harm."""
YEARS_PER_GROUP: Final = 10
MIN_COMPARED: Final = 100
"""Portraits that do not smile. A group with fewer is not compared: its share is uncertain by five points and more."""
DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Portraits:
    """Face crops of people whose expression nobody has judged.

    Attributes:
        images: [N, 48, 48] gray, 0-255.
        groups: What people are grouped by, such as "origin" -> [N] the group of each.
    """

    images: Crops
    groups: Mapping[str, Names]


def read_portraits(path: Path) -> Portraits:
    """Read portraits from an ``.npz``.

    Args:
        path: Holds ``images`` [N, 48, 48] of bytes, and any number of arrays [N]: names of groups, or ages in years, which
            become decades.

    Raises:
        DataError: The file is something else.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            images = arrays["images"]
            others = {name: arrays[name] for name in arrays.files if name != "images"}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: expected an .npz with 'images' and arrays that name groups ({error}).") from error
    if images.dtype != np.uint8 or images.ndim != 3 or not len(images):
        raise DataError(f"{path}: expected 'images' of [N, 48, 48] bytes, found {list(images.shape)} of {images.dtype}.")
    if not others or any(values.shape != (len(images),) for values in others.values()):
        found = ", ".join(f"{name} {list(values.shape)}" for name, values in others.items()) or "none"
        raise DataError(f"{path}: expected arrays of {len(images):,} that name a group for each portrait, found {found}.")
    return Portraits(images, {name: _names(values) for name, values in others.items()})


def evaluate_portraits(classifier: OnnxClassifier, portraits: Portraits, data: str) -> PortraitScores:
    """What a model shows of each group at the prior for live video.

    Args:
        classifier: The model; its own prior is not used.
        portraits: The crops.
        data: Where they came from.
    """
    contract = classifier.contract
    tau = contract.shown.tau(PRIOR)
    scores = contract.shown_scores(logits_of(classifier, portraits.images), tau)
    likeliest = scores.argmax(axis=1)
    sure = scores.max(axis=1) >= contract.shown.operating_point(tau).threshold
    groups = {
        kind: {
            name: _group(likeliest[names == name], sure[names == name])
            for name in sorted(np.unique(names).tolist(), key=_order)
        }
        for kind, names in portraits.groups.items()
    }
    ratio = {kind: _ratio(of_kind) for kind, of_kind in groups.items()}
    return PortraitScores(data=data, prior=PRIOR, n=len(likeliest), groups=groups, ratio=ratio)


def _names(values: npt.NDArray[np.generic]) -> Names:
    if not np.issubdtype(values.dtype, np.integer):
        return values.astype(np.str_)
    decades = values.astype(np.int64) // YEARS_PER_GROUP * YEARS_PER_GROUP
    return np.array([f"{decade}-{decade + YEARS_PER_GROUP - 1}" for decade in decades.tolist()], np.str_)


def _order(name: str) -> tuple[int, str]:
    """Decades by their first year, names by the alphabet."""
    first, _, last = name.partition("-")
    return (int(first) if first.isdigit() and last.isdigit() else 0, name)


def _group(likeliest: npt.NDArray[np.int64], sure: npt.NDArray[np.bool_]) -> PortraitGroup:
    smiling = likeliest == EXPRESSIONS.index("happy")
    negative = int(np.isin(likeliest, [EXPRESSIONS.index(name) for name in NEGATIVE]).sum())
    others = int((~smiling).sum())
    counts = {name: int((sure & (likeliest == place)).sum()) for place, name in enumerate(EXPRESSIONS)}
    counts[UNCLEAR] = int((~sure).sum())
    low, high = wilson(negative, others) if others else (None, None)
    return PortraitGroup(
        n=len(likeliest),
        shown={name: round(count / len(likeliest), DECIMALS) for name, count in counts.items()},
        not_smiling=others,
        negative=round(negative / others, DECIMALS) if others else None,
        interval=(_rounded(low), _rounded(high)),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)


def _ratio(groups: Mapping[str, PortraitGroup]) -> float | None:
    """The share of the worst group divided by that of the best; None where that is 0 or fewer than two groups are large."""
    large = (group.negative for group in groups.values() if group.not_smiling >= MIN_COMPARED)
    rates = sorted(rate for rate in large if rate is not None)
    return round(rates[-1] / rates[0], 2) if len(rates) > 1 and rates[0] else None
