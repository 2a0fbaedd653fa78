"""``mien refit``: fit the model to a person, from their verdicts."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import say, show, show_json
from tracker.config.settings import Settings
from tracker.core.paths import PathType

if TYPE_CHECKING:
    from tracker.model.classifier import OnnxClassifier
    from tracker.personal.labelled import Labelled
    from tracker.personal.refit import Report


@click.command()
@click.option("--verdicts", type=PathType(), help="A folder with one folder of pictures an expression; else the store.")
@click.option("--promote", type=click.IntRange(0), metavar="VERSION", help="Let an earlier fit take effect; 0 goes back.")
@click.option("--list", "listed", is_flag=True, help="The fits of a person, and which is in effect.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of sentences.")
@settings_options("person", "db", "model", "landmarker")
@click.pass_context
def command(
    ctx: click.Context, choices: Settings, verdicts: Path | None, promote: int | None, *, listed: bool, as_json: bool
) -> None:
    """Fit the model to a person, from verdicts of theirs: seven, one an expression, already help.

    Every fit is kept in the data folder on this machine, under a number. It takes effect by itself only if the interval of
    its gain excludes zero; else --promote decides. Exit code 1 when a picture had no face.
    """
    from tracker.core.person import ME, require_name
    from tracker.personal.fit_files import promote as take_effect

    person = require_name(choices.person or ME)
    if promote is not None:
        take_effect(person, promote)
    if promote is not None or listed:
        _list(person, as_json=as_json)
        return
    report, failed = _fitted(replace(choices, person=None), person, verdicts)
    show_json(report.as_dict()) if as_json else show(*format_report(report))
    ctx.exit(1 if failed else 0)


def _fitted(choices: Settings, person: str, folder: Path | None) -> "tuple[Report, int]":
    """The fit of the released model, and how many pictures failed."""
    from tracker.compose import open_classifier
    from tracker.personal.fitting import require_statistics
    from tracker.personal.refit import fit_person

    classifier = open_classifier(choices, "picture")
    require_statistics(classifier.contract)
    labelled, failed = _from_store(choices, person, classifier) if folder is None else _from_folder(choices, folder)
    return fit_person(person, labelled, classifier), failed


def _from_folder(choices: Settings, folder: Path) -> "tuple[Labelled, int]":
    from tracker.compose import open_analyzer
    from tracker.personal.from_folder import labelled_from_folder

    with open_analyzer(choices, "picture") as analyzer:
        return labelled_from_folder(analyzer, folder, say)


def _from_store(choices: Settings, person: str, classifier: "OnnxClassifier") -> "tuple[Labelled, int]":
    from tracker.personal.from_store import labelled_from_store
    from tracker.store.database import Database

    with Database(choices.db) as database, database.session() as store:
        labelled, left_out = labelled_from_store(store, person, classifier)
    if left_out:
        say(f"{left_out} verdicts were given on another model's word, and have no crop to judge again.")
    return labelled, 0


def _list(person: str, *, as_json: bool) -> None:
    from tracker.core.time_zone import HERE
    from tracker.personal.fit_files import current, versions

    chosen, fits = current(person), versions(person)
    if as_json:
        told = [dict(fit.report) | {"version": fit.version, "at": fit.at.isoformat()} for fit in fits]
        show_json({"person": person, "current": chosen.version, "versions": told})
        return
    for fit in fits:
        mark = "in effect" if fit.version == chosen.version else ""
        show(f"{fit.version:>4}  {fit.at.astimezone(HERE):%Y-%m-%d %H:%M}  {fit.verdicts:>4} {fit.origin}  {mark}".rstrip())
    if not chosen.version:
        show("The released model is in effect.")


def format_report(report: "Report") -> Iterator[str]:
    """The report for people."""
    yield f"Fit {report.version} of {report.person}, from {report.verdicts} verdicts."
    if report.evidence is not None:
        told = report.evidence.as_dict()
        low, high = told["interval"]
        yield (
            f"Held out, {told['before']['right']} of {report.verdicts} were right before and {told['after']['right']} after:"
            f" the gain lies between {low:+.0%} and {high:+.0%}."
        )
    if report.lone:
        yield f"One verdict alone speaks for {', '.join(report.lone)}: held out, none is left, so the gain is a lower bound."
    if report.promoted:
        yield "It is in effect."
    else:
        yield (
            f"That could be chance, so it is not in effect by itself. Try it with --person {report.person}, or let it take"
            f" effect: mien refit --person {report.person} --promote {report.version}"
        )
