"""``mien card``: a model card with plots, from what ``mien evaluate --json`` printed."""

from pathlib import Path

import click

from exporter.export.extras import require_packages
from tracker.commands.options import settings_options
from tracker.commands.terminal import show
from tracker.config.settings import Settings
from tracker.core.paths import PathType

PATH = PathType()


@click.command()
@click.option("--scores", required=True, type=PATH, help="What 'mien evaluate --data ... --json' printed, in a file.")
@click.option("--output", required=True, type=PATH, help="The folder for README.md, its plots and scores.json.")
@click.option(
    "--facts", type=PATH, help="A TOML file of what its makers say of it, as models/facts.toml; else that is left out."
)
@settings_options("model")
def command(settings: Settings, scores: Path, output: Path, facts: Path | None) -> None:
    """Write a model's card: README.md in the format of Hugging Face, four plots, and the scores they come from.

    It says what the file, its scores and --facts say, and nothing else: no author, licence or training data that nobody named.
    The data is not needed: a split that is read once is read by 'mien evaluate', and the card can be made again.
    """
    require_packages("A model card", "onnx", "matplotlib")
    from exporter.evaluation.facts import read_facts
    from exporter.evaluation.model_card import write_card
    from exporter.evaluation.scores import read_scores
    from tracker.config.model_files import released_model
    from tracker.model.classifier import OnnxClassifier

    model = released_model(settings.model)
    read = read_scores(scores)
    told = None if facts is None else read_facts(facts)
    for path in write_card(OnnxClassifier(model), model, read, output, told):
        show(str(path))
