"""``mien health``: how well the model does for its people, in words or as JSON."""

import json

import click

from tracker.commands.options import settings_options
from tracker.settings import Choices


@click.command(name="health")
@settings_options("db")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with all that the page Health shows.")
@click.option("--person", "whose", metavar="NAME", help="Only this person's verdicts; by default everybody's.")
def command(choices: Choices, whose: str | None, *, as_json: bool) -> None:
    """Say how often the model is right, whether its confidence is true, and whether something changed of late."""
    from tracker.frame import now
    from tracker.health.report import health
    from tracker.health.words import in_words
    from tracker.store.database import Database

    with Database(choices.db) as database, database.session() as store:
        found = health(store, now().astimezone(), whose)
    click.echo(json.dumps(found.as_dict(), ensure_ascii=False) if as_json else "\n".join(in_words(found)))
