"""A session of Zoom's stream, from the webhook to the end of the permission, with Zoom's side emulated over real sockets."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import cv2
import pytest

from tests.web.conftest import ADDRESS, Heard
from tests.web.live.conftest import OK, ask
from tracker.core.frame import Pixels
from tracker.sources.rtms import client, source
from tracker.sources.rtms.emulator import ENVIRONMENT, ZoomEmulator, user
from tracker.sources.rtms.source import PAUSED, WAITING
from tracker.sources.rtms.words import REVOKED
from tracker.store.consents import list_consents
from tracker.store.schema import Session
from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.security.gate import WEBHOOK_PATH
from web.security.zoom_panel import ZoomPanel
from web.storage import Storage

if TYPE_CHECKING:
    from flask_socketio import SocketIOTestClient

ORIGIN: Final = "https://mien.example.org"
ANN, BEN = user(0), user(1)


@pytest.fixture
def dashboard(call_dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dashboard]:
    """With Zoom's app in the environment, and its webhook at the panel's origin."""
    monkeypatch.setattr(client, "TICK_S", 0.01)
    monkeypatch.setattr(source, "CHECK_S", 0.01)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    panel = ZoomPanel.at(ORIGIN, ENVIRONMENT["ZM_RTMS_WEBHOOK_TOKEN"])
    dashboard = create_app(call_dependencies, ADDRESS, panel)
    yield dashboard
    dashboard.close()


@pytest.fixture
def zoom(astronaut: Pixels) -> Iterator[ZoomEmulator]:
    """A meeting of two, both with a real face."""
    zoom, picture = ZoomEmulator("Ann", "Ben", frame_s=0.05), cv2.imencode(".jpg", astronaut[0:288])[1].tobytes()
    for each in zoom.people.values():
        each.picture = lambda: picture
    with zoom.running():
        yield zoom


def announce(dashboard: Dashboard, zoom: ZoomEmulator, name: str, at: int, **about: Any) -> int:
    """As Zoom calls the webhook."""
    headers, body = zoom.webhook(name, nested=False, at=at, **about)
    return dashboard.app.test_client().post(WEBHOOK_PATH, base_url=ORIGIN, headers=headers, data=body).status_code


def call(heard: Heard) -> Any:
    """As it was told last."""
    return (heard.all("call") or [None])[-1]


def rows_with_faces(heard: Heard) -> int:
    return sum(bool(row["faces"]) for row in heard.all("observation"))


def test_a_meeting_that_zoom_streams(
    dashboard: Dashboard,
    heard: Heard,
    storage: Storage,
    zoom: ZoomEmulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody is asked for before they agreed; a pause asks for nobody; revoking ends it; a permission taken back deletes all.

    Neither the database nor the log, at its finest, gets a secret of the app.
    """
    caplog.set_level(logging.DEBUG)
    tab = dashboard.socket.test_client(dashboard.app)
    assert ask(tab, "start", {"source": "zoom", "hz": 10, "faces": "all", "mode": "private"}) == OK
    heard.wait(lambda: call(heard) and call(heard)["told"] == WAITING)
    assert call(heard)["is_demo"] is False
    assert announce(dashboard, zoom, "meeting.rtms_started", 1, server_urls=zoom.stream.server_url) == 200
    heard.wait(lambda: [each["name"] for each in call(heard)["roster"]] == ["Ann", "Ben"])
    heard.wait_for("watching")
    assert not any("subscribe" in each for each in zoom.log)

    person = ask(tab, "agreed", {"who": "Ann", "how": "chat", "participant": ANN})["person"]
    heard.wait(lambda: rows_with_faces(heard) >= 2)
    assert {face["id"] for row in heard.all("observation") for face in row["faces"]} == {1}
    assert ask(tab, "pause") == OK
    zoom.wait_for(lambda: zoom.subscribed is None)
    before = rows_with_faces(heard)
    assert ask(tab, "resume")["ok"]
    heard.wait(lambda: rows_with_faces(heard) > before)
    zoom.pause(paused=True)
    heard.wait(lambda: call(heard)["told"] == PAUSED)
    zoom.pause(paused=False)
    heard.wait(lambda: call(heard)["told"] == "")

    assert ask(tab, "revoke", {"person": person}) == OK
    zoom.wait_for(lambda: zoom.subscribed is None)
    ask(tab, "agreed", {"who": "Ben", "how": "aloud", "participant": BEN})
    zoom.wait_for(lambda: zoom.subscribed == BEN)
    assert zoom.log.count("signaling 0") == 1
    assert announce(dashboard, zoom, "meeting.rtms_stopped", 2, stop_reason=REVOKED) == 200
    heard.wait_for("idle")
    assert call(heard) is None
    dashboard.live.recorder.close()
    with storage.reading() as store:
        assert store.query(Session).count() == 0
        assert [entry.who for entry in list_consents(store) if entry.stands] == []
    secrets = [value.encode() for value in ENVIRONMENT.values()]
    assert storage.database is not None
    assert storage.database.path is not None
    stored = b"".join(path.read_bytes() for path in storage.database.path.parent.rglob("*") if path.is_file())
    assert [secret for secret in secrets if secret in stored + caplog.text.encode()] == []


def test_what_is_missing_is_told(tab: "SocketIOTestClient", heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the app's secret the session ends with a sentence that says what to set."""
    monkeypatch.delenv("ZM_RTMS_SECRET")
    assert ask(tab, "start", {"source": "zoom", "faces": "own"})["ok"] is False
    ask(tab, "start", {"source": "zoom", "faces": "all", "mode": "private"})
    heard.wait_for("failed")
    assert "Missing: ZM_RTMS_SECRET." in heard.all("state")[-1]["message"]
