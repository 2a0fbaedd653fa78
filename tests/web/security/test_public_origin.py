"""The public origin of a reverse proxy: who is answered there, by which rules, and that nothing else changes."""

from collections.abc import Iterator
from typing import Final

import pytest
from werkzeug.test import Client, EnvironBuilder, TestResponse

from tests.web.security.test_zoom_panel_origin import HANDSHAKE, LOOPBACK, STRICT, TOKEN, rules
from tracker.config.settings import Settings
from tracker.core.errors import UsageError
from web import serving
from web.app import Dashboard, create_app, guests
from web.dependencies import Dependencies
from web.security.access import PANEL_COOKIE, PUBLIC_COOKIE, Access
from web.security.gate import Address
from web.security.peer_account import PEER_KEY, Peer
from web.security.public_origin import PublicOrigin

ORIGIN: Final = "https://mia.example.org"
COOKIE: Final = f"{PUBLIC_COOKIE}={Access(TOKEN).cookie_value(PUBLIC_COOKIE)}"


@pytest.fixture
def proxied(dependencies: Dependencies) -> Iterator[Dashboard]:
    """A dashboard with --public-origin."""
    address = Address("127.0.0.1", 8765)
    dashboard = create_app(dependencies, address, access=Access(TOKEN), public=PublicOrigin.at(ORIGIN))
    yield dashboard
    dashboard.close()


def asked(dashboard: Dashboard, path: str, method: str = "GET", peer: Peer = Peer.ANOTHER_ACCOUNT, **sent: str) -> TestResponse:
    """As nginx passes a request on: under its own account, over http, with the Host and the cookie that the browser sent."""
    through = {"HTTP_HOST": "mia.example.org", "HTTP_X_FORWARDED_FOR": "192.0.2.7", "HTTP_ACCEPT": "text/html", PEER_KEY: peer}
    # Of a finished environment Werkzeug takes no keys but its own.
    request = EnvironBuilder(path, LOOPBACK, method=method, environ_overrides=through | sent)
    return Client(dashboard.app.wsgi_app, use_cookies=False).open(request)


def test_a_proxy_of_another_account_passes_pages_and_live_connections_on(proxied: Dashboard) -> None:
    """A proxy's workers have an account of their own; who shows the cookie of the origin gets in, by strict rules and https."""
    for path in ("/", "/history", "/api/timeline"):
        answer = asked(proxied, path, HTTP_COOKIE=COOKIE, HTTP_ORIGIN=ORIGIN)
        assert answer.status_code == 200
        assert rules(answer) == STRICT | {"Strict-Transport-Security": "max-age=31536000"}
    assert asked(proxied, HANDSHAKE, HTTP_COOKIE=COOKIE, HTTP_ORIGIN=ORIGIN).status_code == 200


@pytest.mark.parametrize("name", ["mien-8765", PANEL_COOKIE])
def test_no_other_cookie_opens_it(proxied: Dashboard, name: str) -> None:
    """Neither that of a loopback window, which other accounts may learn, nor the panel's, also not under the right name."""
    value = Access(TOKEN).cookie_value(name)
    for cookie in (f"{name}={value}", f"{PUBLIC_COOKIE}={value}"):
        assert asked(proxied, "/history", HTTP_COOKIE=cookie).status_code == 403


def test_its_cookie_opens_nothing_else(proxied: Dashboard) -> None:
    """Under Mien's own address it is no key, and a program of another account is refused whatever it sends."""
    for peer in (Peer.OURS, Peer.ANOTHER_ACCOUNT):
        answer = asked(proxied, "/history", peer=peer, HTTP_HOST="127.0.0.1:8765", HTTP_COOKIE=COOKIE)
        assert answer.status_code == 403


def test_the_token_becomes_a_cookie_for_that_host_alone(proxied: Dashboard) -> None:
    """By the printed address and by the form: secure, strict, for the host that browsers hold __Host- to."""
    entered = asked(proxied, f"/?token={TOKEN}")
    form = Client(proxied.app.wsgi_app, use_cookies=False).open(
        EnvironBuilder("/unlock", LOOPBACK, method="POST", data={"token": TOKEN, "wanted": "/"}).get_environ()
        | {"HTTP_HOST": "mia.example.org", "HTTP_ORIGIN": ORIGIN}
    )
    assert (entered.status_code, form.status_code) == (200, 303)
    for answer in (entered, form):
        value, *marks = answer.headers["Set-Cookie"].split("; ")
        assert value == COOKIE
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(marks)
        assert not any(mark.startswith("Domain") for mark in marks)


@pytest.mark.parametrize("origin", ["https://tom.example.org", "http://mia.example.org", "http://127.0.0.1:8765", "null"])
def test_a_neighbours_page_asks_in_vain(proxied: Dashboard, origin: str) -> None:
    """Another person's name on the same server is another site, and so is the same name without encryption."""
    answer = asked(proxied, "/api/erase", "POST", HTTP_COOKIE=COOKIE, HTTP_ORIGIN=origin)
    assert answer.status_code == 403
    assert "only from its own pages" in answer.text


def test_a_neighbours_name_is_not_answered(proxied: Dashboard) -> None:
    """A proxy that mixes two people up gets no page of one under the name of the other."""
    answer = asked(proxied, "/", peer=Peer.OURS, HTTP_HOST="tom.example.org", HTTP_COOKIE=COOKIE)
    assert (answer.status_code, "does not answer to the name" in answer.text) == (403, True)


def test_a_proxy_that_changes_the_host_is_told_so(proxied: Dashboard) -> None:
    """As nginx does where it is not told otherwise: the sentence says which Host came and which should have."""
    answer = asked(proxied, "/", HTTP_HOST="127.0.0.1:8765", HTTP_COOKIE=COOKIE)
    assert answer.status_code == 403
    assert "sent the Host '127.0.0.1:8765'" in answer.text
    assert "mia.example.org" in answer.text


@pytest.mark.parametrize("origin", ["mia.example.org", "http://mia.example.org", "https://example.org/mia", "https://"])
def test_only_an_https_origin_is_taken(origin: str) -> None:
    """A path is none: Mien's pages live at the root of a name."""
    with pytest.raises(UsageError, match="--public-origin takes https:// and a name"):
        PublicOrigin.at(origin)


def test_it_needs_the_token_and_is_told(dependencies: Dependencies) -> None:
    """Without the token everybody would get in; Settings say that the pages can be opened there."""
    with pytest.raises(UsageError, match=r"--public-origin.*needs the token"):
        serving.require_safe(Settings(token=False, public_origin=ORIGIN))
    assert ORIGIN in guests(Address("127.0.0.1", 8765), None, PublicOrigin.at(ORIGIN))


def test_its_address_is_printed(
    dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the token, as the address of this machine is."""
    monkeypatch.setattr(serving, "dependencies_for", lambda _: dependencies)
    serving.serve(Settings(port=0, public_origin=ORIGIN), browser=False, seconds=0.01)
    assert f"Through your proxy it is at {ORIGIN}/?token=" in capsys.readouterr().out
