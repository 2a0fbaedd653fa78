"""``mien train``: labelled faces in, a checkpoint out, going on where it stopped."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exporter.export.extras import require_training_packages
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
@click.option("--refine", is_flag=True, help="End a training: lightly varied pictures, smaller steps; needs --init.")
@click.option(
    "--opinions", type=PATH, help="An .npz of another network's answers for each picture of --data: train on them, too."
)
@click.option("--frozen", is_flag=True, help="Train only the separate head for --opinions; nothing else changes. Needs --init.")
@click.option(
    "--aligned",
    type=click.FloatRange(0, 1),
    help="Share of the pictures that is shown as the tracker crops it; 0 if not given.",
)
@click.option(
    "--learning-rate", type=Amount(0, min_open=True), help="The highest one; if not given, it depends on the kind of run."
)
@click.option(
    "--epochs",
    type=click.IntRange(1),
    help="How many times each picture is used; 40, for --refine 30, --opinions 4, --verdicts 8.",
)
@click.option("--batch", type=click.IntRange(2), help="Pictures a step; 96 if not given.")
@click.option("--seed", type=click.IntRange(0), help="Seed of the random numbers; 1 if not given.")
@verbose_option
def command(
    data: Path | None,
    verdicts: Path | None,
    output: Path,
    init: Path | None,
    opinions: Path | None,
    *,
    refine: bool,
    frozen: bool,
    **given: Any,
) -> None:
    """Train a model, or continue an interrupted run.

    To continue an interrupted run, give the same command again. --verdicts fits a model to a person who has given hundreds of
    them. Give --data as well, so that the model does not forget the other faces; the end of the run says how much it forgot.
    --opinions trains a separate head on what another network says of the pictures of --data; with --init it is added to a
    trained network. Needs torch.
    """
    if data is None and verdicts is None:
        raise click.UsageError("Give --data, what the model is taught, or --verdicts with --init.")
    if verdicts is not None and init is None:
        raise click.UsageError("--verdicts changes a model that can do something already: name its checkpoint with --init.")
    if refine and (init is None or verdicts is not None):
        raise click.UsageError("--refine ends a training on --data: name its checkpoint with --init, and no --verdicts.")
    if opinions is not None and (data is None or verdicts is not None or refine):
        raise click.UsageError("--opinions are on the pictures of --data: give that, and neither --verdicts nor --refine.")
    if frozen and (opinions is None or init is None):
        raise click.UsageError("--frozen teaches --opinions to a network that stays as it is: name its checkpoint with --init.")
    require_training_packages()
    from exporter.data.dataset import no_faces, read, with_opinions
    from exporter.training.train import Run
    from exporter.training.training_config import FINE_TUNE, FROZEN, REFINE, WIDEN, TrainingConfig, training_config
    from exporter.training.verdicts import Verdicts

    faces = no_faces() if data is None else read(data)
    if opinions is not None:
        faces = with_opinions(faces, opinions)
    own = None if verdicts is None else Verdicts.read(verdicts)
    usual = FINE_TUNE if own else REFINE if refine else FROZEN if frozen else WIDEN if opinions and init else TrainingConfig()
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
