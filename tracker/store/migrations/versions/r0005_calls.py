"""What faces showed in a call, and what people say of what that may mean; what is there already is left as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Two new tables, with names and types as in the first migration."""
    op.create_table(
        "movements",
        sa.Column("observation_id", sa.Integer, nullable=False),
        sa.Column("participant_id", sa.Integer, nullable=False),
        sa.Column("shows", sa.Integer, nullable=False),
        sa.Column("unseen", sa.Integer, nullable=False),
        sa.Column("possible", sa.String, nullable=True),
        sa.PrimaryKeyConstraint("observation_id", "participant_id", name="pk_movements"),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observations.id"], name="fk_movements_observation_id_observations", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_movements_participant_id_participants", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_movements_participant_id", "movements", ["participant_id"])
    op.create_table(
        "reading_verdicts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("session", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("t", sa.Double, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("told", sa.String, nullable=False),
        sa.Column("said", sa.String(40), nullable=False),
        sa.Column("levels", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reading_verdicts"),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.uuid"], name="fk_reading_verdicts_session_sessions", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_reading_verdicts_session", "reading_verdicts", ["session"])
