"""``mien image``: the expressions of the faces in pictures."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import say, show, show_json
from tracker.config.settings import Settings
from tracker.core.address import redacted
from tracker.core.paths import PathType
from tracker.core.vocabulary import ADJECTIVES, UNCLEAR

if TYPE_CHECKING:
    from tracker.vision.single_image import PictureReport, UnreadablePicture

SHOWN_SCORES: Final = 3
"""The likeliest expressions that a line names."""


@click.command(name="image")
@settings_options("mode", "prior", "person", "model", "landmarker")
@click.argument("paths", nargs=-1, required=True, type=PathType(), metavar="PATH...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each picture, in input order.")
@click.option("--crops", is_flag=True, help="The pictures are face crops already.")
@click.pass_context
def command(ctx: click.Context, settings: Settings, paths: tuple[Path, ...], *, as_json: bool, crops: bool) -> None:
    """Say what each face in each picture shows; a folder stands for the pictures in it."""
    from tqdm import tqdm

    from tracker.compose import open_analyzer
    from tracker.config.mode import may_read_group
    from tracker.core.records import as_json as record_as_json
    from tracker.vision.single_image import UnreadablePicture, report_picture

    pictures = list(pictures_of(paths))
    failed = False
    # The bar would stand between the lines when both go to the terminal.
    hide_bar = len(pictures) == 1 or not sys.stderr.isatty() or sys.stdout.isatty()
    with open_analyzer(settings, "picture") as analyzer:
        for path in tqdm(pictures, "pictures", disable=hide_bar):
            # A stream's address may have been taken for a path.
            name = str(redacted(str(path)))
            report = report_picture(analyzer, name, path, crops=crops, read_group=may_read_group(settings.mode))
            show_json(record_as_json(report)) if as_json else show(*format_report(report))
            if isinstance(report, UnreadablePicture):
                failed = True
                say(f"{name}: {report.error}")
    ctx.exit(1 if failed else 0)


def pictures_of(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield each path, or the pictures of a folder by name; a folder without any stands for itself, and cannot be read."""
    from tracker.core.labelled_folders import pictures_in

    for path in paths:
        yield from (pictures_in(path) if path.is_dir() else []) or [path]


def format_report(report: "PictureReport | UnreadablePicture") -> Iterator[str]:
    """Yield the report of one picture as lines for a person."""
    from tracker.core.text import share, sure
    from tracker.core.withheld import WITHHELD
    from tracker.vision.single_image import UnreadablePicture

    if isinstance(report, UnreadablePicture):
        yield f"{report.path}: could not be read"
        return
    yield f"{report.path}: {len(report.faces) or 'no'} face{'s' * (len(report.faces) > 1)}"
    found = {"padded": "found with a border around the picture", "crop": "the picture taken as a face"}
    for number, face in enumerate(report.faces, 1):
        label = "unclear"
        if face.expression != UNCLEAR:
            label = f"looks {ADJECTIVES.get(face.expression, face.expression)} {sure(face.confidence)}"
        if face.quality.reason == WITHHELD:
            yield f"  {number}  {face.emoji} {label} - {WITHHELD}"
            continue
        ranked = sorted(face.scores.items(), key=lambda score: -score[1])[:SHOWN_SCORES]
        others = ", ".join(f"{name} {share(score)}" for name, score in ranked if name != face.expression)
        remarks = "".join(f" - {remark}" for remark in (face.quality.reason, found.get(face.found)) if remark)
        yield f"  {number}  {face.emoji} {label} ({others}){remarks}"
