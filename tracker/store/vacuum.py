"""After something was erased: seeing to it that its bytes are gone, too."""

from typing import Final

from sqlalchemy import Connection

from tracker.core.errors import StoreError
from tracker.store.schema import Base

MAX_UNUSED_SHARE: Final = 0.25
"""Give space back to the disk when so much of the file is unused; erased places hold zeros in any case."""


def vacuum(connection: Connection, *, shrink: bool = False) -> None:
    """Outside of a transaction, see ``Database.alone``.

    SQLite overwrites erased places with zeros (secure_delete); what is left of them in the write-ahead log goes when the log
    is written back and cut to nothing. PostgreSQL gives the places free for others (VACUUM), but does not overwrite them, and
    its own log and backups keep them for as long as its administrator has them kept.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"VACUUM {', '.join(Base.metadata.tables)}")
        return
    if shrink or _unused(connection) > MAX_UNUSED_SHARE:
        connection.exec_driver_sql("VACUUM")
    if connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]:
        raise StoreError(
            "It is erased, but another program reads the database, so that its log could not be emptied yet:"
            " close that program, and erase again or start Mien."
        )


def _unused(connection: Connection) -> float:
    """The share of a SQLite file's pages that hold nothing."""
    free, pages = (connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("freelist_count", "page_count"))
    return float(free / max(pages, 1))
