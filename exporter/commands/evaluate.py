"""``mien evaluate``: how good a model file is, on labelled faces."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import say, show, show_json
from tracker.config.settings import Settings
from tracker.core.errors import UsageError
from tracker.core.paths import PathType

if TYPE_CHECKING:
    from exporter.evaluation.scores import Evaluation

PATH = PathType()


@click.command()
@click.option("--data", type=PATH, help="fer2013.npz, Kaggle's fer2013.csv, or a folder of class folders of 48x48 crops.")
@click.option("--split", type=click.Choice(["public", "private", "train"]), default="private", show_default=True)
@click.option("--groups", type=PATH, help="An .npz of portraits, and of whom: tell also who is misread.")
@click.option("--images", type=PATH, help="A folder of pictures, with one folder an expression.")
@click.option("--crops", is_flag=True, help="The pictures of --images are face crops already.")
@click.option("--skip-missing", is_flag=True, help="Leave out pictures without a face instead of counting them wrong.")
@click.option("--compare", "other", type=PATH, help="Another model file, scored on the same pictures.")
@click.option("--json", "as_json_line", is_flag=True, help="One JSON object instead of a table.")
@settings_options("model", "landmarker", "prior", "person")
@click.pass_context
def command(
    ctx: click.Context,
    settings: Settings,
    data: Path | None,
    groups: Path | None,
    images: Path | None,
    *,
    other: Path | None,
    split: str,
    crops: bool,
    skip_missing: bool,
    as_json_line: bool,
) -> None:
    """Score a model file on --data or on --images, beside another one with --compare.

    Where the data names groups (an array "group" in an .npz, a groups.csv with the columns picture and group in a folder),
    each has its scores, too. With --groups, --data is judged and then the portraits of that file: "images" [N, 48, 48] and any
    number of arrays of names or ages. For each group it tells what is shown of them with the prior for live video.

    Accuracies take the likeliest expression, before abstention. Exit code 1 when a picture could not be read.
    """
    if data is not None and images is None:
        scores = _evaluate_data(settings, data, split, other, groups)
    elif groups is not None:
        raise UsageError("--groups goes with --data: the portraits have no labels to be judged by.")
    elif images is not None and data is None:
        scores = _evaluate_images(settings, images, other, crops=crops, skip_missing=skip_missing)
    else:
        raise UsageError("Give either --data (labelled crops) or --images (a folder of class folders).")
    from exporter.evaluation.scores import as_json
    from exporter.evaluation.table import format_evaluation

    failed = scores.failed or []
    for failure in failed:
        say(f"{failure.path}: {failure.error}")
    show_json(as_json(scores)) if as_json_line else show(*format_evaluation(scores))
    ctx.exit(1 if failed else 0)


def _naming_the_file(settings: Settings) -> Settings:
    """Scores are those of the file itself, not of its 8-bit copy."""
    from tracker.config.model_files import released_model

    return replace(settings, model=released_model(settings.model))


def _evaluate_data(settings: Settings, data: Path, split: str, other: Path | None, groups: Path | None) -> "Evaluation":
    from exporter.data.dataset import read
    from exporter.evaluation.evaluate import evaluate_data
    from exporter.evaluation.portraits import evaluate_portraits, read_portraits
    from tracker.compose import open_classifier
    from tracker.model.classifier import OnnxClassifier

    classifier = open_classifier(_naming_the_file(settings), "picture")
    rival = None if other is None else OnnxClassifier(other, settings.prior)
    portraits = None if groups is None else read_portraits(groups)
    scores = evaluate_data(classifier, read(data), split, data=str(data), prior=settings.prior, other=rival)
    return scores if portraits is None else replace(scores, portraits=evaluate_portraits(classifier, portraits, str(groups)))


def _evaluate_images(settings: Settings, images: Path, other: Path | None, *, crops: bool, skip_missing: bool) -> "Evaluation":
    from exporter.evaluation.evaluate import evaluate_folder
    from tracker.compose import open_analyzer

    released = replace(settings, model=other, person=None)
    with ExitStack() as stack:
        analyzer = stack.enter_context(open_analyzer(_naming_the_file(settings), "picture"))
        rival = None if other is None else stack.enter_context(open_analyzer(released, "picture"))
        return evaluate_folder(analyzer, images, crops=crops, skip_missing=skip_missing, prior=settings.prior, other=rival)
