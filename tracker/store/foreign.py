"""Whether a database holds what Mien never wrote: asked after a failure, to know whether that was a mistake of ours."""

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from tracker.store.columns import ForeignValue
from tracker.store.schema import Base


def find_foreign_value(engine: Engine) -> str | None:
    """In words, None where every value of every table is one of ours; reads all of them."""
    try:
        with engine.connect() as connection:
            for table in Base.metadata.sorted_tables:
                for row in connection.execute(select(table)):
                    for column, value in zip(table.columns, row, strict=True):
                        if value is None and not column.nullable:
                            return f"{column} NULL"
    except (DBAPIError, ForeignValue) as error:
        return str(error.orig if isinstance(error, DBAPIError) else error)
    return None
