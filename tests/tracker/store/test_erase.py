"""What is erased is gone from every answer, and from the bytes of the files."""

import sqlite3
import struct
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import cv2
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import StoreError, UsageError
from tracker.core.frame import Pixels
from tracker.store import erase, schema
from tracker.store.database import Database, data_folder
from tracker.store.erase import erase_everything, erase_participant, erase_picture, erase_session
from tracker.store.partial_erase import erase_part
from tracker.store.recorder import Recorder
from tracker.store.retention import set_preference
from tracker.store.testing import BEGAN, JUDGE, beginning, row
from tracker.store.uploads import get_or_add_model

A, B = "aaaaaaaa-1111", "bbbbbbbb-2222"
TITLE: Final = "An interview nobody should hear of"


@pytest.fixture
def crop(astronaut: Pixels) -> bytes:
    """A face as it is saved with a verdict."""
    return cv2.imencode(".png", cv2.cvtColor(astronaut[80:128, 200:248], cv2.COLOR_BGR2GRAY))[1].tobytes()


def face(store: Store, said: str, crop: bytes, **given: Any) -> schema.Prediction:
    """A prediction with its verdict and its pixels."""
    verdict = schema.Verdict(said=said, at=BEGAN, origin="picture")
    return schema.Prediction(
        face=0, at=BEGAN, model=get_or_add_model(store, JUDGE, BEGAN), prior="default", threshold=0.5,
        box=(0, 0, 9, 9), found="crop",
        expression="happy", confidence=0.9, scores=(0.1,) * 7, heads={}, light=99.0, crop=crop, verdict=verdict, **given,
    )  # fmt: skip


def fill(database: Database, crop: bytes) -> None:
    """Two sessions with two faces each, a saved moment in the first, two uploads."""
    for uuid in (A, B):
        with Recorder(database, beginning(uuid)) as recorder:
            for n in range(10):
                recorder.write(row(n, (1, 2), shapes=True))
            recorder.mark("here", t=2.0)
            recorder.entitle(TITLE if uuid == A else "Another")

    def pictures(store: Store) -> None:
        session = store.scalars(select(schema.Session).where(schema.Session.uuid == A)).one()
        store.add(face(store, "sad", crop, session_id=session.id, t=2.0))
        store.scalars(select(schema.Prediction)).one().face = 2
        for uuid in ("cccccccc", "dddddddd"):
            faces = [face(store, "fear", crop if uuid == "cccccccc" else b"other")]
            store.add(schema.Picture(uuid=uuid, name=uuid, at=BEGAN, width=9, height=9, data=crop * 50, predictions=faces))
        set_preference(store, "theme", "dark")

    database.write(pictures).result()


def counts(database: Database) -> dict[str, int]:
    """The number of rows of each table that has any."""
    tables = {name: table for name, table in schema.Base.metadata.tables.items() if name != "leases"}
    with database.session() as store:
        found = {name: store.scalar(select(func.count()).select_from(table)) for name, table in tables.items()}
    return {name: count for name, count in found.items() if count}


FULL: Final = {
    "models": 1, "sessions": 2, "participants": 4, "observations": 20, "readings": 40, "shapes": 40, "markers": 2,
    "pictures": 2, "predictions": 3, "verdicts": 3, "preferences": 1,
}  # fmt: skip


def test_a_session_goes_with_all_that_belongs_to_it(database: Database, crop: bytes) -> None:
    """Its faces, readings, notes, and its moment with a verdict are deleted; the other session and the uploads stay."""
    fill(database, crop)
    assert counts(database) == FULL
    erase_session(database, A[:8])

    half = {name: FULL[name] // 2 for name in ("sessions", "participants", "observations", "readings", "shapes", "markers")}
    assert counts(database) == FULL | half | {"predictions": 2, "verdicts": 2}
    with pytest.raises(UsageError, match="No session"):
        erase_session(database, A)


def test_a_part_is_erased_and_the_rest_stays(database: Database, crop: bytes) -> None:
    """A part is deleted from one second to another, both included, with its notes and verdicts."""
    fill(database, crop)
    erase_part(database, A, 1.0, 2.0)

    assert counts(database) == FULL | {
        "observations": 17, "readings": 34, "shapes": 34, "markers": 1, "predictions": 2, "verdicts": 2, "pauses": 1,
    }  # fmt: skip
    with database.session() as store:
        mine = select(schema.Observation.t).join(schema.Session).where(schema.Session.uuid == A).order_by(schema.Observation.t)
        assert store.scalars(mine).all() == [0.0, 0.5, 2.5, 3.0, 3.5, 4.0, 4.5]
    with pytest.raises(UsageError, match="ends before it begins"):
        erase_part(database, A, 2.0, 1.0)


def test_a_face_goes_from_its_session(database: Database, crop: bytes) -> None:
    """One of two faces is deleted, with its saved moment; the observations stay, for the other."""
    fill(database, crop)
    erase_participant(database, f"{A[:8]}:2")

    assert counts(database) == FULL | {"participants": 3, "readings": 30, "shapes": 30, "predictions": 2, "verdicts": 2}
    with database.session() as store:
        number = store.scalars(select(schema.Participant.id).order_by(schema.Participant.id)).first()
    erase_participant(database, str(number))
    assert counts(database)["readings"] == 20
    for wrong in (f"{A}:2", "somebody", "99"):
        with pytest.raises(UsageError, match="participant"):
            erase_participant(database, wrong)


def test_a_picture_goes_with_its_verdicts(database: Database, crop: bytes) -> None:
    """One of two uploads is deleted with its verdicts."""
    fill(database, crop)
    erase_picture(database, "CCCC")

    assert counts(database) == FULL | {"pictures": 1, "predictions": 2, "verdicts": 2}
    for wrong in ("CCCC", ""):
        with pytest.raises(UsageError, match="picture has an id"):
            erase_picture(database, wrong)


@pytest.mark.parametrize("wanted", ["a" * 60_000, "9" * 5000, "\0", "\ud800", "%", "_", "²"])
def test_what_can_be_no_id_is_not_there(database: Database, crop: bytes, wanted: str) -> None:
    """An id that a database would take for no pattern, or for any: a short sentence, and nothing is deleted."""
    fill(database, crop)
    for eraser, given in ((erase_session, wanted), (erase_picture, wanted), (erase_participant, f"{A}:{wanted}")):
        with pytest.raises(UsageError) as refused:
            eraser(database, given)
        assert len(str(refused.value)) < 300
    assert counts(database) == FULL


def test_everything_goes(database: Database, crop: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No row is left except the leases; fits and copies of recordings are deleted, too."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for kept in ("people/me/1.json", "recordings/0a/copy/call.mp4"):
        (data_folder() / kept).parent.mkdir(parents=True)
        (data_folder() / kept).touch()
    fill(database, crop)
    erase_everything(database)

    assert counts(database) == {}
    assert not [entry for entry in data_folder().rglob("*") if entry.is_file() and entry.suffix != ".db"]


def on_disk(path: Path, *traces: bytes) -> list[bool]:
    """The traces that are still in any file of an SQLite database."""
    files = list(path.parent.glob(f"{path.name}*"))
    return [any(trace in file.read_bytes() for file in files) for trace in traces]


ERASERS: Final = {
    "session": lambda database: erase_session(database, A),
    "moment": lambda database: erase_part(database, A, 0, 100),
    "participant": lambda database: erase_participant(database, f"{A}:2"),
    "verdict": lambda database: erase.undo_verdicts(database, [1]),
    "everything": erase_everything,
}


@pytest.mark.parametrize("what", ERASERS)
def test_no_byte_of_it_is_left_in_the_files(tmp_path: Path, astronaut: Pixels, what: str) -> None:
    """While the database is still open, neither the file nor its log holds the crop's bytes, whole or in part."""
    path = tmp_path / "mien.db"
    # Larger than a page, so that it also lies in pages of its own.
    crop = cv2.imencode(".png", astronaut[80:208, 200:328])[1].tobytes()
    traces = (crop[:40], crop[-40:], crop[len(crop) // 2 :][:40])
    with Database(f"sqlite:///{path}") as database:
        with Recorder(database, beginning(A)) as recorder:
            recorder.write(row(4, (1, 2)))
        with database.session() as store:
            number = store.scalars(select(schema.Session.id)).one()
        database.write(lambda store: store.add(face(store, "sad", crop, session_id=number, t=2.0))).result()
        database.write(lambda store: setattr(store.scalars(select(schema.Prediction)).one(), "face", 2)).result()
        # So large that the file is not worth shrinking, which would also take the traces away.
        database.write(lambda store: set_preference(store, "other", "x" * 1_000_000)).result()
        assert on_disk(path, *traces) == [True] * 3
        ERASERS[what](database)
        assert on_disk(path, *traces) == [False] * 3


def test_the_words_and_scores_of_a_session_are_gone_from_the_files(tmp_path: Path, crop: bytes) -> None:
    """Its title, its id and its observations' times are gone; those of others stay."""
    path = tmp_path / "mien.db"
    moments = [struct.pack(">q", round((BEGAN + timedelta(days=d)).timestamp() * 1000))[2:] for d in (1, 2)]
    with Database(f"sqlite:///{path}") as database:
        fill(database, crop)
        for uuid, day in (("eeee", 1), ("ffff", 2)):
            with Recorder(database, beginning(uuid)) as recorder:
                recorder.write(row(0, began=BEGAN + timedelta(days=day)))
        traces = (TITLE.encode(), A.encode(), moments[0], B.encode(), moments[1])
        assert on_disk(path, *traces) == [True] * 5
        erase_session(database, A)
        erase_session(database, "eeee")
        assert on_disk(path, *traces) == [False, False, False, True, True]


def test_what_retention_takes_away_is_gone_from_the_files_too(tmp_path: Path) -> None:
    """What was kept until Mien closes is gone from the files after that."""
    path = tmp_path / "mien.db"
    with Database(f"sqlite:///{path}") as database, Recorder(database, beginning(A, "session")) as recorder:
        recorder.entitle(TITLE)
        recorder.flush()
        assert on_disk(path, TITLE.encode()) == [True]
    assert on_disk(path, TITLE.encode()) == [False]


def test_a_reader_elsewhere_keeps_the_log_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is erased, and a sentence says that traces are left in the log."""
    monkeypatch.setattr(
        "tracker.store.database.SQLITE_PRAGMAS", ("journal_mode = WAL", "secure_delete = ON", "foreign_keys = ON")
    )
    path = tmp_path / "mien.db"
    with Database(f"sqlite:///{path}") as database:
        with Recorder(database, beginning(A)) as recorder:
            recorder.entitle(TITLE)
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM sessions").fetchall()
        with pytest.raises(StoreError, match=r"It is erased, but another program reads"):
            erase_session(database, A)
        assert counts(database).get("sessions") is None
        reader.close()
        with pytest.raises(UsageError):
            erase_session(database, A)
