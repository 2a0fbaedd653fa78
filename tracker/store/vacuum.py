"""After rows were deleted: removing their bytes from the file, too."""

from typing import Final

from sqlalchemy import Connection

from tracker.core.errors import StoreError
from tracker.store.schema import Base

MAX_UNUSED_SHARE: Final = 0.25
"""Of a SQLite file's pages: above it, they are given back to the disk. Unused pages hold zeros in any case."""


def vacuum(connection: Connection, *, shrink: bool = False) -> None:
    """Remove deleted bytes; runs outside of a transaction, see ``Database.write_outside_transaction``.

    SQLite overwrites deleted rows with zeros (secure_delete); what is left of them in the write-ahead log goes when the log is
    written back and truncated. PostgreSQL frees their places for others (VACUUM), but does not overwrite them, and its own log
    and backups keep them for as long as its administrator has them kept.

    Args:
        connection: In autocommit mode.
        shrink: Give unused pages of a SQLite file back, however few they are.

    Raises:
        StoreError: Another program reads a SQLite file, so that its log could not be truncated yet.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"VACUUM {', '.join(Base.metadata.tables)}")
        return
    free, pages = (connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("freelist_count", "page_count"))
    if shrink or free / max(pages, 1) > MAX_UNUSED_SHARE:
        connection.exec_driver_sql("VACUUM")
    if connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]:
        raise StoreError(
            "It is erased, but another program reads the database, so that its log could not be emptied yet:"
            " close that program, and erase again or start Mien."
        )
