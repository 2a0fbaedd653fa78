"""Who agreed to be analysed, which faces they are, and when others were analysed; what is there already is left as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Three new tables, with names and types as in the first migration."""
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("session", sa.String(36), nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("how", sa.String(12), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_session", "consents", ["session"])
    op.create_table(
        "consented_faces",
        sa.Column("consent_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("consent_id", "number", name="pk_consented_faces"),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name="fk_consented_faces_consent_id_consents", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "audits",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger, nullable=True),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("mode", sa.String(12), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audits"),
    )
