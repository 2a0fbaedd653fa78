"""What all tables have in common: where they are listed, and how their constraints are named."""

from typing import Any, ClassVar

from sqlalchemy import MetaData, event
from sqlalchemy.orm import DeclarativeBase

from tracker.store.columns import FiniteNumber, ForeignValue, Text

CONSTRAINT_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints with names that a migration can say."""


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text, float: FiniteNumber}


@event.listens_for(Base, "load", propagate=True)
def _require_whole(row: Base, _: object) -> None:
    """Foreign for a row without what every row of its table has: in a file that was changed, NULL may stand anywhere."""
    for column in row.__table__.columns:
        if not column.nullable and row.__dict__.get(column.key, column) is None:
            raise ForeignValue(f"{row.__tablename__}.{column.key} NULL")
