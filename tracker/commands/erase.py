"""``mien erase``: delete what was stored."""

import sys
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

import click

from tracker.commands.moment import MOMENT
from tracker.commands.options import settings_options
from tracker.settings import Choices

if TYPE_CHECKING:
    from tracker.store.database import Database


@click.command(name="erase")
@settings_options("db")
@click.option("--session", metavar="ID", help="A session, by its id or the beginning of it.")
@click.option("--from", "begin", type=MOMENT, help="Of that session only what it said from here on, as seconds or as 1:02:03.")
@click.option("--to", "end", type=MOMENT, help="Of that session only what it said until here.")
@click.option("--picture", metavar="ID", help="An upload, by its id or the beginning of it.")
@click.option("--participant", metavar="SESSION:NUMBER", help="One face in a session, by its id in the log.")
@click.option("--all", "everything", is_flag=True, help="All sessions, pictures, verdicts, preferences, fits and recordings.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(
    choices: Choices,
    session: str | None,
    picture: str | None,
    participant: str | None,
    *,
    begin: float | None,
    end: float | None,
    everything: bool,
    yes: bool,
) -> None:
    """Delete a session or a stretch of it, a picture, a face or everything; it cannot be brought back.

    Of an SQLite file, nothing is left in it. PostgreSQL forgets at once, but its server's files, log and backups keep the bytes
    for as long as its administrator has them kept.
    """
    from tracker.errors import UsageError
    from tracker.store.database import Database

    what = {"--session": session, "--picture": picture, "--participant": participant, "--all": everything or None}
    given = [name for name, value in what.items() if value is not None]
    if len(given) != 1:
        raise UsageError(f"Say what to erase, one thing: {', '.join(what)}.")
    part = begin is not None or end is not None
    if part and session is None:
        raise UsageError("--from and --to are moments of a session: say which with --session.")
    with Database(choices.db) as database:
        words = "everything" if everything else f"{given[0][2:]} {what[given[0]]}"
        words = f"{_stretch(begin, end) if part else ''}{words} in {database.name}"
        if not yes:
            _ask(words)
        if part:
            _erase_stretch(database, str(session), begin, end)
        else:
            _eraser(given[0], str(what[given[0]]))(database)
    click.echo(f"mien: {words} is erased.", err=True)


def _ask(words: str) -> None:
    """On a terminal; a script must say --yes, for nobody can answer it."""
    from tracker.errors import UsageError

    if not sys.stdin.isatty():
        raise UsageError(f"To erase {words} without being asked, add --yes.")
    click.confirm(f"Erase {words}? It cannot be brought back.", abort=True, err=True)


def _stretch(begin: float | None, end: float | None) -> str:
    from tracker.exports.looks import clock

    first = "the beginning" if begin is None else clock(begin)
    return f"what was said from {first} to {'the end' if end is None else clock(end)} in "


def _erase_stretch(database: "Database", session: str, begin: float | None, end: float | None) -> None:
    from tracker.store.erase import erase_moment

    erase_moment(database, session, 0.0 if begin is None else begin, inf if end is None else end)


def _eraser(kind: str, name: str) -> "Callable[[Database], None]":
    from tracker.store import erase

    erasers: dict[str, Callable[[Database], None]] = {
        "--session": lambda database: erase.erase_session(database, name),
        "--picture": lambda database: erase.erase_picture(database, name),
        "--participant": lambda database: erase.erase_participant(database, name),
        "--all": erase.erase_everything,
    }
    return erasers[kind]
