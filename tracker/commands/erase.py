"""``mien erase``: delete what was stored."""

import sys

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import say
from tracker.config.option_types import SESSION_TIME
from tracker.config.settings import Settings
from tracker.core.printable import printable


@click.command(name="erase")
@settings_options("db")
@click.option("--session", metavar="ID", help="A session, by its id or the beginning of it.")
@click.option(
    "--from", "begin", type=SESSION_TIME, help="Of that session only the part from this time on: seconds, or 1:02:03."
)
@click.option("--to", "end", type=SESSION_TIME, help="Of that session only the part up to this time: seconds, or 1:02:03.")
@click.option("--picture", metavar="ID", help="An uploaded picture, by its id or the beginning of it.")
@click.option("--participant", metavar="SESSION:NUMBER", help="One face in a session, by its id in the log.")
@click.option("--all", "everything", is_flag=True, help="All sessions, pictures, verdicts, preferences, fits and recordings.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(
    settings: Settings,
    *,
    session: str | None,
    begin: float | None,
    end: float | None,
    picture: str | None,
    participant: str | None,
    everything: bool,
    yes: bool,
) -> None:
    """Delete a session or a part of it, a picture, a face or everything. It cannot be undone.

    Nothing of it is left in an SQLite file. A PostgreSQL server deletes it at once, but its files, log and backups hold the
    bytes for as long as its administrator has them kept.
    """
    from tracker.core.errors import UsageError
    from tracker.store import erase
    from tracker.store.database import Database
    from tracker.store.partial_erase import count_range, erase_part

    targets = {"--session": session, "--picture": picture, "--participant": participant, "--all": "" if everything else None}
    given = [flag for flag, value in targets.items() if value is not None]
    is_part = begin is not None or end is not None
    if is_part and given != ["--session"]:
        raise UsageError("--from and --to go with --session alone: they say which part of it to erase.")
    if len(given) != 1:
        raise UsageError(f"Say what to erase, one thing: {', '.join(targets)}.")
    with Database(settings.db) as database:
        if session is not None and is_part:
            with database.session() as store:
                part = count_range(store, session, begin, end)
            target = f"{part} of session {session} ({part.contents})"
        else:
            target = "everything" if everything else f"{given[0][2:]} {targets[given[0]]}"
        target += f" in {database.name}"
        if not yes:
            # Nobody can answer a script.
            if not sys.stdin.isatty():
                raise UsageError(f"To erase {target} without being asked, add --yes.")
            click.confirm(printable(f"Erase {target}? It cannot be brought back."), abort=True, err=True)
        if session is not None and is_part:
            erase_part(database, session, begin, end)
        elif session is not None:
            erase.erase_session(database, session)
        elif picture is not None:
            erase.erase_picture(database, picture)
        elif participant is not None:
            erase.erase_participant(database, participant)
        else:
            erase.erase_everything(database)
    say(f"{target} is erased.")
