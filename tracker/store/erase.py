"""Erasing on a person's word: gone from every answer at once, and then from the files.

Of an SQLite database nothing is left in its file and its write-ahead log when these functions return (copies that a backup
or the file system made are beyond us). PostgreSQL answers as if it had never been, but its server overwrites the bytes only
when it needs the room, and its own log and backups keep them for as long as its administrator has them kept: see ``vacuum.py``.
"""

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from math import inf
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError, UsageError
from tracker.store import schema
from tracker.store.database import Database, data_folder
from tracker.store.find_session import MAX_QUOTED_ID, find_session, id_begins_with
from tracker.store.partial_erase import count_range, record_erased_gap, rows_within
from tracker.store.vacuum import vacuum
from tracker.store.verdicts import undo_verdict

RECORDINGS_FOLDER: Final = "recordings"
"""The folder of recordings that the pages were given: copies that wait for their turn, and results that are not in History."""
MAX_ID_DIGITS: Final = 9
"""Of a number in the database, or of a participant."""
ERASED_FOLDERS: Final = ("people", RECORDINGS_FOLDER)
"""Beside the database: fits, which were made of verdicts, and recordings."""


def erase_session(database: Database, uuid: str) -> None:
    """A session with all that belongs to it, also the moments of it that were kept with a verdict; UsageError if unknown."""
    _erase(database, partial(_session, uuid=uuid))


def erase_part(database: Database, uuid: str, begin: float | None, end: float | None) -> None:
    """What a session said from ``begin`` to ``end``, in its seconds, both included; None is from its beginning, or to its end.

    With its markers, and the moments of it that were kept with a verdict. It leaves a gap that is told as erased, and what a
    running session has not stored of it yet is not stored. UsageError where nothing is kept.
    """
    _erase(database, partial(_moment, uuid=uuid, begin=begin, end=end))


def erase_participant(database: Database, who: str) -> None:
    """A face in a session, as ``SESSION:NUMBER`` (its id in the log) or by its number in the database."""
    _erase(database, partial(_participant, who=who))


def erase_picture(database: Database, uuid: str) -> None:
    """An upload, what was said of it, and its verdicts."""
    _erase(database, partial(_picture, uuid=uuid))


def erase_everything(database: Database) -> None:
    """All sessions, pictures, verdicts, preferences, fits and recordings; a session that runs is not saved any more."""
    database.write(_everything).result()
    # Before the file is scrubbed, which has to wait for whoever reads it, and may give up.
    for folder in ERASED_FOLDERS:
        shutil.rmtree(data_folder() / folder, ignore_errors=True)
    database.alone(partial(vacuum, shrink=True)).result()


def undo_verdicts(database: Database, numbers: Sequence[int]) -> None:
    """Verdicts by the numbers of their faces, with what was kept for them alone."""

    def work(store: Store) -> None:
        for number in numbers:
            undo_verdict(store, number)

    _erase(database, work)


def _erase(database: Database, work: Callable[[Store], None]) -> None:
    database.write(work).result()
    database.alone(vacuum).result()


def _session(store: Store, uuid: str) -> None:
    number = find_session(store, uuid).id
    _kept(store, schema.Prediction.session_id == number)
    store.execute(delete(schema.Session).where(schema.Session.id == number))


def _moment(store: Store, uuid: str, begin: float | None, end: float | None) -> None:
    session = find_session(store, uuid)
    _hold(store, session.id)
    found = count_range(store, uuid, begin, end)
    stretch = session.id, found.begin, inf if end is None else end
    for row in (schema.Observation, schema.Marker):
        store.execute(delete(row).where(*rows_within(row, *stretch)))
    _kept(store, *rows_within(schema.Prediction, *stretch))
    # Who was there in it alone was never there.
    person = schema.Participant
    seen = select(schema.Reading).where(schema.Reading.participant_id == person.id).exists()
    store.execute(delete(person).where(person.session_id == session.id, ~seen))
    record_erased_gap(store, session, found.begin, found.end)


def _hold(store: Store, session_id: int) -> None:
    """Until it is done: what the session says meanwhile must find things gone, not going."""
    store.execute(select(schema.Session.id).where(schema.Session.id == session_id).with_for_update())


def _kept(store: Store, *which: ColumnElement[bool]) -> None:
    """Moments of a session that were kept with a verdict, and the whole pictures that were ticked with it."""
    ticked = select(schema.Prediction.picture_id).where(*which)
    store.execute(delete(schema.Picture).where(schema.Picture.id.in_(ticked)))
    store.execute(delete(schema.Prediction).where(*which))


def _participant(store: Store, who: str) -> None:
    uuid, colon, number = who.strip().rpartition(":")
    if not number.isdecimal() or len(number) > MAX_ID_DIGITS:
        raise UsageError(
            f"A participant is SESSION:NUMBER, such as 6f2c:1, or its number in the database, not {who[:MAX_QUOTED_ID]!r}."
        )
    session = find_session(store, uuid) if colon else None
    same = (
        (schema.Participant.session_id == session.id, schema.Participant.number == int(number))
        if session
        else (schema.Participant.id == int(number),)
    )
    found = store.scalar(select(schema.Participant).where(*same))
    if found is None:
        raise UnknownError(f"There is no participant {who}.")
    _hold(store, found.session_id)
    _kept(store, schema.Prediction.session_id == found.session_id, schema.Prediction.face == found.number)
    store.execute(delete(schema.Participant).where(schema.Participant.id == found.id))


def _picture(store: Store, uuid: str) -> None:
    wanted = uuid.strip().lower()
    found = store.scalars(select(schema.Picture.id).where(id_begins_with(schema.Picture.uuid, wanted)).limit(2)).all()
    if not wanted or len(found) != 1:
        kind, many = (UsageError, "More than one") if len(found) > 1 else (UnknownError, "No")
        raise kind(f"{many} picture has an id that begins with {wanted[:MAX_QUOTED_ID]!r}.")
    store.execute(delete(schema.Picture).where(schema.Picture.id == found[0]))


def _everything(store: Store) -> None:
    """Except who has the database open."""
    for table in reversed(schema.Base.metadata.sorted_tables):
        if table is not schema.Lease.__table__:
            store.execute(delete(table))
