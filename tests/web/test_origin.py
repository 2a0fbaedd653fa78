"""The https origin of Zoom's panel: who is answered there, by which rules, and that nothing else changes."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from wsgiref.types import WSGIEnvironment

import pytest
from werkzeug.test import Client, EnvironBuilder, TestResponse

from tracker.errors import MissingError, UsageError
from tracker.settings import Choices
from web import serving
from web.app import Dashboard, create_app
from web.origin import COOKIE, Panel, kept_key, open_panel
from web.security import Address
from web.tools import Tools

LOOPBACK: Final = "http://127.0.0.1:8765"
ORIGIN: Final = "https://mien.example.org"
KEY: Final = "the-key-of-this-test"
HANDSHAKE: Final = "/socket.io/?EIO=4&transport=polling"
PATHS: Final = ("/", "/picture", "/history", "/health", "/settings", "/api/timeline", "/no-such-page", "/static/mien.css")

STRICT: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
        " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ZOOMS: Final = STRICT | {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
        " connect-src 'self' wss://mien.example.org; frame-ancestors 'self' zoom.us *.zoom.us; base-uri 'none';"
        " form-action 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
FLASKS: Final = {
    "Accept-Ranges", "Cache-Control", "Content-Disposition", "Content-Length", "Content-Type", "Date", "ETag", "Last-Modified",
}  # fmt: skip


@pytest.fixture
def panelled(tools: Tools) -> Iterator[Dashboard]:
    """A dashboard with --zoom-panel."""
    dashboard = create_app(tools, Address("127.0.0.1", 8765), Panel.at(ORIGIN, KEY))
    yield dashboard
    dashboard.close()


class Browser:
    """What a browser sends that came by the panel's origin: a tunnel passes its Host on, over http, to this machine."""

    def __init__(self, dashboard: Dashboard, *, key: str | None = KEY) -> None:
        self._client, self._key = Client(dashboard.app.wsgi_app, use_cookies=False), key

    def get(self, path: str, host: str = "mien.example.org", origin: str | None = None) -> TestResponse:
        return self._client.open(self._sent(path, host, origin, "GET"))

    def post(self, path: str, host: str = "mien.example.org", origin: str | None = ORIGIN, **form: str) -> TestResponse:
        return self._client.open(self._sent(path, host, origin, "POST", form))

    def _sent(
        self, path: str, host: str, origin: str | None, method: str, form: dict[str, str] | None = None
    ) -> WSGIEnvironment:
        sent = {"HTTP_HOST": host} | ({"HTTP_ORIGIN": origin} if origin else {})
        if self._key is not None:
            sent["HTTP_COOKIE"] = f"{COOKIE}={self._key}"
        return EnvironBuilder(path, LOOPBACK, method=method, data=form).get_environ() | sent


def rules(answer: TestResponse) -> dict[str, str]:
    """All headers but those that tell of the content."""
    assert not [name for name in ZOOMS if len(answer.headers.getlist(name)) > 1]
    return {name: value for name, value in answer.headers if name not in FLASKS}


def test_without_the_flag_the_rules_are_word_for_word_the_strict_ones(dashboard: Dashboard) -> None:
    """Every header of every answer, compared exactly: none is looser, none is new, and no cookie is set."""
    for path in PATHS:
        assert rules(Browser(dashboard, key=None).get(path, "127.0.0.1:8765")) == STRICT


def test_with_the_flag_this_machines_own_address_keeps_the_strict_rules(panelled: Dashboard) -> None:
    """The browser window on 127.0.0.1 is answered as ever, without a key."""
    for path in (*PATHS, "/panel"):
        answer = Browser(panelled, key=None).get(path, "127.0.0.1:8765")
        assert rules(answer) == STRICT
        assert answer.status_code == (404 if path == "/no-such-page" else 200)


def test_the_panels_origin_is_answered_by_zooms_rules(panelled: Dashboard) -> None:
    """The four headers that Zoom demands, the socket's address and Zoom's frame by name; everything else is as strict."""
    for path in (*PATHS, "/panel", "/panel/installed"):
        answer = Browser(panelled).get(path)
        assert answer.status_code == (404 if path == "/no-such-page" else 200)
        assert rules(answer) == ZOOMS


def test_only_the_panel_loads_zooms_library(panelled: Dashboard) -> None:
    """No other page names it or the code around it, also while there is a panel."""
    browser = Browser(panelled)
    assert [path for path in (*PATHS, "/panel") if "js/zoom.js" in browser.get(path).text] == ["/panel"]


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


def test_without_its_key_the_panel_shows_nobody_anything(panelled: Dashboard) -> None:
    """Whoever finds the address of a tunnel gets the question for the key and our style sheets, and nothing that was seen."""
    for key in (None, "", "guessed", KEY[:-1], KEY + "x", "schlüssel"):
        browser = Browser(panelled, key=key)
        for path in (*(path for path in PATHS if not path.startswith("/static/")), HANDSHAKE):
            answer = browser.get(path)
            assert answer.status_code == 403
            assert "wants its key" in answer.text
        assert browser.post("/api/picture").status_code == 403
        asked = browser.get("/panel")
        assert (asked.status_code, rules(asked)) == (200, ZOOMS)
        assert "Whose panel is this?" in asked.text
        assert "What shall Mien watch" not in asked.text


def test_the_key_is_asked_for_once(panelled: Dashboard) -> None:
    """The right key gives a cookie that no script reads, that goes over https only, and into Zoom's frame only."""
    browser = Browser(panelled, key=None)
    wrong = browser.post("/panel", key="guessed")
    assert (wrong.status_code, rules(wrong)) == (403, ZOOMS)
    assert "That is not the key" in wrong.text
    right = browser.post("/panel", key=f" {KEY} ")
    assert (right.status_code, right.headers["Location"]) == (303, "/panel")
    value, *marks = right.headers["Set-Cookie"].split("; ")
    assert value == f"{COOKIE}={KEY}"
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned"} <= set(marks)


def test_the_code_that_zoom_sends_along_is_not_kept(panelled: Dashboard) -> None:
    """The page after an installation says so; the code is neither shown nor set as a cookie."""
    answer = Browser(panelled, key=None).get("/panel/installed?code=secret-code&state=x")
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
    with pytest.raises(UsageError, match=r"is no https origin.*for example https://mien\.example\.org"):
        Panel.at(given, KEY)


def test_an_origin_may_be_written_in_several_ways() -> None:
    """Capitals, a slash at the end and https's own port mean the same; another port stays."""
    for given in ("https://Mien.Example.org", "https://mien.example.org/", "https://mien.example.org:443"):
        assert Panel.at(given, KEY).origin == ORIGIN
    assert Panel.at("https://localhost:4443", KEY).address == "https://localhost:4443/panel"


def test_the_key_stays_and_is_the_persons_alone(tmp_path: Path) -> None:
    """Made once, long enough, readable by nobody else; the same at the next start."""
    key = open_panel(ORIGIN, tmp_path / "new").key
    file = tmp_path / "new" / "zoom-panel.key"
    assert re.fullmatch(r"[\w-]{24}", key)
    assert open_panel(ORIGIN, tmp_path / "new").key == key
    assert os.name == "nt" or file.stat().st_mode & 0o077 == 0
    assert kept_key(tmp_path) != key


def test_a_key_that_cannot_be_kept_is_a_sentence(tmp_path: Path) -> None:
    """No panel stands open because its key could not be written or was emptied."""
    (tmp_path / "file").touch()
    with pytest.raises(MissingError, match="cannot be kept"):
        kept_key(tmp_path / "file")
    (tmp_path / "zoom-panel.key").touch()
    with pytest.raises(MissingError, match="is empty"):
        kept_key(tmp_path)


def test_the_terminal_tells_the_panel_and_its_key(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--zoom-panel`` names the address for Zoom and the key to enter; without it neither is there."""
    monkeypatch.setattr(serving, "tools_for", lambda _: tools)
    monkeypatch.setattr("web.origin.user_data_path", lambda _: tmp_path)
    serving.serve(Choices(port=0), browser=False, seconds=0.01)
    assert "panel" not in capsys.readouterr().out
    serving.serve(Choices(port=0, zoom_panel=ORIGIN), browser=False, seconds=0.01)
    assert f"{ORIGIN}/panel, with the key {kept_key(tmp_path)}" in capsys.readouterr().out
