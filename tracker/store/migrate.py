"""Bringing a database's tables up to date, by Alembic and the migrations that Mien ships."""

from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from tracker.core.errors import StoreError
from tracker.store.schema import Base

VERSION_TABLE: Final = "mien_version"
"""The table that names the last migration; ours, as a database may be shared with others who use Alembic."""
MIGRATION_LOCK: Final = 0x6D69656E
"""'mien' in ASCII: the advisory lock under which one program at a time migrates a PostgreSQL database.

In SQLite the transaction is lock enough."""


def migrate(connection: Connection, name: str, revision: str = "head") -> None:
    """Make or change the tables, in the transaction that is open.

    Args:
        connection: To the database, in a transaction that its owner commits.
        name: What errors call the database.
        revision: The migration to go to.

    Raises:
        StoreError: The database was written by a newer Mien, or holds another program's tables.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    config = alembic_config(connection)
    known = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    if current == known.get_current_head():
        return
    if current is None:
        # A whole SQLite file is ours or not; a PostgreSQL database may be shared if no table has the name of one of ours.
        tables = set(inspect(connection).get_table_names())
        others = tables if connection.dialect.name == "sqlite" else tables & set(Base.metadata.tables)
        if others:
            shown = ", ".join(sorted(others)[:5])
            raise StoreError(f"{name} holds tables of another program ({shown}). Name another database with --db.")
    elif current not in {script.revision for script in known.walk_revisions()}:
        raise StoreError(
            f"{name} was written by a newer Mien (its tables are at {current}). Update Mien, or name another with --db."
        )
    command.upgrade(config, revision)


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for a connection, which its commands then use; no alembic.ini is needed."""
    config = Config()
    config.set_main_option("script_location", "tracker.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
