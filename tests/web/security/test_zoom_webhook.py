"""The address to which Zoom announces streams: who may call it, how often, and where what is announced goes."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from werkzeug.test import Client, EnvironBuilder, TestResponse

from tests.web.security.test_zoom_panel_origin import LOOPBACK, ORIGIN, TOKEN
from tracker.sources.rtms.announcements import Announcement, StreamStarted, StreamStopped
from tracker.sources.rtms.emulator import CREDENTIALS, MEETING, STREAM, ZoomEmulator
from tracker.sources.rtms.webhooks import MAX_BODY_BYTES
from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.security.access import Access
from web.security.gate import WEBHOOK_PATH, Address
from web.security.zoom_panel import ZoomPanel
from web.security.zoom_webhook import MAX_REQUESTS, WITHIN_SECONDS, RequestLimit

SERVER: Final = "wss://zoom.example/signaling"
Make = Callable[[ZoomPanel | None], Dashboard]


@pytest.fixture
def make(dependencies: Dependencies) -> Iterator[Make]:
    """Makes a dashboard with a panel."""
    made: list[Dashboard] = []

    def dashboard(panel: ZoomPanel | None) -> Dashboard:
        made.append(create_app(dependencies, Address("127.0.0.1", 8765), panel, Access(TOKEN)))
        return made[-1]

    yield dashboard
    for each in made:
        each.close()


@pytest.fixture
def dashboard(make: Make) -> Dashboard:
    return make(ZoomPanel.at(ORIGIN, CREDENTIALS.webhook_token))


def post(
    dashboard: Dashboard, headers: dict[str, str], body: bytes, host: str = "mien.example.org", method: str = "POST"
) -> TestResponse:
    """As Zoom's server sends it by a tunnel: no cookie, no origin."""
    builder = EnvironBuilder(WEBHOOK_PATH, LOOPBACK, method=method, headers=[*headers.items()], data=body)
    return Client(dashboard.app.wsgi_app, use_cookies=False).open(builder.get_environ() | {"HTTP_HOST": host})


def event(name: str = "meeting.rtms_started", at: int = 1, **about: Any) -> tuple[dict[str, str], bytes]:
    return ZoomEmulator().webhook(name, nested=False, at=at, **about)


def test_announcements_reach_whoever_reads_them(dashboard: Dashboard) -> None:
    """A signed event is answered at once and handed on once, though Zoom repeats it; so is a validation of the address."""
    heard: list[Announcement] = []
    with dashboard.live.inbox.read_by(heard.append):
        for _ in range(2):
            answer = post(dashboard, *event(server_urls=SERVER))
            assert (answer.status_code, answer.data) == (200, b"{}")
        post(dashboard, *event("meeting.rtms_stopped", at=2, stop_reason=6))
    assert heard == [StreamStarted(MEETING, STREAM, SERVER), StreamStopped(STREAM, 6)]


def test_only_zooms_signature_opens_it(dashboard: Dashboard) -> None:
    """Without a signature, with one of another body, and with Mien's own token instead, there is a refusal, and no news."""
    heard: list[Announcement] = []
    headers, body = event(server_urls=SERVER)
    with dashboard.live.inbox.read_by(heard.append):
        assert post(dashboard, {}, body).status_code == 401
        assert post(dashboard, headers, body.replace(b"uuid_x", b"uuid_y")).status_code == 401
        assert post(dashboard, {"Authorization": f"Bearer {TOKEN}"}, body).status_code == 401
    assert heard == []


def test_what_is_asked_is_bounded(dashboard: Dashboard) -> None:
    """A large body is refused, and after many requests all, until some time has passed."""
    assert post(dashboard, {}, b"x" * (MAX_BODY_BYTES + 100)).status_code == 413
    assert post(dashboard, {}, b"", method="GET").status_code == 405
    statuses = [post(dashboard, {}, b"{}").status_code for _ in range(MAX_REQUESTS)]
    assert statuses == [401] * (MAX_REQUESTS - 1) + [429]

    limit = RequestLimit()
    assert [limit.allows(0.1 * each) for each in range(MAX_REQUESTS + 1)] == [True] * MAX_REQUESTS + [False]
    assert limit.allows(WITHIN_SECONDS)
    assert not limit.allows(WITHIN_SECONDS)


def test_it_is_there_only_where_it_was_asked_for(make: Make, dashboard: Dashboard) -> None:
    """By the panel's name alone, and with the app's token alone; no other path of a stranger's is opened by it."""
    sent = event(server_urls=SERVER)
    assert post(dashboard, *sent, host="127.0.0.1:8765").status_code == 403
    assert post(dashboard, *sent, host="evil.example").status_code == 403
    assert post(make(ZoomPanel.at(ORIGIN)), *sent).status_code == 404
    assert post(make(None), *sent, host="127.0.0.1:8765").status_code == 403
    stranger = Client(dashboard.app.wsgi_app, use_cookies=False)
    for path in (f"{WEBHOOK_PATH}/", f"{WEBHOOK_PATH}x", "/zoom", "//zoom/webhook"):
        asked = EnvironBuilder(path, LOOPBACK, method="POST").get_environ() | {"HTTP_HOST": "mien.example.org"}
        assert stranger.open(asked).status_code == 403


def test_the_token_is_not_shown(dashboard: Dashboard) -> None:
    """Neither a refusal nor what the panel writes of itself has the app's token in it."""
    panel = ZoomPanel.at(ORIGIN, "hush")
    assert "hush" not in repr(panel)
    refusal = post(dashboard, {"x-zm-request-timestamp": "1", "x-zm-signature": "v0=1"}, b"{}")
    assert str(CREDENTIALS.webhook_token) not in refusal.text + json.dumps(dict(refusal.headers))
