"""``mien erase``: delete what was stored."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import say
from tracker.config.option_types import SESSION_TIME
from tracker.config.settings import Settings
from tracker.core.printable import printable

if TYPE_CHECKING:
    from tracker.store.database import Database

TARGETS: Final = ("session", "picture", "participant")
Times = tuple[float | None, float | None]


@click.command(name="erase")
@settings_options("db")
@click.option("--session", metavar="ID", help="A session, by its id or the beginning of it.")
@click.option(
    "--from", "begin", type=SESSION_TIME, help="Of that session only what was said from this moment on: seconds, or 1:02:03."
)
@click.option("--to", "end", type=SESSION_TIME, help="Of that session only what was said until then: seconds, or 1:02:03.")
@click.option("--picture", metavar="ID", help="An upload, by its id or the beginning of it.")
@click.option("--participant", metavar="SESSION:NUMBER", help="One face in a session, by its id in the log.")
@click.option("--all", "everything", is_flag=True, help="All sessions, pictures, verdicts, preferences, fits and recordings.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(
    choices: Settings, begin: float | None, end: float | None, *, everything: bool, yes: bool, **named: str | None
) -> None:
    """Delete a session or a part of it, a picture, a face or everything; it cannot be brought back.

    Of an SQLite file, nothing is left in it. PostgreSQL forgets at once, but its server's files, log and backups keep the bytes
    for as long as its administrator has them kept.
    """
    from tracker.core.errors import UsageError
    from tracker.store.database import Database

    what = {f"--{name}": named[name] for name in TARGETS} | {"--all": everything or None}
    given = [name for name, value in what.items() if value is not None]
    times = None if begin is None and end is None else (begin, end)
    if times and given != ["--session"]:
        raise UsageError("--from and --to go with --session alone: they say which part of it to erase.")
    if len(given) != 1:
        raise UsageError(f"Say what to erase, one thing: {', '.join(what)}.")
    kind, name = given[0], str(what[given[0]])
    with Database(choices.db) as database:
        words = f"{_words(database, kind, name, times)} in {database.name}"
        if not yes:
            _ask(words)
        _eraser(kind, name, times)(database)
    say(f"{words} is erased.")


def _words(database: "Database", kind: str, name: str, times: Times | None) -> str:
    """What goes; UsageError where a part of a session holds nothing."""
    from tracker.store.partial_erase import count_range

    if kind == "--all":
        return "everything"
    if times is None:
        return f"{kind[2:]} {name}"
    with database.session() as store:
        part = count_range(store, name, *times)
    return f"{part} of session {name} ({part.contents})"


def _ask(words: str) -> None:
    """On a terminal; a script must say --yes, for nobody can answer it."""
    from tracker.core.errors import UsageError

    if not sys.stdin.isatty():
        raise UsageError(f"To erase {words} without being asked, add --yes.")
    click.confirm(printable(f"Erase {words}? It cannot be brought back."), abort=True, err=True)


def _eraser(kind: str, name: str, times: Times | None) -> "Callable[[Database], None]":
    from tracker.store import erase

    if times is not None:
        return lambda database: erase.erase_part(database, name, *times)
    erasers: dict[str, Callable[[Database], None]] = {
        "--session": lambda database: erase.erase_session(database, name),
        "--picture": lambda database: erase.erase_picture(database, name),
        "--participant": lambda database: erase.erase_participant(database, name),
        "--all": erase.erase_everything,
    }
    return erasers[kind]
