"""``mien verdicts``: the labelled crops of the store as a folder, and back."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import say
from tracker.config.settings import Settings
from tracker.core.paths import PathType

if TYPE_CHECKING:
    from tracker.core.face import Detection
    from tracker.core.frame import Pixels

FOLDER_PATH = PathType()


@click.group(name="verdicts")
def command() -> None:
    """Export and import your verdicts: one folder of crops for each expression, and manifest.jsonl."""


@command.command(name="export")
@settings_options("db")
@click.argument("folder", type=FOLDER_PATH, metavar="DIR")
@click.option("--person", "whose", metavar="NAME", help="Only this person's verdicts; by default those of everybody.")
def export(settings: Settings, folder: Path, whose: str | None) -> None:
    """Write the crops of all verdicts into an empty or new folder."""
    from tracker.store.database import Database
    from tracker.store.verdict_export import export_verdicts

    with Database(settings.db) as database, database.session() as store:
        written, missing = export_verdicts(store, folder, whose)
    without_crop = f"; {missing} more had no crop to write" if missing else ""
    say(f"{_count_verdicts(written)} in {folder}{without_crop}.")


@command.command(name="import")
@settings_options("person", "model", "db")
@click.argument("folder", type=FOLDER_PATH, metavar="DIR")
def import_(settings: Settings, folder: Path) -> None:
    """Store the verdicts in a folder of classes, as ``export`` writes it or without a manifest; none is stored twice.

    Without a manifest they are those of --person, as for ``mien refit``: yours, unless a name is set.
    """
    from tracker.compose import open_classifier
    from tracker.core.person import ME, require_name
    from tracker.model.provenance import ModelProvenance
    from tracker.store.database import Database
    from tracker.store.verdict_export import import_verdicts, read_verdicts
    from tracker.vision.analyzer import Analyzer

    def open_crop_classifier() -> tuple[Analyzer, ModelProvenance]:
        classifier = open_classifier(replace(settings, person=None, prior="default"), "picture")
        return Analyzer(_NoDetector(), classifier), ModelProvenance.of(classifier)

    entries = read_verdicts(folder, open_crop_classifier, require_name(settings.person or ME))
    with Database(settings.db) as database:
        added, known = database.write(lambda store: import_verdicts(store, entries)).result()
    say(f"{_count_verdicts(added)} taken in from {folder}, {known or 'none'} were there already.")


def _count_verdicts(count: int) -> str:
    return f"{count or 'no'} verdict{'s' * (count != 1)}"


class _NoDetector:
    """A detector that finds nothing: in a crop, no face is looked for."""

    def detect(self, pixels: "Pixels") -> "list[Detection]":  # noqa: ARG002 - the protocol's
        return []
