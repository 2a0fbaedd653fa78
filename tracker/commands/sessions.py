"""``mien sessions``: what was stored, as a list and week by week, and one of them as a table, a report or a plot."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.commands.options import settings_options, verbose_option
from tracker.commands.terminal import say, show, show_json
from tracker.config.option_types import SESSION_TIME
from tracker.config.settings import Settings
from tracker.core.paths import PathType

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as Store

    from tracker.exports.session_data import Record
    from tracker.store.session_queries import SessionSummary

CONTRACT_FIELDS: Final = ("id", "title", "started_at", "ended_at", "interrupted", "source", "hz", "observations", "model")
EXPORT_FORMATS: Final = ("csv", "jsonl", "parquet")
ID_PREFIX_LENGTH: Final = 8
"""Characters of an id that tell it from others; any beginning that only one session has will do."""

FILE_PATH = PathType(dir_okay=False)
db_option = click.option("--db", metavar="URL", help="The database; by default the one in your data folder.")


@click.group(name="sessions", invoke_without_command=True)
@settings_options("db")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each session.")
@click.pass_context
def command(ctx: click.Context, choices: Settings, *, as_json: bool) -> None:
    """List the sessions that are kept, newest first; write one as a table, a report or a plot."""
    ctx.obj = choices.db
    if ctx.invoked_subcommand is not None:
        return
    from tracker.store.database import Database
    from tracker.store.session_queries import list_sessions

    with Database(choices.db) as database, database.session() as store:
        kept = list_sessions(store)
    if not kept:
        say("No session is kept here.")
    for each in kept:
        told = each.as_dict()
        promised = {name: told[name] for name in CONTRACT_FIELDS}
        show_json(promised | told) if as_json else show(format_session(each))


def format_session(session: "SessionSummary") -> str:
    """A session as a line for people."""
    from tracker.core.text import clock
    from tracker.core.time_zone import HERE

    began = f"{session.started_at.astimezone(HERE):%Y-%m-%d %H:%M}"
    remarks = [
        session.title or session.source,
        session.figures.shares_in_words(most=2),
        *(["interrupted"] if session.interrupted else []),
    ]
    return f"{session.id[:ID_PREFIX_LENGTH]}  {began}  {clock(session.seconds):>8}  {' - '.join(remarks)}"


def session_file_options(function: Callable[..., None]) -> Callable[..., None]:
    """What the subcommands share: the session, a stretch of it, the output, the database."""
    for option in (
        click.option("--to", "end", type=SESSION_TIME, help="Until here, as seconds or as 1:02:03."),
        click.option(
            "--from", "start", type=SESSION_TIME, help="From this moment of the session on, as seconds or as 1:02:03."
        ),
        click.option("--output", type=FILE_PATH, required=True, help="The file to write; one that is there is replaced."),
        db_option,
        click.argument("session", metavar="ID"),
        verbose_option,
    ):
        function = option(function)
    return function


@command.command(name="export")
@session_file_options
@click.option("--format", "form", type=click.Choice(EXPORT_FORMATS), help="By default what the output's name ends in.")
@click.pass_obj
def export(
    parent: str | None, /, session: str, db: str | None, output: Path, form: str | None, **stretch: float | None
) -> None:
    """Write a session as a table: readings, markers and pauses, with shapes if they were kept; see docs/data.md."""
    from tracker.exports.files import export as write

    with open_session(db or parent, session, **stretch) as (record, _):
        write(record, output, form or output.suffix[1:])


@command.command(name="report")
@session_file_options
@click.pass_obj
def report(parent: str | None, /, session: str, db: str | None, output: Path, **stretch: float | None) -> None:
    """Write a session as one page of HTML that also prints well."""
    from tracker.reports.earlier_sessions import lately
    from tracker.reports.html_report import write_report

    with open_session(db or parent, session, **stretch) as (record, store):
        write_report(record, output, lately(store, session))


@command.command(name="plot")
@session_file_options
@click.pass_obj
def plot(parent: str | None, /, session: str, db: str | None, output: Path, **stretch: float | None) -> None:
    """Draw a session: a file that ends in .png or .svg."""
    from tracker.reports.plots import plot as draw

    with open_session(db or parent, session, **stretch) as (record, _):
        draw(record, output)


@command.command(name="trends")
@verbose_option
@db_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object: weeks, and sessions, with their shares.")
@click.option("--weeks", type=click.IntRange(1, 104), default=12, show_default=True, help="How many, this one among them.")
@click.option("--person", metavar="NAME", help="Whose sessions, by the fit that was applied; by default those of nobody else.")
@click.pass_obj
def trends(parent: str | None, /, db: str | None, weeks: int, person: str | None, *, as_json: bool) -> None:
    """Tell for how long was watched week by week, and the share of each expression, of one's own face."""
    from tracker.core.frame import now
    from tracker.core.time_zone import HERE
    from tracker.reports import trends as exported
    from tracker.reports.earlier_sessions import watched
    from tracker.store.database import Database

    here = now().astimezone(HERE)
    with Database(db or parent) as database, database.session() as store:
        found = exported.trends(watched(store, exported.beginning(here, weeks), person), here, weeks)
    show_json(found.as_dict()) if as_json else show(*exported.in_words(found))


@contextmanager
def open_session(db: str | None, session: str, start: float | None, end: float | None) -> "Iterator[tuple[Record, Store]]":
    """A stored session, whose rows move a bar on a terminal as they are read, and the store they are read from."""
    from dataclasses import replace

    from tqdm import tqdm

    from tracker.exports.from_database import record
    from tracker.store.database import Database

    with Database(db) as database, database.session() as store:
        found = record(store, session, start, end)
        hidden = not sys.stderr.isatty()
        yield replace(found, rows=lambda: iter(tqdm(found.rows(), "observations", disable=hidden, leave=False))), store
