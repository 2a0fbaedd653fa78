"""``mien train``: labelled faces in, a checkpoint out, going on where it stopped."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exporter.export.extras import require_extras
from tracker.commands.options import verbose_option
from tracker.commands.terminal import show
from tracker.config.option_types import Amount
from tracker.core.paths import PathType

if TYPE_CHECKING:
    from exporter.training.verdicts import Verdicts

PATH = PathType()


@click.command()
@click.option("--data", type=PATH, help="fer2013.npz, Kaggle's fer2013.csv, or a folder of class folders.")
@click.option("--verdicts", type=PATH, help="The folder of 'mien verdicts export': teach them too; needs --init.")
@click.option("--output", required=True, type=PATH, help="The run's folder: checkpoint.pt and log.jsonl.")
@click.option("--init", type=PATH, help="Start from the weights of this checkpoint.")
@click.option("--refine", is_flag=True, help="End a training: pictures much as they are, smaller steps; needs --init.")
@click.option("--learning-rate", type=Amount(0, min_open=True), help="The highest; 0.1, with --refine 0.06, --verdicts 0.01.")
@click.option("--epochs", type=click.IntRange(1), help="How often each picture is seen; 40, with --refine 30, --verdicts 8.")
@click.option("--batch", type=click.IntRange(2), help="Pictures a step; 96 if not given.")
@click.option("--seed", type=click.IntRange(0), help="What chance begins with; 1 if not given.")
@verbose_option
def command(data: Path | None, verdicts: Path | None, output: Path, init: Path | None, *, refine: bool, **given: Any) -> None:
    """Train a model, or go on with a run where it stopped.

    The same command takes up an interrupted run, with the plan it began with. With --verdicts a model is fitted to a
    person who has given hundreds of them: --data is then rehearsed, so that the rest is not forgotten; without it much may
    be, which the end of the run tells. Needs torch.
    """
    if data is None and verdicts is None:
        raise click.UsageError("Give --data, what the model is taught, or --verdicts with --init.")
    if verdicts is not None and init is None:
        raise click.UsageError("--verdicts changes a model that can do something already: name its checkpoint with --init.")
    if refine and (init is None or verdicts is not None):
        raise click.UsageError("--refine ends a training on --data: name its checkpoint with --init, and no --verdicts.")
    require_extras()
    from exporter.data.dataset import no_faces, read
    from exporter.training.train import Run
    from exporter.training.training_config import FINE_TUNE, REFINE, TrainingConfig, training_config
    from exporter.training.verdicts import Verdicts

    faces = no_faces() if data is None else read(data)
    own = None if verdicts is None else Verdicts.read(verdicts)
    usual = FINE_TUNE if own else REFINE if refine else TrainingConfig()
    plan = replace(training_config(output, usual), **{name: value for name, value in given.items() if value is not None})
    run = Run(output, plan, init)
    run.train(faces, own)
    if own is not None and init is not None:
        show(compared(own.parted()[1], init, run.checkpoint))
    show(f"{run.checkpoint}: {run.epoch} epochs. Next: mien export {run.checkpoint} --data {data or 'DATA'} --output mien.onnx")


def compared(held: "Verdicts", before: Path, after: Path) -> str:
    """What the person's verdicts that were not taught say of two checkpoints."""
    from exporter.training.checkpoint import load_weights
    from exporter.training.network import Network

    network, right = Network(), []
    for path in (before, after):
        load_weights(network, path)
        right.append(held.right(network))
    return f"Of {len(held)} verdicts held out {right[0]} were right before and {right[1]} are now."
