"""Erasing what a person wants erased: from every answer at once, and then from the files.

When these functions return, nothing of it is left in an SQLite database's file and write-ahead log (copies that a backup or the
file system made are out of reach). PostgreSQL deletes the rows, but its server overwrites the bytes only when it needs the
room, and its own log and backups keep them for as long as its administrator has them kept: see ``vacuum.py``.
"""

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError, UsageError
from tracker.store import schema
from tracker.store.database import Database, data_folder
from tracker.store.find_session import MAX_QUOTED_ID, find_session, id_begins_with
from tracker.store.vacuum import vacuum
from tracker.store.verdicts import undo_verdict

RECORDINGS_FOLDER: Final = "recordings"
"""Of recordings that were given to the pages: files that wait for their turn, and results that are not in History."""
MAX_ID_DIGITS: Final = 9
"""Of a number in the database, or of a participant."""
ERASED_FOLDERS: Final = ("people", RECORDINGS_FOLDER)
"""Beside the database: fits, which were made of verdicts, and recordings."""


def erase_session(database: Database, uuid: str) -> None:
    """Erase a session with all that belongs to it, also who agreed in it, and its moments that were saved with a verdict.

    Raises:
        UnknownError: No session's uuid is or begins with this.
        UsageError: More than one session's does.
        StoreError: The database fails, or another program reads it, so that bytes are left in its log.
    """

    def work(store: Store) -> None:
        session = find_session(store, uuid)
        delete_predictions(store, schema.Prediction.session_id == session.id)
        store.execute(delete(schema.Consent).where(schema.Consent.session == session.uuid))
        store.execute(delete(schema.Session).where(schema.Session.id == session.id))

    erase_and_vacuum(database, work)


def erase_participant(database: Database, who: str) -> None:
    """Erase a face's readings in a session, its moments that were saved with a verdict, and verdicts on possible readings.

    Args:
        database: It is open.
        who: ``SESSION:NUMBER`` (its id in the log), or its number in the database.

    Raises:
        UnknownError: There is no such session or face.
        UsageError: ``who`` is neither of the two, or more than one session has such an id.
        StoreError: As ``erase_session``.
    """

    def work(store: Store) -> None:
        uuid, colon, number = who.strip().rpartition(":")
        if not number.isdecimal() or len(number) > MAX_ID_DIGITS:
            raise UsageError(
                f"A participant is SESSION:NUMBER, such as 6f2c:1, or its number in the database, not {who[:MAX_QUOTED_ID]!r}."
            )
        participant = schema.Participant
        query = select(participant).where((participant.number if colon else participant.id) == int(number))
        if colon:
            query = query.where(participant.session_id == find_session(store, uuid).id)
        found = store.scalar(query)
        if found is None:
            raise UnknownError(f"There is no participant {who}.")
        lock_session(store, found.session_id)
        delete_predictions(store, schema.Prediction.session_id == found.session_id, schema.Prediction.face == found.number)
        verdict, session = schema.ReadingVerdict, store.get_one(schema.Session, found.session_id)
        store.execute(delete(verdict).where(verdict.session == session.uuid, verdict.number == found.number))
        store.execute(delete(participant).where(participant.id == found.id))

    erase_and_vacuum(database, work)


def erase_picture(database: Database, uuid: str) -> None:
    """Erase an uploaded picture, its predictions and their verdicts.

    Raises:
        UnknownError: No picture's uuid is or begins with this.
        UsageError: More than one picture's does.
        StoreError: As ``erase_session``.
    """

    def work(store: Store) -> None:
        prefix = uuid.strip().lower()
        found = store.scalars(select(schema.Picture.id).where(id_begins_with(schema.Picture.uuid, prefix)).limit(2)).all()
        if not prefix or len(found) != 1:
            kind, many = (UsageError, "More than one") if len(found) > 1 else (UnknownError, "No")
            raise kind(f"{many} picture has an id that begins with {prefix[:MAX_QUOTED_ID]!r}.")
        store.execute(delete(schema.Picture).where(schema.Picture.id == found[0]))

    erase_and_vacuum(database, work)


def erase_everything(database: Database) -> None:
    """Erase all sessions, pictures, verdicts, consents, preferences, fits, recordings and the audit log.

    A running session is not stored any more.

    Raises:
        StoreError: As ``erase_session``.
    """

    def work(store: Store) -> None:
        for table in reversed(schema.Base.metadata.sorted_tables):
            # Leases say who has the database open, and still has after this.
            if table is not schema.Lease.__table__:
                store.execute(delete(table))

    database.write(work).result()
    # Before the vacuum, which has to wait for whoever reads the file, and may give up.
    for folder in ERASED_FOLDERS:
        shutil.rmtree(data_folder() / folder, ignore_errors=True)
    database.write_outside_transaction(partial(vacuum, shrink=True)).result()


def undo_verdicts(database: Database, predictions: Sequence[int]) -> None:
    """Take back the newest verdict on each of these predictions, with the pixels that were stored only for it.

    Raises:
        UnknownError: There is no such prediction.
        UsageError: It has no verdict.
        StoreError: As ``erase_session``.
    """

    def work(store: Store) -> None:
        for prediction in predictions:
            undo_verdict(store, prediction)

    erase_and_vacuum(database, work)


def erase_and_vacuum(database: Database, work: Callable[[Store], None]) -> None:
    """Delete rows in one transaction, then clear the bytes that they leave in the files; StoreError as ``erase_session``."""
    database.write(work).result()
    database.write_outside_transaction(vacuum).result()


def lock_session(store: Store, session_id: int) -> None:
    """Lock a session's row until the transaction ends.

    What the session writes meanwhile must find rows deleted, not being deleted.
    """
    store.execute(select(schema.Session.id).where(schema.Session.id == session_id).with_for_update())


def delete_predictions(store: Store, *which: ColumnElement[bool]) -> None:
    """Delete moments of a session that were saved with a verdict, and the whole pictures that were saved with them."""
    pictures = select(schema.Prediction.picture_id).where(*which)
    store.execute(delete(schema.Picture).where(schema.Picture.id.in_(pictures)))
    store.execute(delete(schema.Prediction).where(*which))
