"""How a face moved since its reading before; readings that are there already were not watched in between."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """One column, empty: adding it rewrites no row, neither in SQLite nor in PostgreSQL."""
    op.add_column("readings", sa.Column("motion", sa.LargeBinary, nullable=True))
