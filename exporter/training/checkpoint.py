"""Reading what a training run left: its checkpoint, and the weights in it."""

from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Final

import torch
from torch import Tensor, nn

from tracker.core.errors import ModelError
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS, FERPLUS_SHOWN_AS

CHECKPOINT: Final = "checkpoint.pt"
WIDE_SHARES: Final = "wide_shares"
"""Member of a checkpoint whose head ``wide`` was taught: the share of each of EXPRESSIONS in what it was shown."""


_SEVEN: Final = [list(FERPLUS_SHOWN_AS.values()).index(name) for name in EXPRESSIONS]
"""Where EXPRESSIONS stand among FERPLUS."""


def read_checkpoint(path: Path) -> dict[str, Any]:
    """What ``Run.save`` wrote, or a file of weights alone; nothing in it is executed."""
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
    state = read_checkpoint(path)
    return dict(state.get("weights", state))


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
