"""What a person saved with a verdict stays until they erase it, however its session or picture is deleted."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final

import cv2
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session as Store

from tests.tracker.store.test_retention import DEAD_PID
from tracker.config.settings import Retention
from tracker.core.face import Face
from tracker.core.frame import Pixels, now
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.retention import apply_retention, set_retention
from tracker.store.testing import JUDGE, beginning, row
from tracker.store.uploads import describe_picture, picture_data, store_picture
from tracker.store.verdicts import save_moment_verdict, save_verdict, undo_verdict
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

LONG: Final = timedelta(days=3)
"""After a weekend, which is longer than a day."""
FRIDAY: Final = now() - LONG
UUID: Final = "11111111-0000"


@pytest.fixture
def face(astronauts_head: Pixels) -> Face:
    return Analyzer(FakeDetector(), FakeClassifier({"happy": 0.9, "neutral": 0.1})).classify_crop(astronauts_head)


@pytest.fixture
def whole(astronauts_head: Pixels) -> bytes:
    return cv2.imencode(".png", astronauts_head)[1].tobytes()


def watch(database: Database, retention: Retention, save: Callable[[Store], object]) -> Recorder:
    """A session since Friday with a saved moment."""
    recorder = Recorder(database, beginning(UUID, retention, started_at=FRIDAY))
    recorder.write(row(0, began=FRIDAY))
    assert recorder.flush()
    database.write(save).result()
    return recorder


def tidied(database: Database) -> None:
    database.write(lambda store: apply_retention(store, now())).result()


def over(database: Database, save: Callable[[Store], object]) -> None:
    with watch(database, "24h", save) as recorder:
        recorder.end(FRIDAY)
    tidied(database)


def paused_over_a_weekend(database: Database, save: Callable[[Store], object]) -> None:
    """Retention deletes its observations while it is paused; then it is stopped."""
    with watch(database, "24h", save) as recorder:
        recorder.pause()
        assert recorder.flush()
        tidied(database)


def decided(choice: Retention, database: Database, save: Callable[[Store], object]) -> None:
    """The person chooses while the session runs; then it is stopped."""
    with watch(database, "forever", save):
        database.write(lambda store: set_retention(store, choice, now())).result()
        tidied(database)
    if choice == "session":
        database.write(lambda store: store.execute(update(schema.Lease).values(began_at=now()))).result()
        tidied(database)


def crashed(retention: Retention, database: Database, save: Callable[[Store], object]) -> None:
    """Its Mien is killed: at the next start its lease belongs to a dead process."""
    watch(database, retention, save)
    with Database(database.url.render_as_string(hide_password=False)) as other:
        gone = update(schema.Lease).where(schema.Lease.id == database.lease).values(pid=DEAD_PID)
        other.write(lambda store: store.execute(gone)).result()
        tidied(other)


WAYS: Final[dict[str, Callable[[Database, Callable[[Store], object]], None]]] = {
    "its day is over": over,
    "paused over a weekend": paused_over_a_weekend,
    "nothing is to be kept": partial(decided, "nothing"),
    "kept until Mien closes": partial(decided, "session"),
    "kept for a day from now on": partial(decided, "24h"),
    "killed, kept for a day": partial(crashed, "24h"),
    "killed, kept until Mien closes": partial(crashed, "session"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_saved_moment_outlives_its_session(database: Database, face: Face, whole: bytes, way: str) -> None:
    """Verdict, crop and ticked picture stay, however the session was deleted; undo then deletes all three."""
    WAYS[way](database, partial(save_moment_verdict, face=face, provenance=JUDGE, said="sad", whole=whole, session=UUID, t=0.0))

    with database.session() as store:
        assert store.scalar(select(func.count()).select_from(schema.Session)) == 0
        kept = store.scalars(select(schema.Prediction)).one()
        assert kept.verdict is not None
        assert (kept.verdict.said, kept.session_id, kept.crop is not None) == ("sad", None, True)
        assert kept.picture is not None
        assert kept.picture.data == whole
    database.write(lambda store: undo_verdict(store, kept.id)).result()
    with database.session() as store:
        assert [store.scalar(select(func.count()).select_from(each)) for each in (schema.Prediction, schema.Picture)] == [0, 0]


@pytest.mark.parametrize("choice", ["nothing", "session", "24h"])
def test_a_saved_upload_outlives_its_time(database: Database, face: Face, whole: bytes, choice: Retention) -> None:
    """Of two faces the one with a verdict stays; a ticked picture stays whole until that verdict is undone."""
    uploaded = partial(store_picture, name="a", size=(9, 9), faces=[face, face], provenance=JUDGE, at=FRIDAY, keep_until=None)
    plain, ticked = (database.write(uploaded).result() for _ in range(2))

    def speak(store: Store, uuid: str, data: bytes | None) -> int:
        number = describe_picture(store, uuid).faces[0].id
        save_verdict(store, number, "sad", None, data)
        return number

    labelled = database.write(partial(speak, uuid=plain, data=None)).result()
    whole_one = database.write(partial(speak, uuid=ticked, data=whole)).result()
    database.write(lambda store: set_retention(store, choice, now())).result()
    database.write(lambda store: store.execute(update(schema.Lease).values(began_at=now()))).result()
    tidied(database)

    with database.session() as store:
        assert store.scalars(select(schema.Picture.uuid)).all() == [ticked]
        assert picture_data(store, ticked) == whole
        assert store.get_one(schema.Prediction, labelled).picture_id is None
        assert store.scalar(select(func.count()).select_from(schema.Prediction)) == 3
    database.write(lambda store: undo_verdict(store, whole_one)).result()
    tidied(database)
    with database.session() as store:
        assert store.scalars(select(schema.Prediction.id)).all() == [labelled]


@pytest.mark.parametrize("what", ["session", "picture"])
def test_a_verdict_that_is_just_being_saved_is_waited_for(server: Any, face: Face, what: str) -> None:
    """Another Mien's retention deletes the session or picture at that moment: the verdict is stored, with or without it."""
    url = server.url(server.create())
    with Database(url) as one, Database(url) as other:
        watch(one, "24h", lambda _: None).end(FRIDAY)
        upload = partial(store_picture, name="a", size=(9, 9), faces=[face], provenance=JUDGE, at=FRIDAY, keep_until=FRIDAY)
        uuid = one.write(upload).result()
        waiting = []

        def save(store: Store) -> None:
            """In a transaction that lasts until the other one waits for it."""
            if what == "session":
                save_moment_verdict(store, face, JUDGE, "sad", session=UUID, t=0.0)
            else:
                save_verdict(store, describe_picture(store, uuid).faces[0].id, "sad")
            store.flush()
            waiting.append(other.write(lambda store: apply_retention(store, now())))
            blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            while not waiting[0].done() and not store.scalar(blocked):
                pass

        one.write(save).result()
        waiting[0].result()
        with one.session() as store:
            assert store.scalars(select(schema.Verdict.said)).all() == ["sad"]
            assert store.scalar(select(func.count()).select_from(schema.Session)) == 0
