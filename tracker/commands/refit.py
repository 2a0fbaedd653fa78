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
    from tracker.personal.refit import FitReport


@click.command()
@click.option(
    "--verdicts",
    type=PathType(),
    help="A folder with one folder of pictures for each expression; by default the verdicts in the store.",
)
@click.option(
    "--promote", type=click.IntRange(0), metavar="VERSION", help="Let an earlier fit take effect; 0 is the released model."
)
@click.option("--list", "listed", is_flag=True, help="List the fits of a person, and which is in effect.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of sentences.")
@settings_options("person", "db", "model", "landmarker")
@click.pass_context
def command(
    ctx: click.Context, settings: Settings, verdicts: Path | None, promote: int | None, *, listed: bool, as_json: bool
) -> None:
    """Fit the model to a person by their verdicts; seven, one for each expression, already help.

    Each fit is stored in the data folder on this machine, under a number. It takes effect by itself only if the confidence
    interval of its gain excludes zero; else you decide with --promote. Exit code 1 when a picture had no face.
    """
    from tracker.core.person import ME, require_name
    from tracker.core.time_zone import HERE
    from tracker.personal.fit_files import current_version, versions
    from tracker.personal.fit_files import promote as take_effect

    person = require_name(settings.person or ME)
    if promote is not None:
        take_effect(person, promote)
    if promote is not None or listed:
        chosen, fits = current_version(person), versions(person)
        if as_json:
            members = [dict(fit.report) | {"version": fit.version, "at": fit.at.isoformat()} for fit in fits]
            show_json({"person": person, "current": chosen, "versions": members})
            return
        for fit in fits:
            mark = "in effect" if fit.version == chosen else ""
            at = f"{fit.at.astimezone(HERE):%Y-%m-%d %H:%M}"
            show(f"{fit.version:>4}  {at}  {fit.verdicts:>4} {fit.origin}  {mark}".rstrip())
        if not chosen:
            show("The released model is in effect.")
        return
    # A fit is made of the released model, never of another fit.
    report, failed = _fit(replace(settings, person=None), person, verdicts)
    show_json(report.as_dict()) if as_json else show(*format_report(report))
    ctx.exit(1 if failed else 0)


def _fit(settings: Settings, person: str, folder: Path | None) -> "tuple[FitReport, int]":
    """The fit from a folder's pictures, or with None from the store's verdicts, and how many pictures had no face."""
    from tracker.compose import open_analyzer, open_classifier
    from tracker.personal.fitting import require_statistics
    from tracker.personal.from_folder import labelled_from_folder
    from tracker.personal.from_store import fit_from_store
    from tracker.personal.refit import fit_person
    from tracker.store.database import Database

    classifier = open_classifier(settings, "picture")
    require_statistics(classifier.contract)
    if folder is not None:
        with open_analyzer(settings, "picture") as analyzer:
            labelled, failed = labelled_from_folder(analyzer, folder, say)
        return fit_person(person, labelled, classifier), failed
    with Database(settings.db) as database:
        report, left_out = fit_from_store(database.session, person, classifier)
    if left_out:
        say(f"{left_out} verdicts are on another model's predictions, and have no crop to classify again.")
    return report, 0


def format_report(report: "FitReport") -> Iterator[str]:
    """The lines of a report on a fit, for people."""
    yield f"Fit {report.version} of {report.person}, from {report.verdicts} verdicts."
    before, after, interval = report.comparison.before, report.comparison.after, report.comparison.interval
    if before is not None and after is not None and interval is not None:
        low, high = interval
        yield (
            f"Held out, {before.right} of {report.verdicts} were right before and {after.right} after:"
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
