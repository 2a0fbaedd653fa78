"""``mien train``: labelled faces in, a checkpoint out, going on where it stopped."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from exporter.extras import require_extras
from tracker.commands.options import verbose_option

PATH = click.Path(path_type=Path)


@click.command()
@click.option("--data", required=True, type=PATH, help="fer2013.npz, Kaggle's fer2013.csv, or a folder of class folders.")
@click.option("--output", required=True, type=PATH, help="The run's folder: checkpoint.pt and log.jsonl.")
@click.option("--init", type=PATH, help="Start from the weights of this checkpoint.")
@click.option("--learning-rate", type=click.FloatRange(0, min_open=True), help="The highest; 0.1 if not given.")
@click.option("--epochs", type=click.IntRange(1), help="How often each picture is seen; 40 if not given.")
@click.option("--batch", type=click.IntRange(2), help="Pictures a step; 96 if not given.")
@click.option("--seed", type=click.IntRange(0), help="What chance begins with; 1 if not given.")
@verbose_option
def command(data: Path, output: Path, init: Path | None, **given: Any) -> None:
    """Train a model, or go on with a run where it stopped.

    The same command takes up an interrupted run, with the plan it began with. Needs torch.
    """
    require_extras()
    from exporter.data import read
    from exporter.train import Run, plan_of

    faces = read(data)
    plan = replace(plan_of(output), **{name: value for name, value in given.items() if value is not None})
    run = Run(output, plan, init)
    run.train(faces)
    click.echo(f"{run.checkpoint}: {run.epoch} epochs. Next: mien export {run.checkpoint} --data {data} --output mien.onnx")
