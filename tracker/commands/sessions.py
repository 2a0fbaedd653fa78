"""``mien sessions``: the stored sessions, as a list and week by week, and one of them as a table, a report or a plot."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

import click

from tracker.commands.options import ID_PREFIX_LENGTH, db_option, settings_options, verbose_option
from tracker.commands.terminal import say, show, show_json
from tracker.config.option_types import SESSION_TIME
from tracker.config.settings import Settings
from tracker.core.paths import PathType

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as Store

    from tracker.exports.session_data import SessionData
    from tracker.store.session_queries import SessionSummary

CONTRACT_MEMBERS: Final = ("id", "title", "started_at", "ended_at", "interrupted", "source", "hz", "observations", "model")
"""Of the JSON of a session in the list, those that others build on; they come first."""
LeftOut = Literal["times", "scores", "notes"]
"""What a report may leave out, as ``tracker.reports.leave_out`` has it, which would import numpy here."""
EXPORT_FORMATS: Final = ("csv", "jsonl", "parquet")

FILE_PATH = PathType(dir_okay=False)


@click.group(name="sessions", invoke_without_command=True)
@settings_options("db")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each session.")
@click.pass_context
def command(ctx: click.Context, settings: Settings, *, as_json: bool) -> None:
    """List the stored sessions, newest first; write one of them as a table, a report or a plot."""
    ctx.obj = settings.db
    if ctx.invoked_subcommand is not None:
        return
    from tracker.store.database import Database
    from tracker.store.session_queries import list_sessions

    with Database(settings.db) as database, database.session() as store:
        summaries = list_sessions(store)
    if not summaries:
        say("No session is kept here.")
    for summary in summaries:
        if as_json:
            members = summary.as_dict()
            show_json({name: members[name] for name in CONTRACT_MEMBERS} | members)
        else:
            show(format_session(summary))


def format_session(session: "SessionSummary") -> str:
    """A session as a line for people: its id, when it began in this machine's zone, how long it was, and what it showed."""
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
    """Add the options that the subcommands share: the session, a part of it, the output file, the database."""
    for option in (
        click.option("--to", "end", type=SESSION_TIME, help="Only up to this time of the session: seconds, or 1:02:03."),
        click.option("--from", "start", type=SESSION_TIME, help="Only from this time of the session on: seconds, or 1:02:03."),
        click.option("--output", type=FILE_PATH, required=True, help="The file to write; an existing one is replaced."),
        db_option,
        click.argument("session", metavar="ID"),
        verbose_option,
    ):
        function = option(function)
    return function


@command.command(name="export")
@session_file_options
@click.option("--format", "form", type=click.Choice(EXPORT_FORMATS), help="By default the ending of the output's name.")
@click.pass_obj
def export(parent: str | None, /, session: str, db: str | None, output: Path, form: str | None, **part: float | None) -> None:
    """Write a session as a table: readings, markers and pauses, with shapes if they were stored; see docs/data.md."""
    from tracker.exports.files import export_session as write

    with open_session(db or parent, session, **part) as (record, _):
        write(record, output, form or output.suffix[1:])


@command.command(name="report")
@session_file_options
@click.option(
    "--leave-out",
    type=click.Choice(get_args(LeftOut)),
    multiple=True,
    help="For a report that you pass on: no exact times, no scores, or no title, notes and markers; may be repeated.",
)
@click.pass_obj
def report(
    parent: str | None,
    /,
    session: str,
    db: str | None,
    output: Path,
    leave_out: tuple[LeftOut, ...],
    **part: float | None,
) -> None:
    """Write a report on a session: one page of HTML that also prints well."""
    from tracker.reports.earlier_sessions import read_earlier_sessions
    from tracker.reports.html_report import write_report

    with open_session(db or parent, session, **part) as (record, store):
        write_report(record, output, read_earlier_sessions(store, session), leave_out)


@command.command(name="plot")
@session_file_options
@click.pass_obj
def plot(parent: str | None, /, session: str, db: str | None, output: Path, **part: float | None) -> None:
    """Draw a session into a file whose name ends in .png or .svg."""
    from tracker.reports.plots import write_plot as draw

    with open_session(db or parent, session, **part) as (record, _):
        draw(record, output)


@command.command(name="trends")
@verbose_option
@db_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object: weeks, and sessions, with their shares.")
@click.option(
    "--weeks", type=click.IntRange(1, 104), default=12, show_default=True, help="How many weeks, the current one included."
)
@click.option(
    "--person",
    metavar="NAME",
    help="Whose sessions, by the fit that was applied; by default those without another person's fit.",
)
@click.pass_obj
def trends(parent: str | None, /, db: str | None, weeks: int, person: str | None, *, as_json: bool) -> None:
    """Show week by week how long your own face was watched, and the share of each expression."""
    from tracker.core.frame import now
    from tracker.core.time_zone import HERE
    from tracker.reports import trends as exported
    from tracker.reports.earlier_sessions import read_watched_sessions
    from tracker.store.database import Database

    here = now().astimezone(HERE)
    with Database(db or parent) as database, database.session() as store:
        found = exported.trends_by_week(read_watched_sessions(store, exported.first_monday(here, weeks), person), here, weeks)
    show_json(found.as_dict()) if as_json else show(*exported.format_trends(found))


@contextmanager
def open_session(db: str | None, session: str, start: float | None, end: float | None) -> "Iterator[tuple[SessionData, Store]]":
    """A stored session and the store that its rows are read from; on a terminal, a progress bar moves as they are read."""
    from dataclasses import replace

    from tqdm import tqdm

    from tracker.exports.from_database import read_session_data
    from tracker.store.database import Database

    with Database(db) as database, database.session() as store:
        found = read_session_data(store, session, start, end)
        hidden = not sys.stderr.isatty()
        yield replace(found, rows=lambda: iter(tqdm(found.rows(), "observations", disable=hidden, leave=False))), store
