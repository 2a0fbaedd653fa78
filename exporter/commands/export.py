"""``mien export``: a network in, a model file out that explains itself."""

import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.commands.options import verbose_option
from tracker.commands.terminal import say, show, tell
from tracker.core.errors import UsageError
from tracker.core.paths import PathType
from tracker.core.printable import printable

if TYPE_CHECKING:
    from exporter.data.dataset import LabelledFaces
    from exporter.export.readers.description import Description, Layout
    from tracker.core.records import JsonObject

PATH = PathType()
NOT_CALIBRATED_NOTE = (
    "Not calibrated: without --data the temperature is 1, nothing is called unclear, and priors change nothing. Compared with"
    " the network on random crops only."
)


def _description(
    *,
    labels: str | None,
    size: int | None,
    scaling: tuple[float, float] | None,
    layout: "Layout | None",
    description: Path | None,
) -> "Description":
    """Flags, and where there is none, the TOML file."""
    from exporter.export.readers.description import Description, read_description

    flags = Description(labels=tuple(labels.split(",")) if labels else None, size=size, scaling=scaling, layout=layout)
    return flags if description is None else flags.or_else(read_description(description))


def _written_file(path: Path) -> "JsonObject":
    return {"output": str(path), "sha256": sha256(path.read_bytes()).hexdigest()}


def _write_int8(output: Path, faces: "LabelledFaces") -> "JsonObject":
    """The second file, and both in a table on stderr."""
    from exporter.export.quantise import compare_files, format_comparison, int8_beside, write_int8

    smaller = int8_beside(output)
    write_int8(output, smaller, faces)
    rows = compare_files([output, smaller], faces)
    tell(*format_comparison(rows))
    return {"int8": _written_file(smaller), "compared": [asdict(row) for row in rows]}


@click.command()
@click.argument("network", type=PATH)
@click.option("--output", required=True, type=PATH, help="The model file to write, as models/mien.onnx.")
@click.option("--data", type=PATH, help="Faces to calibrate on: its public split. A checkpoint: what it was trained on.")
@click.option("--name", help="The model's name; if not given, the name of the file that is written.")
@click.option("--version", default="1", show_default=True, help="The model's version.")
@click.option("--int8", is_flag=True, help="Also write an int8 file beside it, and compare both in a table. Needs --data.")
@click.option("--labels", help="What a foreign network's outputs mean, in order: angry,disgust,fear,happy,...")
@click.option("--size", type=int, help="Pixels a side of its crops, if the file does not say.")
@click.option("--scaling", type=float, nargs=2, help="The values of a black and a white pixel: 0 1, -1 1 or 0 255.")
@click.option("--layout", help="nchw or nhwc, if the file does not say where the one channel is.")
@click.option("--description", type=PATH, help="A TOML file with labels, size, scaling, layout; flags override it.")
@verbose_option
def command(
    network: Path, output: Path, data: Path | None, name: str | None, version: str, *, int8: bool, **described: Any
) -> None:
    """Make NETWORK a model file: calibrated, with its contract inside, and compared with its origin before it is kept.

    NETWORK is a checkpoint of 'mien train' (.pt), a torch.export program (.pt2), a Keras model (.keras, .h5, .hdf5) or an
    ONNX file without a contract. Prints as JSON what was written. No code from the file is run.
    """
    if int8 and data is None:
        raise UsageError("--int8 measures crops on training faces and compares scores: give --data.")
    from exporter.export.readers.choose import read_source

    source = read_source(network, _description(**described))
    from exporter.data.dataset import read
    from exporter.export.onnx_file import export

    faces = None if data is None else read(data)
    contract, parity = export(source, faces, output, name=name or printable(output.stem), version=version)
    told: JsonObject = {**_written_file(output), "answers": "probabilities" if source.probabilities else "logits"}
    told |= {"calibrated": faces is not None, "parity": asdict(parity), "measured": contract.measured}
    if faces is None:
        say(NOT_CALIBRATED_NOTE)
    else:
        told |= _write_int8(output, faces) if int8 else {}
    show(*json.dumps(told, indent=2).splitlines())
