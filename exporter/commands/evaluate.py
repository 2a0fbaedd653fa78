"""``mien evaluate``: how good a model file is, on labelled faces."""

import json
from pathlib import Path
from typing import Any

import click

from tracker.commands.options import settings_options
from tracker.errors import UsageError
from tracker.settings import Choices

PATH = click.Path(path_type=Path)


@click.command()
@click.option("--data", type=PATH, help="fer2013.npz, Kaggle's fer2013.csv, or a folder of class folders of 48x48 crops.")
@click.option("--split", type=click.Choice(["public", "private", "train"]), default="private", show_default=True)
@click.option("--images", type=PATH, help="A folder of pictures, with one folder an expression.")
@click.option("--crops", is_flag=True, help="The pictures of --images are face crops already.")
@click.option("--skip-missing", is_flag=True, help="Leave out pictures without a face instead of counting them wrong.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@settings_options("model", "landmarker", "prior")
@click.pass_context
def command(
    ctx: click.Context,
    choices: Choices,
    data: Path | None,
    images: Path | None,
    split: str,
    *,
    crops: bool,
    skip_missing: bool,
    as_json: bool,
) -> None:
    """Score a model file on --data or on --images.

    Accuracies take the likeliest expression, before abstention. Exit code 1 when a picture could not be read.
    """
    if data is not None and images is None:
        scores = _of_data(choices, data, split)
    elif images is not None and data is None:
        scores = _of_images(choices, images, crops=crops, skip_missing=skip_missing)
    else:
        raise UsageError("Give either --data (labelled crops) or --images (a folder of class folders).")
    _tell(scores, as_json=as_json)
    ctx.exit(1 if scores.get("failed") else 0)


def _of_data(choices: Choices, data: Path, split: str) -> dict[str, Any]:
    from exporter.data import read
    from exporter.evaluate import evaluate_data
    from tracker.assets import released_model
    from tracker.classifier import OnnxClassifier

    classifier = OnnxClassifier(released_model(choices.model), choices.prior)
    scores = evaluate_data(classifier, read(data), split)
    return _headed(classifier.sha256, data, split, choices.prior, scores)


def _of_images(choices: Choices, images: Path, *, crops: bool, skip_missing: bool) -> dict[str, Any]:
    from exporter.evaluate import evaluate_folder
    from tracker.compose import open_analyzer

    with open_analyzer(choices, "picture") as analyzer:
        scores = evaluate_folder(analyzer, images, crops=crops, skip_missing=skip_missing)
        return _headed(analyzer.classifier.sha256, images, None, choices.prior, scores)


def _headed(model: str, data: Path, split: str | None, prior: str, scores: dict[str, Any]) -> dict[str, Any]:
    shown = {"prior": prior, **scores["shown"]}
    return {"model": model, "data": str(data), "split": split, **scores, "shown": shown}


def _tell(scores: dict[str, Any], *, as_json: bool) -> None:
    from exporter.evaluate import table

    for failure in scores.get("failed", []):
        click.echo(f"{failure['path']}: {failure['error']}", err=True)
    lines = [json.dumps(scores)] if as_json else table(scores)
    for line in lines:
        click.echo(line)
