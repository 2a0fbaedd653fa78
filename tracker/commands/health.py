"""``mien health``: how well the model does for its people, in words or as JSON."""

import json

import click

from tracker.commands.options import verbose_option
from tracker.commands.verdicts import db_option


@click.command(name="health")
@verbose_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with all that the page Health shows.")
@click.option("--person", metavar="NAME", help="Only this person's verdicts; by default everybody's.")
@db_option
def command(person: str | None, db: str | None, *, as_json: bool) -> None:
    """Say how often the model is right, whether its confidence is true, and whether something changed of late."""
    from tracker.frame import now
    from tracker.health.report import health
    from tracker.health.words import in_words
    from tracker.store.database import Database

    with Database(db) as database, database.session() as store:
        found = health(store, now().astimezone(), person)
    click.echo(json.dumps(found.as_dict(), ensure_ascii=False) if as_json else "\n".join(in_words(found)))
