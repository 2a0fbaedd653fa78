"""Reading what a training run left: its checkpoint, and the weights in it."""

from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Final, TypedDict, cast

import torch
from torch import Tensor, nn

from tracker.core.errors import ModelError
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS, FERPLUS_SHOWN_AS

CHECKPOINT: Final = "checkpoint.pt"
WIDE_SHARES: Final = "wide_shares"
"""Member of a checkpoint whose head ``wide`` was taught: the share of each of EXPRESSIONS in what it was shown."""


_SEVEN: Final = [list(FERPLUS_SHOWN_AS.values()).index(name) for name in EXPRESSIONS]
"""Where EXPRESSIONS stand among FERPLUS."""


class TrainedRun(TypedDict):
    """A run that a network is the mean of. plan: the fields of its TrainingConfig."""

    epochs: int
    plan: dict[str, float]


class Checkpoint(TypedDict, total=False):
    """What a file may hold that ``Run.save`` or ``exporter.training.average_weights`` wrote.

    Attributes:
        weights: The averaged ones, which are exported.
        network: The weights as the last step left them.
        average: The average with its count of steps, for the next step.
        optimizer: Its memory of earlier steps.
        epoch: How many are over.
        plan: The fields of the run's TrainingConfig.
        memory: The network's own earlier answers, by head.
        wide_shares: See WIDE_SHARES.
        ends: The runs whose weights were averaged.
    """

    weights: dict[str, Tensor]
    network: dict[str, Tensor]
    average: dict[str, Tensor]
    optimizer: dict[str, object]
    epoch: int
    plan: dict[str, float]
    memory: dict[str, Tensor]
    wide_shares: list[float]
    ends: list[TrainedRun]


def read_checkpoint(path: Path) -> Checkpoint:
    """What a training run or a mean of several wrote; of a file of weights alone none of these members."""
    return cast("Checkpoint", _read(path))


def _read(path: Path) -> Mapping[str, object]:
    """The file's members; nothing in it is executed."""
    try:
        return dict(torch.load(path, map_location="cpu", weights_only=True))
    except OSError as error:
        raise ModelError(f"{path}: there is no checkpoint that can be read here ({error.strerror}).") from error
    except (RuntimeError, EOFError, UnpicklingError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise ModelError(
            f"{path}: not a checkpoint of 'mien train', or damaged. Only weights are read: a pickled network is code, and code"
            " is not run. Train again, or save another network with torch.export.save (.pt2)."
        ) from error


def read_weights(path: Path) -> dict[str, Tensor]:
    """The averaged weights of a checkpoint, or a file of weights alone."""
    found = _read(path)
    return dict(cast("Mapping[str, Tensor]", found.get("weights", found)))


def load_weights(network: nn.Module, path: Path) -> None:
    """Give a network the weights of a checkpoint; ModelError when they are another network's.

    Where a checkpoint knows no head ``wide``, that begins with what the FER+ head makes of the seven.
    """
    try:
        weights = {name: value.float() for name, value in read_weights(path).items()}
        for part in ("weight", "bias"):
            weights.setdefault(f"wide.{part}", weights.get(f"ferplus.{part}", torch.zeros(len(FERPLUS)))[_SEVEN])
        network.load_state_dict(weights)
    except (RuntimeError, AttributeError) as error:
        raise ModelError(f"{path}: its weights are not this network's; train anew with this version of Mien.") from error
