"""``mien export``: a checkpoint in, a model file out that explains itself."""

import json
from hashlib import sha256
from pathlib import Path

import click

from exporter.extras import require_extras
from tracker.commands.options import verbose_option

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("checkpoint", type=PATH)
@click.option("--data", required=True, type=PATH, help="What it was trained on; its public split calibrates the file.")
@click.option("--output", required=True, type=PATH, help="The model file to write, as models/mien.onnx.")
@click.option("--name", default="mien", show_default=True, help="What the model is called.")
@click.option("--version", default="1", show_default=True, help="Which one of that name it is.")
@verbose_option
def command(checkpoint: Path, data: Path, output: Path, name: str, version: str) -> None:
    """Make CHECKPOINT a model file: calibrated, with its contract inside, and compared with torch before it is kept.

    Prints as JSON what was written and its scores on the public split. Needs torch.
    """
    require_extras()
    from exporter.data import read
    from exporter.export import export

    card = export(checkpoint, read(data), output, name=name, version=version)
    told = {"output": str(output), "sha256": sha256(output.read_bytes()).hexdigest(), "measured": card.measured}
    click.echo(json.dumps(told, indent=2))
