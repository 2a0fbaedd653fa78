"""The card after Stop: what a session was, also one that nothing was kept of, and what becomes of it."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session as Store

from tests.tracker.exports.made import write_session
from tests.web.conftest import ADDRESS
from tracker.core.frame import now
from tracker.store import schema, session_queries
from tracker.store.find_session import find_session
from web.app import Dashboard

if TYPE_CHECKING:
    from tests.web.conftest import Heard
    from web.storage import Storage


class Card:
    """What the page asks."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def read(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._client.get("/api/ending", base_url=ADDRESS.url).json["ending"]  # type: ignore[index]
        return found

    def post(self, path: str, **form: str) -> Any:
        return self._client.post(path, data=form, base_url=ADDRESS.url)

    def delete(self, path: str) -> Any:
        return self._client.delete(path, base_url=ADDRESS.url)

    def get(self, path: str) -> Any:
        return self._client.get(path, base_url=ADDRESS.url)


@pytest.fixture
def asked(dashboard: Dashboard) -> Card:
    return Card(dashboard.app.test_client())


def ended(dashboard: Dashboard, heard: "Heard") -> str:
    """Some observations of the drawn face; the session's id."""
    dashboard.socket.test_client(dashboard.app).emit("start", {"source": "fake", "hz": 0}, callback=True)
    heard.wait(lambda: len(heard.all("observation")) >= 5)
    session = str(heard.all("state")[-1]["session"])
    dashboard.live.controller.stop()
    heard.wait_for("stopped")
    return session


@pytest.mark.parametrize("decided", [None, "nothing", "30d"])
def test_a_session_is_renamed_taken_along_and_kept(
    dashboard: Dashboard, asked: Card, heard: "Heard", storage: "Storage", decided: str | None
) -> None:
    """Whatever was decided before: with every observation, its title, and for as long as the person says."""
    if decided:
        storage.set_retention(decided)
    assert asked.read() is None
    session = ended(dashboard, heard)
    card = asked.read()
    assert card is not None
    assert (card["session"], card["saved"], card["interrupted"]) == (session, decided == "30d", False)
    assert "happy" in card["words"]
    assert asked.post(f"/api/ending/{session}", title="Weekly").json["ending"]["name"] == "Weekly"

    count = len(dashboard.live.controller.timeline.since(0))
    place = "history" if card["saved"] else "ending"
    lines = [json.loads(line) for line in asked.get(f"/{place}/{session}/file.jsonl").text.splitlines()]
    assert sum("faces" in line for line in lines) == count
    assert "Weekly" in asked.get(f"/{place}/{session}/file.html").text

    answer = asked.post(f"/api/ending/{session}/keep", retention="24h").json
    kept = answer["ending"]
    assert answer["stored"] == storage.sentence
    assert ("Stored in a file" if decided == "nothing" else "Results are stored") in answer["stored"]
    assert (kept["saved"], kept["name"]) == (True, "Weekly")
    with storage.reading() as store:
        summary = session_queries.session_detail(store, session).summary
    assert summary.observations == count
    # Only where nothing was decided it is an answer for all sessions; else this one is kept until it is erased.
    assert (summary.keep_until is None) == (decided is not None)
    assert storage.retention == (decided or "24h")


@pytest.mark.parametrize("decided", [None, "30d"])
def test_a_discarded_session_is_nowhere(
    dashboard: Dashboard, asked: Card, heard: "Heard", storage: "Storage", decided: str | None
) -> None:
    """Neither in memory nor in the store; and what is gone can neither be kept nor exported."""
    if decided:
        storage.set_retention(decided)
    session = ended(dashboard, heard)
    assert asked.read() is not None
    assert asked.delete(f"/api/ending/{session}").json == {"ok": True}
    assert asked.read() is None
    assert dashboard.live.controller.timeline.since(0) == []
    with storage.reading() as store:
        assert store.query(schema.Session).count() == 0
    for answer in (asked.post(f"/api/ending/{session}/keep"), asked.get(f"/ending/{session}/file.csv")):
        assert answer.status_code == 404
        assert "no longer there" in answer.text


def test_an_interrupted_session_has_its_card_after_a_restart(asked: Card, storage: "Storage") -> None:
    """Named as such, to be kept or discarded; an older one that was interrupted is History's."""
    write_session(storage.require(), "broken-session", now() - timedelta(days=1), 0.4, retention="30d")

    def interrupt(store: Store) -> None:
        find_session(store, "broken-session").interrupted = True

    storage.write(interrupt)
    card = asked.read()
    assert card is not None
    assert (card["session"], card["interrupted"], card["saved"]) == ("broken-session", True, True)
    assert asked.post("/api/ending/broken-session/keep").json["ending"]["until"] == "It is kept until you erase it."
    write_session(storage.require(), "later-session", now() - timedelta(hours=1), 0.4, retention="30d")
    assert asked.read() is None
