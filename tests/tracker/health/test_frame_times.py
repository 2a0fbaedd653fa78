"""How long a frame took is measured in the session, and stored with its observation."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select

from tracker.core.geometry import Box
from tracker.live import session as sessions
from tracker.live.controller import Controller, SessionRequest
from tracker.live.events import Event as LiveEvent
from tracker.live.events import ObservationMade
from tracker.live.session import Session
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.testing import beginning
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

SOON = 20.0
"""Seconds to wait; only a broken session needs them all."""


class Stores:
    """A consumer that stores a session's rows, and sets an event when there are three."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder, self._left, self.enough = recorder, 3, Event()

    def consume(self, event: LiveEvent) -> None:
        if not isinstance(event, ObservationMade):
            return
        self._recorder.write(event.record)
        self._left -= 1
        if not self._left:
            self.enough.set()


@contextmanager
def analyzer() -> Iterator[Analyzer]:
    yield Analyzer(FakeDetector([[Box(10, 10, 60, 60)]]), FakeClassifier())


def ticking(step: float) -> object:
    """A clock that advances by so many seconds at each reading."""
    return lambda: lambda: step


def test_a_live_session_stores_how_long_each_frame_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame's time is stored in milliseconds."""
    monkeypatch.setattr(sessions, "start_clock", ticking(0.0234))
    with Database(f"sqlite:///{tmp_path / 'mien.db'}") as database:
        with Recorder(database, beginning()) as recorder:
            listener = Stores(recorder)
            watch = Controller(analyzer, [listener.consume])
            watch.start(SessionRequest("fake", hz=0))
            assert listener.enough.wait(SOON)
            watch.close()
        with database.session() as store:
            took = store.scalars(select(schema.Observation.took)).all()

    assert len(took) >= 3
    assert set(took) == {23}


def test_a_frame_that_took_for_ever_still_fits(monkeypatch: pytest.MonkeyPatch, frame: object) -> None:
    """If the machine slept in the middle of a frame, its time is cut to what fits, and its batch is stored."""
    monkeypatch.setattr(sessions, "start_clock", ticking(3600.0))
    with analyzer() as opened:
        observation = Session(opened).observe(frame())  # type: ignore[operator]

    assert observation.took == 32_767
