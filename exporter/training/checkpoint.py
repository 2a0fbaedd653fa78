"""Reading what a training run left: its checkpoint, and the weights in it."""

from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Final

import torch
from torch import Tensor, nn

from tracker.core.errors import ModelError

CHECKPOINT: Final = "checkpoint.pt"


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
    """Give a network the weights of a checkpoint; ModelError when they are another network's."""
    try:
        network.load_state_dict({name: value.float() for name, value in read_weights(path).items()})
    except (RuntimeError, AttributeError) as error:
        raise ModelError(f"{path}: its weights are not this network's; train anew with this version of Mien.") from error
