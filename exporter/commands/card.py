"""``mien card``: a model card with plots, from what ``mien evaluate --json`` printed."""

from pathlib import Path

import click

from tracker.commands.options import settings_options
from tracker.errors import DataError
from tracker.parsing import read_json
from tracker.settings import Choices

PATH = click.Path(path_type=Path)


@click.command()
@click.option("--scores", required=True, type=PATH, help="What 'mien evaluate --data ... --json' printed, in a file.")
@click.option("--output", required=True, type=PATH, help="The folder for README.md, its plots and scores.json.")
@settings_options("model")
def command(choices: Choices, scores: Path, output: Path) -> None:
    """Write a model's card: README.md in the format of Hugging Face, four plots, and the scores they come from.

    The data is not needed: a split that is read once is read by 'mien evaluate', and the card can be made again.
    """
    told = _read(scores)
    from exporter.card import write_card
    from tracker.assets import released_model
    from tracker.classifier import OnnxClassifier

    model = released_model(choices.model)
    for path in write_card(OnnxClassifier(model), model, told, output):
        click.echo(path)


def _read(path: Path) -> dict[str, object]:
    try:
        told = read_json(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: expected the JSON that 'mien evaluate --json' prints ({error}).") from error
    if not isinstance(told, dict):
        raise DataError(f"{path}: expected one JSON object, as 'mien evaluate --json' prints it.")
    return told
