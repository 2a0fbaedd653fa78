"""The https origin of Zoom's panel: who is answered there, by which rules, and that nothing else changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from wsgiref.types import WSGIEnvironment

import pytest
from werkzeug.test import Client, EnvironBuilder, TestResponse

from tracker.config.settings import Settings
from tracker.core.errors import UsageError
from web import serving
from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.security.access import PANEL_COOKIE, Access
from web.security.gate import Address
from web.security.zoom_panel import ZoomPanel

LOOPBACK: Final = "http://127.0.0.1:8765"
ORIGIN: Final = "https://mien.example.org"
TOKEN: Final = "the-token-of-this-test"
HANDSHAKE: Final = "/socket.io/?EIO=4&transport=polling"
PATHS: Final = ("/", "/picture", "/history", "/health", "/settings", "/api/timeline", "/no-such-page", "/static/mien.css")

STRICT: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
        " media-src 'self'; connect-src 'self'; manifest-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none';"
        " form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ZOOMS: Final = STRICT | {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
        " media-src 'self'; connect-src 'self' wss://mien.example.org; manifest-src 'self'; frame-src 'self';"
        " frame-ancestors 'self' zoom.us *.zoom.us; base-uri 'none'; form-action 'self'"
    ),
    "Strict-Transport-Security": "max-age=31536000",
}
FLASKS: Final = {
    "Accept-Ranges", "Cache-Control", "Content-Disposition", "Content-Length", "Content-Type", "Date", "ETag", "Last-Modified",
}  # fmt: skip


@pytest.fixture
def panelled(dependencies: Dependencies) -> Iterator[Dashboard]:
    """A dashboard with --zoom-panel."""
    dashboard = create_app(dependencies, Address("127.0.0.1", 8765), ZoomPanel.at(ORIGIN), Access(TOKEN))
    yield dashboard
    dashboard.close()


class Browser:
    """What a browser sends that came by the panel's origin: a tunnel passes its Host on, over http, to this machine."""

    def __init__(self, dashboard: Dashboard, *, token: str | None = TOKEN) -> None:
        self._client, self._token = Client(dashboard.app.wsgi_app, use_cookies=False), token

    def get(self, path: str, host: str = "mien.example.org", origin: str | None = None) -> TestResponse:
        return self._client.open(self._sent(path, host, origin, "GET"))

    def post(self, path: str, host: str = "mien.example.org", origin: str | None = ORIGIN, **form: str) -> TestResponse:
        return self._client.open(self._sent(path, host, origin, "POST", form))

    def _sent(
        self, path: str, host: str, origin: str | None, method: str, form: dict[str, str] | None = None
    ) -> WSGIEnvironment:
        sent = {"HTTP_HOST": host, "HTTP_ACCEPT": "text/html"} | ({"HTTP_ORIGIN": origin} if origin else {})
        if self._token is not None:
            access = Access(self._token)
            sent["HTTP_COOKIE"] = "; ".join(f"{name}={access.cookie_value(name)}" for name in (PANEL_COOKIE, "mien-8765"))
        return EnvironBuilder(path, LOOPBACK, method=method, data=form).get_environ() | sent


def rules(answer: TestResponse) -> dict[str, str]:
    """All headers but those that tell of the content."""
    assert not [name for name in ZOOMS if len(answer.headers.getlist(name)) > 1]
    return {name: value for name, value in answer.headers if name not in FLASKS}


def test_the_cookie_of_the_loopback_window_is_no_key_to_the_panel(dashboard: Dashboard) -> None:
    """A browser shows it to every port of this machine, so another account may learn it."""
    stolen = Access(TOKEN).cookie_value("mien-8765")
    stranger = Client(dashboard.app.wsgi_app, use_cookies=False)
    ways = ({"HTTP_COOKIE": f"{PANEL_COOKIE}={stolen}"}, {"HTTP_AUTHORIZATION": f"Bearer {stolen}"})
    for path, sent in (*(("/history", way) for way in ways), (f"/history?token={stolen}", {})):
        asked = EnvironBuilder(path, LOOPBACK).get_environ() | {"HTTP_HOST": "mien.example.org"} | sent
        assert stranger.open(asked).status_code == 403


def test_without_the_flag_the_rules_are_word_for_word_the_strict_ones(dashboard: Dashboard) -> None:
    """Every header of every answer, compared exactly: none is looser, none is new, and no cookie is set."""
    for path in PATHS:
        assert rules(Browser(dashboard, token=None).get(path, "127.0.0.1:8765")) == STRICT


def test_with_the_flag_this_machines_own_address_keeps_the_strict_rules(panelled: Dashboard) -> None:
    """The browser window on 127.0.0.1 is answered as ever, to whoever shows the token."""
    for path in (*PATHS, "/panel"):
        answer = Browser(panelled).get(path, "127.0.0.1:8765")
        assert rules(answer) == STRICT
        assert answer.status_code == (404 if path == "/no-such-page" else 200)


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "mien.example.org"])
def test_no_host_is_let_in_without_the_token(panelled: Dashboard, host: str) -> None:
    """A proxy without a Host line, or whose caller chooses it, asks for this machine's name: no history, no erasing."""
    stranger = Browser(panelled, token=None)
    for path in ("/history", "/api/timeline", "/api/sessions", HANDSHAKE, "/panel", "/settings"):
        answer = stranger.get(path, host)
        assert answer.status_code == 403
        assert "token" in answer.text
    for path in ("/api/picture", "/api/erase", "/api/recordings"):
        assert stranger.post(path, host, origin=None).status_code == 403


def test_the_panels_origin_is_answered_by_zooms_rules(panelled: Dashboard) -> None:
    """The four headers that Zoom demands, the socket's address and Zoom's frame by name; everything else is as strict."""
    for path in (*PATHS, "/panel", "/panel/installed"):
        answer = Browser(panelled).get(path)
        assert answer.status_code == (404 if path == "/no-such-page" else 200)
        assert rules(answer) == ZOOMS


def test_only_the_panel_loads_zooms_library(panelled: Dashboard) -> None:
    """No other page names it or the code around it, also while there is a panel."""
    browser = Browser(panelled)
    assert [path for path in (*PATHS, "/panel") if "js/live/zoom.js" in browser.get(path).text] == ["/panel"]


def test_without_the_flag_there_is_no_panel(dashboard: Dashboard) -> None:
    """No page of it, and its name is a stranger's."""
    assert Browser(dashboard).get("/panel", "127.0.0.1:8765").status_code == 404
    assert Browser(dashboard).get("/panel").status_code == 403


@pytest.mark.parametrize("mode", ["dashboard", "panelled"])
def test_another_sites_requests_are_refused(mode: str, request: pytest.FixtureRequest) -> None:
    """With and without the flag, by the panel's name or our own: no page of another origin is obeyed, key or not."""
    browser = Browser(request.getfixturevalue(mode))
    for origin in ("https://evil.example", "http://mien.example.org", "null", f"{ORIGIN}.evil", "https://127.0.0.1:8765"):
        for host in ("mien.example.org", "127.0.0.1:8765"):
            assert browser.get(HANDSHAKE, host, origin).status_code == 403
            assert browser.post("/api/picture", host, origin).status_code == 403
    assert browser.get(HANDSHAKE, origin=LOOPBACK).status_code == 403
    assert browser.get(HANDSHAKE, "127.0.0.1:8765", LOOPBACK).status_code == 200


def test_the_panels_own_pages_are_obeyed(panelled: Dashboard) -> None:
    """Its Origin opens the live connection and may post, there only."""
    browser = Browser(panelled)
    assert browser.get(HANDSHAKE, origin=ORIGIN).status_code == 200
    assert browser.post("/api/picture").status_code == 400
    assert browser.get(HANDSHAKE, "127.0.0.1:8765", origin=ORIGIN).status_code == 403


def test_only_that_name_is_added(panelled: Dashboard) -> None:
    """Other ports, other names, no name: refused as before."""
    for host in ("mien.example.org:8765", "mien.example.org.evil", "evil.example", "www.mien.example.org", ""):
        assert Browser(panelled).get("/panel", host).status_code == 403


def test_without_the_token_the_panel_shows_nobody_anything(panelled: Dashboard) -> None:
    """Whoever finds the address of a tunnel gets the question for the token and our style sheets, and nothing that was seen."""
    for token in (None, "", "guessed", TOKEN[:-1], TOKEN + "x", "schlüssel"):
        browser = Browser(panelled, token=token)
        for path in (*(path for path in PATHS if not path.startswith("/static/")), "/panel"):
            answer = browser.get(path)
            assert (answer.status_code, rules(answer)) == (403, ZOOMS)
            assert "Enter the token to open Mien" in answer.text
            assert "What should Mien watch" not in answer.text
        assert browser.post("/api/picture").status_code == 403


def test_the_token_is_asked_for_once(panelled: Dashboard) -> None:
    """The right token gives a cookie that no script reads, that goes over https only, and into Zoom's frame only."""
    browser = Browser(panelled, token=None)
    wrong = browser.post("/unlock", token="guessed", wanted="/panel")
    assert (wrong.status_code, rules(wrong)) == (403, ZOOMS)
    assert "That is not the token" in wrong.text
    right = browser.post("/unlock", token=f" {TOKEN} ", wanted="/panel")
    assert (right.status_code, right.headers["Location"]) == (303, "/panel")
    value, *marks = right.headers["Set-Cookie"].split("; ")
    assert value == f"{PANEL_COOKIE}={Access(TOKEN).cookie_value(PANEL_COOKIE)}"
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned"} <= set(marks)


def test_the_code_that_zoom_sends_along_is_not_kept(panelled: Dashboard) -> None:
    """The page after an installation says so; the code is neither shown nor set as a cookie."""
    answer = Browser(panelled, token=None).get("/panel/installed?code=secret-code&state=x")
    assert "Mien is added to Zoom" in answer.text
    assert "secret-code" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "given",
    [
        "http://mien.example.org", "mien.example.org", "https://", "https://mien.example.org/panel", "https://mien.example.org?x",
        "https://me@mien.example.org", "https://*.example.org", "https://a b", "https://mien.example.org:0",
        "https://mien.example.org:65536", "https://x; script-src *", "https://mien.example.org\nx", "",
    ],
)  # fmt: skip
def test_what_is_no_https_origin_is_a_sentence(given: str) -> None:
    """http, a path, a pattern, or what would write into the headers: refused, with an example."""
    with pytest.raises(UsageError, match=r"is not an https origin.*for example https://mien\.example\.org"):
        ZoomPanel.at(given)


def test_an_origin_may_be_written_in_several_ways() -> None:
    """Capitals, a slash at the end and https's own port mean the same; another port stays."""
    for given in ("https://Mien.Example.org", "https://mien.example.org/", "https://mien.example.org:443"):
        assert ZoomPanel.at(given).origin == ORIGIN
    assert ZoomPanel.at("https://localhost:4443").address == "https://localhost:4443/panel"


def test_the_terminal_tells_the_panel_and_its_token(
    dependencies: Dependencies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--zoom-panel`` names the address for Zoom and says what to enter; without it there is no such line."""
    monkeypatch.setattr(serving, "dependencies_for", lambda _: dependencies)
    serving.serve(Settings(port=0), browser=False, seconds=0.01)
    assert "panel" not in capsys.readouterr().out
    serving.serve(Settings(port=0, zoom_panel=ORIGIN), browser=False, seconds=0.01)
    assert f"{ORIGIN}/panel; enter the token there" in capsys.readouterr().out
