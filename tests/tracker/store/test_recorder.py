"""The recorder stores a session as it was."""

import threading
from datetime import timedelta
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, select

from tracker.core.vocabulary import EXPRESSIONS
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.testing import BEGAN, beginning, row

if TYPE_CHECKING:
    pass


class Told:
    """A listener that collects sentences on trouble, and can wait for one."""

    def __init__(self) -> None:
        self._heard: SimpleQueue[str | None] = SimpleQueue()

    def __call__(self, trouble: str | None) -> None:
        self._heard.put(trouble)

    def wait(self, words: str) -> None:
        """Until somebody says so: a server that goes down says several things."""
        while words not in (self._heard.get(timeout=60) or ""):
            pass

    def wait_for_the_end(self) -> None:
        while self._heard.get(timeout=60) is not None:
            pass


def stored(database: Database, what: Any = schema.Observation.t) -> list[Any]:
    with database.session() as store:
        return list(store.scalars(select(what).order_by(what)))


def session_of(database: Database) -> schema.Session:
    with database.session() as store:
        session = store.scalars(select(schema.Session)).one()
        _ = session.model, session.participants, session.markers, session.pauses
        return session


def test_a_session_comes_back_as_it_was(database: Database) -> None:
    """Its facts, faces, scores, shapes if they were recorded, notes, and its end are read back."""
    with Recorder(database, beginning(source="rtsp://me:secret@camera/1", retention="24h")) as recorder:
        recorder.write(row(0, ()))
        recorder.write(row(1, (1, 2), shapes=True))
        recorder.mark("a joke")
        recorder.entitle("Monday")
        recorder.end(BEGAN + timedelta(hours=1))
    assert recorder.trouble is None

    session = session_of(database)
    assert (session.uuid, session.title, session.source, session.hz) == ("11111111-0000", "Monday", "rtsp://***@camera/1", 2.0)
    assert session.model is not None
    assert (session.model.sha256, session.threshold, session.prior) == ("0" * 64, 0.5, "default")
    assert (session.ended_at, session.interrupted) == (BEGAN + timedelta(hours=1), False)
    assert session.keep_until == BEGAN + timedelta(hours=25)
    assert [each.number for each in session.participants] == [1, 2]
    assert [(each.t, each.text) for each in session.markers] == [(0.5, "a joke")]
    assert session.shapes == ["browDownLeft", "jawOpen"]
    with database.session() as store:
        first, second = store.scalars(select(schema.Observation).order_by(schema.Observation.t))
        assert (first.t, second.t, second.at, second.frame) == (0.0, 0.5, BEGAN + timedelta(seconds=0.5), 1)
        reading, other = store.scalars(select(schema.Reading).order_by(schema.Reading.participant_id))
        assert (reading.observation_id, other.observation_id) == (second.id, second.id)
        said = row(1, (1, 2)).faces
        assert reading.box == (1, 10, 100, 120)
        assert (reading.expression, other.expression) == (said[0].expression, said[1].expression)
        assert dict(zip(EXPRESSIONS, other.smooth, strict=True)) == pytest.approx(said[1].smooth, abs=1e-5)
        shape = store.scalars(select(schema.ReadingShape).order_by(schema.ReadingShape.participant_id)).first()
        assert shape is not None
        assert shape.blendshapes == pytest.approx((0.25, 0.01), abs=1e-3)
        assert shape.pose == (10.0, -2.5, 0.0)


def test_rows_are_stored_while_the_session_runs(database: Database) -> None:
    """While it runs, a reader finds observations and a session without an end that is not interrupted."""
    with Recorder(database, beginning()) as recorder:
        recorder.write(row(0))
        assert recorder.flush()
        assert stored(database) == [0.0]
        with Database(database.url.render_as_string(hide_password=False)):
            assert (session_of(database).ended_at, session_of(database).interrupted) == (None, False)


def test_a_pause_lasts_until_the_next_row(database: Database) -> None:
    """A pause and a lost camera after it are two pauses; the session's end ends the last one."""
    with Recorder(database, beginning()) as recorder:
        recorder.write(row(2))
        recorder.pause()
        recorder.pause("lost")
        recorder.write(row(20))
        recorder.write(row(21))
        recorder.pause()

    pauses = [(each.began_t, each.ended_t, each.why) for each in session_of(database).pauses]
    assert pauses == [(1.0, 1.0, "paused"), (1.0, 10.0, "lost"), (10.5, 10.5, "paused")]


def test_a_row_that_comes_late_does_not_end_a_pause(database: Database) -> None:
    """A row from before the pause that arrives after it: the pause begins at that row, and the next row ends it."""
    with Recorder(database, beginning()) as recorder:
        recorder.write(row(2))
        recorder.pause(t=1.5)
        recorder.write(row(3))
        recorder.write(row(20))

    assert [(each.began_t, each.ended_t) for each in session_of(database).pauses] == [(1.5, 10.0)]


def test_an_empty_session_is_deleted(database: Database) -> None:
    """A session without observations, as when no camera opens, is deleted at its end, unless it has a note."""
    for uuid, title in (("silent", ""), ("named", "Monday")):
        with Recorder(database, beginning(uuid)) as recorder:
            assert recorder.flush()
            assert uuid in stored(database, schema.Session.uuid)
            recorder.pause("lost")
            recorder.entitle(title)
    assert stored(database, schema.Session.uuid) == ["named"]


def test_a_session_that_was_erased_is_not_saved_any_more(database: Database) -> None:
    """None of its later rows is stored, and a sentence says so."""
    told = Told()
    with Recorder(database, beginning(), told) as recorder:
        recorder.write(row(0))
        recorder.flush()
        database.write(lambda store: store.execute(delete(schema.Session))).result()
        recorder.write(row(1))
        told.wait("was erased")
    assert stored(database) == stored(database, schema.Session.id) == []


def test_an_erased_face_of_a_running_session_is_stored_again(database: Database) -> None:
    """After a participant of a running session was erased, the face gets a new row, and the session goes on."""
    with Recorder(database, beginning()) as recorder:
        recorder.write(row(0))
        recorder.flush()
        database.write(lambda store: store.execute(delete(schema.Participant))).result()
        recorder.write(row(1))
    assert recorder.trouble is None
    assert stored(database) == [0.0, 0.5]
    assert len(stored(database, schema.Reading.observation_id)) == 1


def test_a_mistake_of_ours_is_not_hidden(database: Database) -> None:
    """A row that cannot be stored because of a mistake of ours is not reported as saved."""
    told = Told()
    thrown = threading.Event()
    before, threading.excepthook = threading.excepthook, lambda _: thrown.set()
    try:
        with Recorder(database, beginning(), told) as recorder:
            recorder.write(replace(row(2), frame=object()))
            told.wait("made a mistake")
            assert thrown.wait(30)
    finally:
        threading.excepthook = before
