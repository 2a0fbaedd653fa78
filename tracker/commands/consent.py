"""``mien consent``: who agreed to be analysed, taking that back, when others were analysed, and the words to ask with."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click

from tracker.commands.options import ID_PREFIX_LENGTH, db_option, settings_options, verbose_option
from tracker.commands.terminal import say, show, show_json
from tracker.config.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.store.audit import AuditEntry
    from tracker.store.consents import ConsentEntry
    from tracker.store.schema import HowAsked

WAYS: Final = ("chat", "aloud", "writing")
"""As ``tracker.store.schema.HOW_ASKED`` has them, which would import SQLAlchemy here."""


@click.group(name="consent", invoke_without_command=True)
@settings_options("db")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each entry.")
@click.pass_context
def command(ctx: click.Context, settings: Settings, *, as_json: bool) -> None:
    """List who agreed to be analysed, in which session and how they were asked."""
    ctx.obj = settings.db
    if ctx.invoked_subcommand is not None:
        return
    from tracker.core.records import timestamp
    from tracker.store.consents import list_consents
    from tracker.store.database import Database

    with Database(settings.db) as database, database.session() as store:
        entries = list_consents(store)
    if not entries:
        say("Nobody has agreed to anything here.")
    for entry in entries:
        if as_json:
            revoked = None if entry.revoked_at is None else timestamp(entry.revoked_at)
            show_json(asdict(entry) | {"at": timestamp(entry.at), "revoked_at": revoked})
        else:
            show(format_consent(entry))


def format_consent(entry: "ConsentEntry") -> str:
    """An entry as a line for people: its number, when, whose, in which session and how they were asked."""
    session = entry.session[:ID_PREFIX_LENGTH]
    if entry.revoked_at is not None:
        return f"{entry.id:>3}  {_minute(entry.at)}  session {session}  revoked {_minute(entry.revoked_at)}, data deleted"
    asked = {"chat": "asked in the chat", "aloud": "asked aloud", "writing": "asked in writing"}[entry.how]
    faces = f", face {', '.join(map(str, entry.faces))}" if entry.faces else ""
    return f"{entry.id:>3}  {_minute(entry.at)}  session {session}  {entry.who}, {asked}{faces}"


@command.command(name="add")
@click.argument("who", metavar="NAME")
@click.option("--session", required=True, metavar="ID", help="The session that it is for, by its id or the beginning of it.")
@click.option("--how", required=True, type=click.Choice(WAYS), help="How they were asked.")
@click.option(
    "--face", "faces", type=click.IntRange(1, 999_999), multiple=True, help="Their number in that session; may be repeated."
)
@db_option
@verbose_option
@click.pass_obj
def add(parent: str | None, /, *, who: str, session: str, how: "HowAsked", faces: tuple[int, ...], db: str | None) -> None:
    """Record that NAME agreed that their face is analysed in one session."""
    from sqlalchemy.orm import Session as Store

    from tracker.core.frame import now
    from tracker.store.consents import add_consent, add_consented_face
    from tracker.store.database import Database
    from tracker.store.find_session import find_session

    def work(store: Store) -> "ConsentEntry":
        entry = add_consent(store, find_session(store, session).uuid, who, how, now())
        for number in faces:
            add_consented_face(store, entry.id, number)
        return entry

    with Database(db or parent) as database:
        entry = database.write(work).result()
    say(f"{entry.who} agreed: this is entry {entry.id}. To take it back: mien consent revoke {entry.id}")


@command.command(name="revoke")
@click.argument("entry", type=click.IntRange(1, 999_999_999), metavar="ENTRY")
@db_option
@verbose_option
@click.pass_obj
def revoke(parent: str | None, /, entry: int, db: str | None) -> None:
    """Take an entry back and delete that person's data at once, without asking; the entry stays, without their name.

    Deleted are their readings, what was saved of them with a verdict, and markers that name them.
    """
    from tracker.store.consents import revoke_consent
    from tracker.store.database import Database

    with Database(db or parent) as database:
        revoke_consent(database, entry)
    say(f"Entry {entry} is revoked, and the person's data is deleted.")


@command.command(name="audit")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each run.")
@db_option
@verbose_option
@click.pass_obj
def audit(parent: str | None, /, db: str | None, *, as_json: bool) -> None:
    """List when others were analysed: from when to when, in which mode, and how many had agreed."""
    from tracker.core.records import timestamp
    from tracker.store.audit import list_audit
    from tracker.store.database import Database

    with Database(db or parent) as database, database.session() as store:
        entries = list_audit(store)
    if not entries:
        say("No analysis of others is noted here.")
    for entry in entries:
        if as_json:
            ended = None if entry.ended_at is None else timestamp(entry.ended_at)
            show_json(asdict(entry) | {"began_at": timestamp(entry.began_at), "ended_at": ended})
        else:
            show(format_audit(entry))


def format_audit(entry: "AuditEntry") -> str:
    """A run as a line for people."""
    until = "not ended" if entry.ended_at is None else f"to {_minute(entry.ended_at)}"
    return f"{_minute(entry.began_at)} {until}  {entry.mode}  {entry.source}  {entry.people} agreed"


@command.command(name="words")
@settings_options("mode")
def words(settings: Settings) -> None:
    """Show words to paste into the chat of a call, to ask the others with; they differ by where Mien is used."""
    from tracker.consent.words import chat_words

    show(chat_words(settings.mode))


def _minute(moment: "datetime") -> str:
    """In this machine's zone."""
    from tracker.core.time_zone import HERE

    return f"{moment.astimezone(HERE):%Y-%m-%d %H:%M}"
