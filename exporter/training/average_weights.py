"""Several ends of one training as one network: the mean of their weights, which costs no more than any of them.

    python -m exporter.training.average_weights runs/soup.pt runs/one/checkpoint.pt runs/other/checkpoint.pt

Ends that began from the same weights lie in one basin, and their mean is as a rule better than each (Wortsman et al., "Model
soups", ICML 2022). Normalisation keeps the mean of their running statistics.
"""

from collections.abc import Sequence
from pathlib import Path

import click
import torch
from torch import Tensor

from exporter.training.checkpoint import WIDE_SHARES, TrainedRun, read_checkpoint, read_weights
from tracker.core.errors import ModelError
from tracker.core.paths import PathType


def mean_weights(paths: Sequence[Path]) -> dict[str, Tensor]:
    """Of the averaged weights of checkpoints; ModelError when they are not of one network."""
    first, *others = (read_weights(path) for path in paths)
    for path, weights in zip(paths[1:], others, strict=True):
        if {name: value.shape for name, value in weights.items()} != {name: value.shape for name, value in first.items()}:
            raise ModelError(
                f"{path}: its weights are not those of the network in {paths[0]}; a mean needs runs of one network."
            )
    ends = [first, *others]
    # Whole numbers count batches, and mean nothing in the mean.
    return {
        name: torch.stack([weights[name].float() for weights in ends]).mean(0) if value.is_floating_point() else value
        for name, value in first.items()
    }


def told(paths: Sequence[Path]) -> list[TrainedRun]:
    """Epochs and plan of each run, for the contract."""
    states = (read_checkpoint(path) for path in paths)
    return [{"epochs": state["epoch"], "plan": dict(state["plan"])} for state in states if "plan" in state]


def wide_shares(paths: Sequence[Path]) -> dict[str, list[float]]:
    """The mean of what their heads ``wide`` were shown; nothing where any of them was not taught."""
    found = [state[WIDE_SHARES] for path in paths if WIDE_SHARES in (state := read_checkpoint(path))]
    return {WIDE_SHARES: [sum(row) / len(row) for row in zip(*found, strict=True)]} if len(found) == len(paths) else {}


@click.command()
@click.argument("output", type=PathType())
@click.argument("checkpoints", nargs=-1, required=True, type=PathType())
def main(output: Path, checkpoints: tuple[Path, ...]) -> None:
    """Write the mean of CHECKPOINTS to OUTPUT."""
    torch.save({"weights": mean_weights(checkpoints), "ends": told(checkpoints), **wide_shares(checkpoints)}, output)


if __name__ == "__main__":
    main()
