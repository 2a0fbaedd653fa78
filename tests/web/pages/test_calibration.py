"""Looks that are shown on purpose: which are taken, what is kept of them, and nothing unasked."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sqlalchemy import func, select

from tests.web.conftest import ADDRESS
from tracker.core.errors import UsageError
from tracker.core.frame import now
from tracker.live.events import ObservationMade
from tracker.model.correction import LogitCorrection, PersonalFit
from tracker.personal.sample_frames import MAX_SAMPLED_FRAMES, FrameSampler
from tracker.personal.seconds_read import SecondsRead, seconds_read
from tracker.store import schema
from tracker.testing import FakeClassifier
from web.app import Dashboard
from web.dependencies import Dependencies
from web.storage import Storage

if TYPE_CHECKING:
    from tests.web.conftest import Heard


@pytest.fixture
def dependencies(dependencies: Dependencies) -> Dependencies:
    """The time is over with the first observation that counts, whoever says so."""
    return replace(dependencies, look_seconds=1000.0)


def test_looks_are_few_spread_and_good() -> None:
    """Of ten seconds at ten a second eight are chosen, from first to last, none of the time in which a face settles."""
    looks: FrameSampler[int] = FrameSampler(10)
    for n in range(150):
        looks.see(5 + n / 10, n, "too dark" if n % 2 else None)
    chosen = looks.chosen()
    assert len(chosen) == MAX_SAMPLED_FRAMES
    assert (chosen[0], chosen[-1]) == (20, 100)
    assert all(n % 2 == 0 for n in chosen)


def test_without_a_good_look_there_is_a_reason() -> None:
    """The commonest one is told, and that nothing was saved."""
    looks: FrameSampler[int] = FrameSampler(10)
    for t in range(11):
        looks.see(t, t, "too dark")
    with pytest.raises(UsageError, match=r"too dark.* Nothing was saved"):
        looks.chosen()


class Asked:
    """The page's questions, without a page."""

    def __init__(self, dashboard: Dashboard, heard: "Heard") -> None:
        self._dashboard, self._heard, self._client = dashboard, heard, dashboard.app.test_client()

    def post(self, address: str, **form: str) -> tuple[int, Any]:
        answer = self._client.post(address, data=form, base_url=ADDRESS.url)
        return answer.status_code, answer.json

    def watch(self) -> None:
        self._dashboard.socket.test_client(self._dashboard.app).emit("start", {"source": "fake", "hz": 0}, callback=True)
        self._heard.wait(lambda: self._heard.all("observation"))

    def see(self, t: float) -> None:
        """So many seconds of a face, as if they had passed."""
        controller = self._dashboard.live.controller
        newest, record = controller.snapshot, controller.timeline.at()
        assert newest is not None
        assert record is not None
        later = replace(newest, observation=replace(newest.observation, t=newest.observation.t + t))
        controller._events.publish(ObservationMade(record, later))


@pytest.fixture
def asked(dashboard: Dashboard, heard: "Heard") -> Asked:
    return Asked(dashboard, heard)


def kept(storage: Storage) -> list[Any]:
    with storage.reading() as store:
        query = select(schema.Verdict.said, schema.Verdict.origin, schema.Prediction.at, schema.Prediction.id)
        return list(store.execute(query.join(schema.Prediction)).all())


def test_what_is_shown_is_kept_as_one_moment(asked: Asked, storage: Storage) -> None:
    """Looks become verdicts of one time with their crops, again replaces them, and take back leaves nothing."""
    asked.post("/api/retention", retention="30d")
    asked.watch()
    instead = ""
    for _ in range(2):
        assert asked.post("/api/guided/begin", expression="happy")[0] == 200
        asked.see(0)
        asked.see(500)
        asked.see(600)
        code, told = asked.post("/api/guided/end", instead=instead)
        assert (code, told["saw"]) == (200, "happy")
        instead = ",".join(map(str, told["ids"]))
        rows = kept(storage)
        assert {(said, origin) for said, origin, _, _ in rows} == {("happy", "start")}
        assert [number for *_, number in rows] == told["ids"]
        assert len({at for _, _, at, _ in rows}) == 1

    with storage.reading() as store:
        assert None not in store.scalars(select(schema.Prediction.crop)).all()
        assert store.scalar(select(func.count()).select_from(schema.Picture)) == 0
    assert asked.post("/api/guided/take-back", ids=instead)[0] == 200
    assert kept(storage) == []


def test_what_contradicts_the_model_is_asked_about(asked: Asked, storage: Storage) -> None:
    """Shown as sad, read as happy: nothing is saved before the person says so, and discarding leaves nothing to save."""
    asked.post("/api/retention", retention="30d")
    asked.watch()
    for sure in (False, True):
        asked.post("/api/guided/begin", expression="sad")
        asked.see(0)
        asked.see(500)
        told = asked.post("/api/guided/end")[1]
        assert (told["asks"], told["ids"]) == ("This looked happy to Mien, not sad: keep it?", [])
        assert kept(storage) == []
        if not sure:
            asked.post("/api/guided/leave")
            assert asked.post("/api/guided/end", sure="yes")[0] == 400
    told = asked.post("/api/guided/end", sure="yes")[1]
    assert (told["asks"], [row.said for row in kept(storage)]) == ("", ["sad"])


def test_a_result_counts_seconds() -> None:
    """A second counts by most of its faces, before with one fit and after with the other."""

    class Fitted(FakeClassifier):
        """With a fit all are happy, without one the bright ones."""

        def classify(self, crops: Any) -> list[Any]:
            return FakeClassifier(None if self.fit is None else {"happy": 1.0}).classify(crops)

    bright, dark = np.full((48, 48), 250, np.uint8), np.zeros((48, 48), np.uint8)
    faces = [(10 + n / 4, bright if n < 7 else dark) for n in range(16)]
    fit = PersonalFit("me", 1, now(), "verdicts", "x", 0.0, 7, LogitCorrection(np.zeros((7, 4)), np.zeros(7)))
    assert seconds_read(Fitted(), faces, "happy", None, fit) == SecondsRead("happy", seconds=4, before=2, after=4)


def test_nothing_is_kept_unasked(asked: Asked, storage: Storage) -> None:
    """Undecided, unwatched, unknown, left, or not begun: each is a sentence, and nothing is stored."""
    assert "how long" in asked.post("/api/guided/begin", expression="happy")[1]["error"]
    asked.post("/api/retention", retention="30d")
    assert "Nothing is being watched" in asked.post("/api/guided/begin", expression="happy")[1]["error"]
    asked.watch()
    assert "none of them" in asked.post("/api/guided/begin", expression="jolly")[1]["error"]
    asked.post("/api/guided/begin", expression="happy")
    asked.see(0)
    asked.see(500)
    asked.post("/api/guided/leave")
    assert asked.post("/api/guided/end")[0] == 400
    assert asked.post("/api/guided/take-back", ids="all")[0] == 400
    assert kept(storage) == []


def test_a_resting_face_that_was_never_shown_is_not_switched_on(asked: Asked) -> None:
    """The sentence says where to show it; nor is there anything to learn from."""
    assert "ten seconds" in asked.post("/api/resting", on="yes")[1]["error"]
    assert "show it first" in asked.post("/api/guided/fit", only="resting")[1]["error"]
    assert asked.post("/api/resting", on="perhaps")[0] == 400
