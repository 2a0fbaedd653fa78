"""``mien health``: how well the model does for its people, in words or as JSON."""

from collections.abc import Iterator
from typing import Any

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import show, show_json
from tracker.config.settings import Settings


@click.command(name="health")
@settings_options("db")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with all that the page Health shows.")
@click.option("--person", "whose", metavar="NAME", help="Only this person's verdicts; by default everybody's.")
def command(choices: Settings, whose: str | None, *, as_json: bool) -> None:
    """Say how often the model is right, whether its confidence is true, and whether something changed of late."""
    from tracker.core.frame import now
    from tracker.core.time_zone import HERE
    from tracker.health.report import health_report
    from tracker.health.text_report import format_report
    from tracker.personal.fit_files import people
    from tracker.personal.summary import fit_history, fits
    from tracker.store.database import Database

    with Database(choices.db) as database, database.session() as store:
        found = health_report(store, now().astimezone(HERE), whose)
    fitted = {name: (fits(name), fit_history(name)) for name in ([whose] if whose else people())}
    if as_json:
        told = {name: {"fits": made, "took_effect": effects} for name, (made, effects) in fitted.items()}
        show_json(found.as_dict() | {"fitted": told})
        return
    show(*format_report(found))
    for name, (made, effects) in fitted.items():
        show(*_of_fits(name, made, effects))


def _of_fits(name: str, made: list[dict[str, Any]], effects: list[dict[str, str]]) -> Iterator[str]:
    yield ""
    yield f"fits of {name}"
    for fit in made:
        yield f"  {fit['name']}{', in effect' if fit['in_effect'] else ''}: {fit['words']}"
    for turn in effects:
        yield f"    {turn['when']}: {turn['name']}, {turn['by']}"
