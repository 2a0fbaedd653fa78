"""Bringing a database's tables up to date: Alembic, driven from here, with the migrations that Mien ships."""

from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from tracker.core.errors import StoreError
from tracker.store.schema import Base

VERSION_TABLE: Final = "mien_version"
"""The table that says which migration was last; a database may be shared with others who use Alembic."""
MIGRATION_LOCK: Final = 0x6D69656E
"""'mien': one program at a time migrates a PostgreSQL database. In SQLite the transaction is lock enough."""


def migrate(connection: Connection, name: str, revision: str = "head") -> None:
    """Make or change the tables, in the transaction that runs; StoreError for a database that is newer, or not ours."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    config = alembic_config(connection)
    known = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    if current == known.get_current_head():
        return
    if current is None:
        _see_that_it_is_ours(connection, name)
    elif current not in {script.revision for script in known.walk_revisions()}:
        raise StoreError(
            f"{name} was written by a newer Mien (its tables are at {current}). Update Mien, or name another with --db."
        )
    command.upgrade(config, revision)


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings; no alembic.ini is needed."""
    config = Config()
    config.set_main_option("script_location", "tracker.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _see_that_it_is_ours(connection: Connection, name: str) -> None:
    """No table of somebody else's: a whole SQLite file is ours or not, a PostgreSQL database may be shared."""
    found = set(inspect(connection).get_table_names())
    others = found if connection.dialect.name == "sqlite" else found & set(Base.metadata.tables)
    if others:
        shown = ", ".join(sorted(others)[:5])
        raise StoreError(f"{name} holds tables of another program ({shown}). Name another database with --db.")
