"""``mien readings``: what a face's movements may mean, how readily that is told, and whether a file of readings can be used."""

from pathlib import Path

import click

from tracker.commands.options import settings_options, verbose_option
from tracker.commands.terminal import show, show_json
from tracker.config.settings import PATH_TYPE, Settings


@click.group(name="readings", invoke_without_command=True)
@settings_options("db")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each reading.")
@click.pass_context
def command(ctx: click.Context, settings: Settings, *, as_json: bool) -> None:
    """List what a face may mean, with your own file and your choices on the page Glossary: how readily each is told."""
    if ctx.invoked_subcommand is not None:
        return
    from tracker.readings.own_readings import READINGS_PREFERENCE, TELLING_WORDS, parse_own_readings, vocabulary
    from tracker.store.database import Database
    from tracker.store.retention import get_preference

    with Database(settings.db) as database, database.session() as store:
        own = vocabulary(parse_own_readings(get_preference(store, READINGS_PREFERENCE)))
    for name, rule in own.chosen.readings.items():
        telling = own.telling[name]
        if as_json:
            members = {"name": rule.name, "meaning": rule.meaning, "threshold": rule.threshold, "window": rule.window}
            show_json({"id": name, "told": telling} | members | {"validated": rule.validated})
        else:
            show(f"{name}  {TELLING_WORDS[telling]}: {rule.name}. {rule.meaning}")


@command.command(name="check")
@click.argument("file", type=PATH_TYPE)
@verbose_option
def check(file: Path) -> None:
    """Say whether FILE can be used as readings.toml, and what is wrong with it."""
    from tracker.core.errors import UsageError
    from tracker.readings.own_readings import OwnReadings, load_shared
    from tracker.readings.rules import RuleTable

    try:
        text = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}.") from error
    loaded = load_shared(OwnReadings(), text).loaded or RuleTable()
    show(f"It can be used. Readings that it adds or changes: {', '.join(loaded.readings) or 'none'}.")
