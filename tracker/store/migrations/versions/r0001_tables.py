"""The tables that Mien began with, as they were then: this file is not changed any more."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# A moment is milliseconds since 1970; a share has four decimals in a small number; packed numbers are bytes.
MOMENT, SHARE = sa.BigInteger, sa.SmallInteger

TABLES = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
sa.Table(
    "leases", TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("host", sa.String, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("began_at", MOMENT, nullable=False),
    sa.Column("alive_at", MOMENT, nullable=False),
)  # fmt: skip
sa.Table(
    "models", TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("first_used_at", MOMENT, nullable=False),
)  # fmt: skip
sa.Table(
    "pictures", TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("uuid", sa.String(36), nullable=False, unique=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("at", MOMENT, nullable=False, index=True),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=True),
    sa.Column("keep_until", MOMENT, nullable=True, index=True),
)  # fmt: skip
sa.Table(
    "preferences", TABLES,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)  # fmt: skip
sa.Table(
    "promotions", TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("model_id", sa.Integer, sa.ForeignKey("models.id"), nullable=True),
    sa.Column("by", sa.String(12), nullable=False),
    sa.Column("report", sa.JSON, nullable=False),
)  # fmt: skip
sa.Table(
    "sessions", TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("uuid", sa.String(36), nullable=False, unique=True),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("notes", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("hz", sa.Double, nullable=False),
    sa.Column("faces", sa.String(8), nullable=False),
    sa.Column("prior", sa.String, nullable=False),
    sa.Column("smoothing", sa.Double, nullable=False),
    sa.Column("threshold", sa.Double, nullable=True),
    sa.Column("person", sa.String, nullable=True),
    sa.Column("shapes", sa.JSON, nullable=True),
    sa.Column("model_id", sa.Integer, sa.ForeignKey("models.id"), nullable=True),
    sa.Column("started_at", MOMENT, nullable=False, index=True),
    sa.Column("ended_at", MOMENT, nullable=True),
    sa.Column("interrupted", sa.Boolean, nullable=False),
    sa.Column("keep_for", sa.Integer, nullable=True),
    sa.Column("keep_until", MOMENT, nullable=True, index=True),
    sa.Column("lease_id", sa.Integer, sa.ForeignKey("leases.id", ondelete="SET NULL"), nullable=True),
)  # fmt: skip
sa.Table(
    "markers", TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session_id", sa.Integer, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("t", sa.Double, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("text", sa.String, nullable=False),
)  # fmt: skip
sa.Table(
    "observations", TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session_id", sa.Integer, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    sa.Column("t", sa.Double, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("frame", sa.Integer, nullable=False),
    sa.Column("took", sa.SmallInteger, nullable=True),
    sa.Index(None, "session_id", "t"),
)  # fmt: skip
sa.Table(
    "participants", TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session_id", sa.Integer, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("label", sa.String, nullable=True),
    sa.UniqueConstraint("session_id", "number"),
)  # fmt: skip
sa.Table(
    "pauses", TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session_id", sa.Integer, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("began_t", sa.Double, nullable=False),
    sa.Column("ended_t", sa.Double, nullable=True),
    sa.Column("why", sa.String(12), nullable=False),
)  # fmt: skip
sa.Table(
    "predictions", TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("picture_id", sa.Integer, sa.ForeignKey("pictures.id", ondelete="CASCADE"), nullable=True, index=True),
    sa.Column("session_id", sa.Integer, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=True, index=True),
    sa.Column("t", sa.Double, nullable=True),
    sa.Column("face", sa.Integer, nullable=False),
    sa.Column("at", MOMENT, nullable=False, index=True),
    sa.Column("model_id", sa.Integer, sa.ForeignKey("models.id"), nullable=False),
    sa.Column("person", sa.String, nullable=True),
    sa.Column("fit", sa.Integer, nullable=True),
    sa.Column("prior", sa.String, nullable=False),
    sa.Column("threshold", sa.Double, nullable=False),
    sa.Column("box", sa.LargeBinary, nullable=False),
    sa.Column("found", sa.String(12), nullable=False),
    sa.Column("expression", sa.String(12), nullable=False),
    sa.Column("confidence", SHARE, nullable=False),
    sa.Column("scores", sa.LargeBinary, nullable=False),
    sa.Column("heads", sa.JSON, nullable=False),
    sa.Column("reason", sa.String(40), nullable=True),
    sa.Column("light", sa.Double, nullable=False),
    sa.Column("features", sa.LargeBinary, nullable=True),
    sa.Column("crop", sa.LargeBinary, nullable=True),
)  # fmt: skip
sa.Table(
    "readings", TABLES,
    sa.Column("observation_id", sa.Integer, sa.ForeignKey("observations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("participant_id", sa.Integer, sa.ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("box", sa.LargeBinary, nullable=False),
    sa.Column("expression", sa.String(12), nullable=False),
    sa.Column("confidence", SHARE, nullable=False),
    sa.Column("scores", sa.LargeBinary, nullable=False),
    sa.Column("smooth", sa.LargeBinary, nullable=False),
    sa.Column("reason", sa.String(40), nullable=True),
    sqlite_with_rowid=False,
)  # fmt: skip
sa.Table(
    "shapes", TABLES,
    sa.Column("observation_id", sa.Integer, sa.ForeignKey("observations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("participant_id", sa.Integer, sa.ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("blendshapes", sa.LargeBinary, nullable=False),
    sa.Column("pose", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
sa.Table(
    "verdicts", TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("prediction_id", sa.Integer, sa.ForeignKey("predictions.id", ondelete="CASCADE"), nullable=False, unique=True),
    sa.Column("said", sa.String(12), nullable=False),
    sa.Column("at", MOMENT, nullable=False, index=True),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("origin", sa.String(12), nullable=False),
    sa.Column("whole", sa.Boolean, nullable=False),
    sa.Column("replaced", sa.JSON, nullable=True),
)  # fmt: skip


def upgrade() -> None:
    """All of them, with their indexes."""
    TABLES.create_all(op.get_bind())
