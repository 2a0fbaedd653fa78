"""When the process of a lease began; and no table of promotions, for what took effect is kept with the fits."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """One column, empty for who has the database open just now; milliseconds, as all moments."""
    op.add_column("leases", sa.Column("process_at", sa.BigInteger, nullable=True))
    op.drop_table("promotions")
