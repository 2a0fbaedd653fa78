"""``mien image``: what the faces in pictures show."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import say, show, show_json
from tracker.config.settings import Settings
from tracker.core.address import redacted
from tracker.core.paths import PathType
from tracker.core.vocabulary import ADJECTIVES

TOP: Final = 3


@click.command(name="image")
@settings_options("prior", "person", "model", "landmarker")
@click.argument("paths", nargs=-1, required=True, type=PathType(), metavar="PATH...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each picture, in input order.")
@click.option("--crops", is_flag=True, help="The pictures are face crops already.")
@click.pass_context
def command(ctx: click.Context, choices: Settings, paths: tuple[Path, ...], *, as_json: bool, crops: bool) -> None:
    """Say what each face in each picture shows; a folder stands for the pictures in it."""
    from tqdm import tqdm

    from tracker.compose import open_analyzer
    from tracker.vision.single_image import report

    pictures = list(pictures_of(paths))
    failed = False
    # The bar would stand between the lines when both go to the terminal.
    quiet = len(pictures) == 1 or not sys.stderr.isatty() or sys.stdout.isatty()
    with open_analyzer(choices, "picture") as analyzer:
        fit = analyzer.classifier.fit
        for path in tqdm(pictures, "pictures", disable=quiet):
            # A stream's address may have been taken for a path.
            name = redacted(str(path))
            result = report(analyzer, name, path, crops=crops)
            failed |= "error" in result
            result |= {} if fit is None else {"person": fit.person, "fit": fit.version}
            show_json(result) if as_json else show(*in_words(result))
            if "error" in result:
                say(f"{name}: {result['error']}")
    ctx.exit(1 if failed else 0)


def pictures_of(paths: Iterable[Path]) -> Iterator[Path]:
    """The paths themselves, and the pictures of folders by name; a folder without any stands for itself, and cannot be read."""
    from tracker.core.labelled_folders import pictures_in

    for path in paths:
        yield from (pictures_in(path) if path.is_dir() else []) or [path]


def in_words(result: dict[str, Any]) -> Iterator[str]:
    """The report of one picture for people."""
    if "error" in result:
        yield f"{result['path']}: could not be read"
        return
    faces = result["faces"]
    yield f"{result['path']}: {len(faces) or 'no'} face{'s' * (len(faces) > 1)}"
    for number, face in enumerate(faces, 1):
        yield f"  {number}  {face['emoji']} {_looks(face)}{_others(face)}{_remarks(face)}"


def _looks(face: dict[str, Any]) -> str:
    from tracker.core.text import sure

    if face["expression"] == "unclear":
        return "unclear"
    adjective = ADJECTIVES.get(face["expression"], face["expression"])
    return f"looks {adjective} {sure(face['confidence'])}"


def _others(face: dict[str, Any]) -> str:
    """What else it could be, likeliest first."""
    from tracker.core.text import share

    ranked = sorted(face["scores"].items(), key=lambda pair: -pair[1])[:TOP]
    told = [f"{name} {share(part)}" for name, part in ranked if name != face["expression"]]
    return f" ({', '.join(told)})"


def _remarks(face: dict[str, Any]) -> str:
    found = {"padded": "found with a border around the picture", "crop": "the picture taken as a face"}
    remarks = [face["quality"]["reason"], found.get(face["found"])]
    return "".join(f" - {remark}" for remark in remarks if remark)
