"""What Alembic runs: the migrations, inside of the transaction that ``tracker/store/migrate.py`` began."""

from alembic import context

from tracker.store.migrate import VERSION_TABLE
from tracker.store.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    # SQLite changes a table by making another in its place.
    render_as_batch=True,
    # All or nothing, also in SQLite: the transaction was begun by hand.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
