"""``mien health``: how well the model does for people, in words or as JSON."""

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import show, show_json
from tracker.config.settings import Settings


@click.command(name="health")
@settings_options("db")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with all that the page Health shows.")
@click.option("--person", "whose", metavar="NAME", help="Only this person's verdicts; by default those of everybody.")
def command(settings: Settings, whose: str | None, *, as_json: bool) -> None:
    """Report how often the model is right, whether its confidence is true, and whether something changed lately."""
    from tracker.core.frame import now
    from tracker.core.records import as_json as record_as_json
    from tracker.core.time_zone import HERE
    from tracker.health.report import health_report
    from tracker.health.text_report import format_report
    from tracker.personal.fit_files import people
    from tracker.personal.summary import describe_fits, fit_history
    from tracker.store.database import Database

    with Database(settings.db) as database, database.session() as store:
        report = health_report(store, now().astimezone(HERE), whose)
    fitted = {name: (describe_fits(name), fit_history(name)) for name in ([whose] if whose else people())}
    if as_json:
        members = {
            name: {"fits": [*map(record_as_json, made)], "took_effect": [*map(record_as_json, history)]}
            for name, (made, history) in fitted.items()
        }
        show_json({**report.as_dict(), "fitted": members})
        return
    show(*format_report(report))
    for name, (made, history) in fitted.items():
        show("", f"fits of {name}")
        for fit in made:
            show(f"  {fit.name}{', in effect' if fit.in_effect else ''}: {fit.words}")
        for change in history:
            show(f"    {change.when}: {change.name}, {change.by}")
