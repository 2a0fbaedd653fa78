"""What the dashboard keeps, and that it keeps nothing before it may."""

import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import cv2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tracker.compose import open_classifier
from tracker.config.settings import Settings
from tracker.core.errors import UsageError
from tracker.core.frame import Pixels
from tracker.live.alerts import Alert, AlertDetector
from tracker.live.timeline import Timeline
from tracker.store import schema, session_queries
from tracker.store.erase import erase_picture
from tracker.store.timeline_query import query_timeline
from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.live.session_recorder import SessionRecorder
from web.security.gate import Address
from web.storage import Storage

if TYPE_CHECKING:
    from tests.web.conftest import Heard

ADDRESS = Address("127.0.0.1", 8765)


class Asked:
    """A page that asks the dashboard."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def decide(self, choice: str) -> Any:
        return self._client.post("/api/retention", data={"retention": choice}, base_url=ADDRESS.url)

    def upload(self, pixels: Pixels, **form: str) -> Any:
        file = (io.BytesIO(cv2.imencode(".png", pixels)[1].tobytes()), "a.png")
        return self._client.post("/api/picture", data={"picture": file, **form}, base_url=ADDRESS.url).json

    def say(self, token: str, said: str, **form: Any) -> Any:
        return self._client.post("/api/verdicts", data={"face": token, "said": said, **form}, base_url=ADDRESS.url)

    def take_back(self, number: int) -> Any:
        return self._client.delete(f"/api/verdicts/{number}", base_url=ADDRESS.url)


@pytest.fixture
def asked(dashboard: Dashboard) -> Asked:
    return Asked(dashboard.app.test_client())


def count(storage: Storage, table: type[schema.Base]) -> int:
    with storage.reading() as store:
        return store.scalar(select(func.count()).select_from(table)) or 0


def run_a_session(dashboard: Dashboard, heard: "Heard") -> str:
    """Some observations of the drawn face."""
    dashboard.socket.test_client(dashboard.app).emit("start", {"source": "fake", "hz": 0}, callback=True)
    heard.wait(lambda: len(heard.all("observation")) >= 5)
    return str(heard.all("state")[-1]["session"])


def stop(dashboard: Dashboard, heard: "Heard") -> None:
    dashboard.live.controller.stop()
    heard.wait_for("stopped")
    dashboard.live.recorder.close()


def test_nothing_is_stored_before_the_person_has_decided(
    dashboard: Dashboard, asked: Asked, heard: "Heard", storage: Storage, cat: Pixels
) -> None:
    """A session and an upload leave no row, and the state says so."""
    run_a_session(dashboard, heard)
    assert heard.all("state")[-1]["saving"] == "not saved"
    asked.upload(cat)
    stop(dashboard, heard)
    assert [count(storage, table) for table in (schema.Session, schema.Picture, schema.Prediction)] == [0, 0, 0]


def test_a_session_is_stored_from_its_beginning(dashboard: Dashboard, asked: Asked, heard: "Heard", storage: Storage) -> None:
    """Decided in mid-session, also what it has said before is kept: every observation once, as the pages heard them."""
    session = run_a_session(dashboard, heard)
    stored = "Results are stored in a file on this machine."
    assert asked.decide("30d").json == {"retention": "30d", "words": "30 days", "stored": stored}
    assert heard.all("state")[-1]["saving"] == "saved 30 days"
    heard.wait(lambda: len(heard.all("observation")) >= 10)
    stop(dashboard, heard)
    with storage.reading() as store:
        kept = query_timeline(store, session, points=10_000)
        ended = session_queries.session_detail(store, session).summary.ended_at
    assert ended is not None
    said = [row.t for row in dashboard.live.controller.timeline.since(0)]
    assert kept.t == said


def test_an_alert_before_the_decision_is_stored_as_its_marker(
    dashboard: Dashboard, asked: Asked, heard: "Heard", storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Markers are the session's, whoever made them: the page lists them all, and each is stored once; alerts have no number."""
    smile = Alert("happy", 5.0, "Five seconds of a smile.")
    monkeypatch.setattr(AlertDetector, "observe", lambda _, record: smile if record.n == 2 else None)
    session = run_a_session(dashboard, heard)
    dashboard.live.controller.mark("")
    asked.decide("forever")
    stop(dashboard, heard)
    texts = ["alert: Five seconds of a smile.", "Marker 1"]
    assert [marker["text"] for marker in heard.all("state")[-1]["markers"]] == texts
    with storage.reading() as store:
        assert [marker.text for marker in session_queries.session_detail(store, session).markers] == texts


def test_a_pause_is_a_gap(dashboard: Dashboard, asked: Asked, heard: "Heard", storage: Storage) -> None:
    """What the person paused is stored as paused, not as nobody."""
    asked.decide("forever")
    session = run_a_session(dashboard, heard)
    dashboard.live.controller.pause()
    heard.wait_for("paused")
    stop(dashboard, heard)
    with storage.reading() as store:
        assert [pause.why for pause in session_queries.session_detail(store, session).pauses] == ["paused"]


def test_a_pause_before_the_decision_is_kept(dashboard: Dashboard, asked: Asked, heard: "Heard", storage: Storage) -> None:
    """One that is over, and one that lasts while the person decides, stand in the store as in the timeline; each once."""
    session = run_a_session(dashboard, heard)
    watch = dashboard.live.controller
    watch.pause()
    watch.resume()
    heard.wait(lambda: watch.timeline.pauses[0].end is not None)
    watch.pause()
    asked.decide("forever")
    # Told again, as with every change of the state, it is the same pause.
    watch.entitle("Stand-up")
    watch.resume()
    heard.wait(lambda: watch.timeline.pauses[1].end is not None)
    stop(dashboard, heard)
    with storage.reading() as store:
        kept = [(each.began_t, each.ended_t, each.why) for each in session_queries.session_detail(store, session).pauses]
    assert kept == [(each.begin, each.end, each.why) for each in watch.timeline.pauses]
    assert len(kept) == 2


def test_what_is_forgotten_before_the_decision_is_told(
    dashboard: Dashboard, asked: Asked, heard: "Heard", storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A timeline that holds three rows can keep no more of a session: the rest is a gap that was not saved."""
    monkeypatch.setattr("tracker.live.controller.Timeline", lambda: Timeline(most=3))
    session = run_a_session(dashboard, heard)
    dashboard.live.controller.pause()
    first = dashboard.live.controller.timeline.since(0)[0].t
    asked.decide("forever")
    stop(dashboard, heard)
    with storage.reading() as store:
        gap, *_ = session_queries.session_detail(store, session).summary.figures.gaps
    assert (gap.begin, gap.end, gap.why) == (0.0, first, "unsaved")


def test_a_session_that_ends_while_it_is_told_of_is_no_mistake(storage: Storage) -> None:
    """The state line asks for what is saved while another thread ends the session: each question reads the recorder once."""

    class Ending(SessionRecorder):
        @property
        def _recorder(self) -> Any:
            return left.pop() if left else None

        @_recorder.setter
        def _recorder(self, _: Any) -> None: ...

    storage.retention = "forever"
    for question in ("words", "trouble"):
        left = [SimpleNamespace(trouble=None)]
        assert getattr(Ending(storage, Settings(), lambda: None), question) in ("saved for ever", None)


def test_to_keep_nothing_takes_away_what_was_kept(
    dashboard: Dashboard, asked: Asked, heard: "Heard", storage: Storage, cat: Pixels
) -> None:
    """Changing one's mind counts for what is there, and for the session that runs."""
    asked.decide("forever")
    asked.upload(cat)
    run_a_session(dashboard, heard)
    asked.decide("nothing")
    assert heard.all("state")[-1]["saving"] == "not saved"
    stop(dashboard, heard)
    assert [count(storage, table) for table in (schema.Session, schema.Observation, schema.Picture)] == [0, 0, 0]


def test_an_unknown_choice_is_a_sentence(asked: Asked, storage: Storage) -> None:
    """And decides nothing."""
    answer = asked.decide("a week")
    assert answer.status_code == 400
    assert "24h" in answer.json["error"]
    assert storage.retention is None


@pytest.mark.parametrize("retention", ["nothing", "30d"])
def test_a_verdict_is_kept_and_taken_back(asked: Asked, storage: Storage, cat: Pixels, retention: str) -> None:
    """With or without the upload's own record; undone, its pixels are gone, and what was kept only for it."""
    asked.decide(retention)
    (face,) = asked.upload(cat)["faces"]
    kept = asked.say(face["token"], "surprise").json
    with storage.reading() as store:
        prediction = store.get_one(schema.Prediction, kept["id"])
        assert prediction.verdict is not None
        assert (prediction.verdict.said, prediction.crop is not None) == ("surprise", True)
    assert asked.take_back(kept["id"]).status_code == 200
    assert count(storage, schema.Verdict) == 0
    assert count(storage, schema.Prediction) == (1 if retention == "30d" else 0)


@pytest.mark.parametrize(("person", "words"), [(None, ""), ("mia", ", as mia's")])
def test_a_verdict_is_of_whom_the_dashboard_was_started_for(
    dependencies: Dependencies, storage: Storage, cat: Pixels, person: str | None, words: str
) -> None:
    """So that their fit learns from it; the page says so where they gave a name."""
    dashboard = create_app(replace(dependencies, settings=replace(dependencies.settings, person=person)), ADDRESS)
    asked = Asked(dashboard.app.test_client())
    (face,) = asked.upload(cat)["faces"]
    kept = asked.say(face["token"], "surprise").json
    dashboard.close()
    assert kept["kept"] == f"kept in a file on this machine until you erase it{words}"
    with storage.reading() as store:
        assert store.scalars(select(schema.Verdict.person)).all() == [person or "me"]


def test_the_whole_picture_is_kept_only_with_the_tick(asked: Asked, storage: Storage, cat: Pixels) -> None:
    """Pixel by pixel, and it can be seen again."""
    png = cv2.imencode(".png", cat)[1].tobytes()
    (face,) = asked.upload(cat)["faces"]
    asked.say(face["token"], "happy", picture=(io.BytesIO(png), "a.png"))
    with storage.reading() as store:
        assert store.scalars(select(schema.Picture.data)).all() == [png]


@pytest.mark.parametrize(("token", "said"), [("nobody", "happy"), (None, "jolly")])
def test_verdicts_that_make_no_sense_are_sentences(
    asked: Asked, storage: Storage, cat: Pixels, token: str | None, said: str
) -> None:
    """A face that is no longer known, or an expression that there is not: told, and nothing is stored."""
    (face,) = asked.upload(cat)["faces"]
    answer = asked.say(token or face["token"], said)
    assert answer.status_code == 400
    assert answer.json["error"].endswith(".")
    assert count(storage, schema.Prediction) == 0


def test_judged_again_is_not_recorded_again(asked: Asked, storage: Storage, cat: Pixels) -> None:
    """Another prior makes no second entry; a verdict on it goes when the upload is erased."""
    asked.decide("30d")
    kept = asked.upload(cat)["kept"]
    face = asked.upload(cat, again=kept, prior="natural")["faces"][0]
    assert count(storage, schema.Picture) == count(storage, schema.Prediction) == 1
    assert asked.say(face["token"], "sad").status_code == 200
    erase_picture(storage.require(), kept)
    assert count(storage, schema.Prediction) == count(storage, schema.Verdict) == 0


@pytest.mark.parametrize("known", [True, False])
def test_only_the_very_picture_is_judged_again(asked: Asked, storage: Storage, cat: Pixels, *, known: bool) -> None:
    """With another picture's uuid, or one that no page was told: refused, and the other's answer stays."""
    asked.decide("30d")
    other = asked.upload(cat)["kept"]
    answer = asked.upload(cat // 2, again=other if known else "11111111-0000", prior="natural")
    assert "Choose the picture again." in answer["error"]
    with storage.reading() as store:
        assert [each.prior for each in store.scalars(select(schema.Prediction))] == ["default"]


def test_a_verdict_on_an_upload_whose_time_is_over_is_kept_as_its_own(asked: Asked, storage: Storage, cat: Pixels) -> None:
    """Retention took the record away while the page was open: nothing is lost, and no other face, whose number it may have."""
    asked.decide("30d")
    (face,) = asked.upload(cat)["faces"]
    asked.decide("nothing")
    asked.decide("30d")
    other = asked.upload(cat)
    assert asked.say(face["token"], "surprise").status_code == 200
    with storage.reading() as store:
        assert [each.verdict for each in store.scalars(select(schema.Prediction).join(schema.Picture))] == [None]
        assert store.scalars(select(schema.Verdict.said)).all() == ["surprise"]
    assert asked.say(other["faces"][0]["token"], "sad").status_code == 200
    assert (count(storage, schema.Verdict), count(storage, schema.Prediction)) == (2, 2)


def test_without_a_database_everything_else_works(dependencies: Dependencies, tmp_path: Path, cat: Pixels) -> None:
    """A file that is none: pictures are judged, and whoever asks for the history is told why there is none."""
    spoilt = tmp_path / "spoilt.db"
    spoilt.write_bytes(b"no database at all" * 100)
    dashboard = create_app(replace(dependencies, storage=Storage(f"sqlite:///{spoilt}")), ADDRESS)
    client = dashboard.app.test_client()
    assert len(Asked(client).upload(cat)["faces"]) == 1
    answer = client.get("/history", base_url=ADDRESS.url)
    assert answer.status_code == 503
    assert "is no database" in answer.text
    dashboard.close()


def test_somebody_new_begins_with_the_released_model() -> None:
    """Who is named on the pages and has no fit yet is watched, so that there can be one; a command is told so."""
    new = Settings(person="mia")
    assert open_classifier(new, "picture", mine=True).fit is None
    with pytest.raises(UsageError, match="There is no fit for mia"):
        open_classifier(new, "picture")
