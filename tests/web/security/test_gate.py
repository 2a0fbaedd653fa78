"""Who the dashboard answers, and what its pages may do."""

import re
import socket
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import pytest

from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.security.gate import Address
from web.serving import served

WEB: Final = Path(__file__).resolve().parents[3] / "web"
PATHS: Final = ("/", "/picture", "/api/sources", "/api/timeline", "/healthz", "/no-such-page", "/static/mien.css")
HANDSHAKE: Final = "/socket.io/?EIO=4&transport=polling"
OURS: Final = "http://127.0.0.1:8765"


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_rules(dashboard: Dashboard, path: str) -> None:
    """Whatever is asked for, the answer forbids foreign and inline code, sniffing, and framing and referrers for others."""
    headers = dashboard.app.test_client().get(path, base_url=OURS).headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["frame-src"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]


STRANGERS: Final = (
    "evil.example", "evil.example:8765", "127.0.0.1:9999", "localhost", "127.0.0.1.evil:8765", "192.168.1.5:8765",
    "127.0.0.1:x", f"127.0.0.1:{'1' * 5000}", "",
)  # fmt: skip


@pytest.mark.parametrize("host", STRANGERS)
@pytest.mark.parametrize("path", ["/", "/static/mien.css", HANDSHAKE])
def test_a_name_that_is_not_ours_is_refused(dashboard: Dashboard, path: str, host: str) -> None:
    """A foreign site that points its own name here gets nothing but a sentence, by page, file or Socket.IO."""
    answer = dashboard.app.test_client().get(path, headers={"Host": host}, environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 403
    assert "does not answer to the name" in answer.text
    assert OURS in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765"])
def test_our_own_names_are_answered(dashboard: Dashboard, host: str) -> None:
    """However a person writes this machine, they get the page."""
    assert dashboard.app.test_client().get("/", base_url=f"http://{host}").status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1:8765", "http://127.0.0.1:9999", "null"])
def test_another_sites_requests_are_refused(dashboard: Dashboard, origin: str) -> None:
    """A page of another origin can neither upload nor open the live connection."""
    client = dashboard.app.test_client()
    for answer in (
        client.post("/api/picture", base_url=OURS, headers={"Origin": origin}),
        client.get(HANDSHAKE, base_url=OURS, headers={"Origin": origin}),
    ):
        assert answer.status_code == 403
        assert "only from its own pages" in answer.text


def test_our_own_pages_are_obeyed(dashboard: Dashboard) -> None:
    """The same requests with our own origin, or from a program that sends none, come through."""
    client = dashboard.app.test_client()
    assert client.get(HANDSHAKE, base_url=OURS, headers={"Origin": OURS}).status_code == 200
    assert client.get(HANDSHAKE, base_url=OURS).status_code == 200
    assert client.post("/api/picture", base_url=OURS, headers={"Origin": OURS}).status_code == 400


def test_a_host_that_was_asked_for_is_answered(dependencies: Dependencies) -> None:
    """--host NAME adds that name; every interface adds its numbers, which nobody can point elsewhere, but no names."""
    named, everywhere = Address("mien.lan", 80), Address("0.0.0.0", 8765)  # noqa: S104 - only compared
    assert create_app(dependencies, named).app.test_client().get("/", base_url="http://mien.lan").status_code == 200
    assert everywhere.is_ours("192.168.1.5:8765")
    assert everywhere.is_ours("[fe80::1]:8765")
    assert not everywhere.is_ours("evil.example:8765")
    assert everywhere.url == "http://127.0.0.1:8765"
    assert Address("::1", 8765).url == "http://[::1]:8765"


def test_a_name_is_opened_by_its_number(dependencies: Dependencies) -> None:
    """Another account may listen at the other number of localhost, and a browser may try that first: it would get the token."""
    with served(dependencies, "localhost", 0) as (address, _):
        number, _, port = address.url.removeprefix("http://").rpartition(":")
        with socket.create_connection((number.strip("[]"), int(port))):
            assert ip_address(number.strip("[]")).is_loopback
        assert address.is_ours(f"localhost:{port}")
        assert not address.is_ours(f":{port}")
    # A certificate is for a name, and tells who answers.
    assert Address("localhost", 8765, secure=True, bound="127.0.0.1").url == "https://localhost:8765"


def test_only_loopback_is_private() -> None:
    """The loud warning is for addresses that others can reach."""
    assert all(Address(host, 1).private for host in ("127.0.0.1", "127.0.0.2", "localhost", "::1"))
    assert not any(Address(host, 1).private for host in ("0.0.0.0", "::", "192.168.1.5", "mien.lan"))  # noqa: S104


def test_what_is_said_of_faces_stays_out_of_the_cache(dashboard: Dashboard) -> None:
    """Pages and answers are not kept by the browser; files that everybody has may be."""
    client = dashboard.app.test_client()
    for path in PATHS:
        kept = "no-store" not in client.get(path, base_url=OURS).headers.get("Cache-Control", "")
        assert kept == path.startswith("/static/")


def test_pages_ask_nobody_else() -> None:
    """No template, style or script of ours names another host, or carries code or style inside a page."""
    for file in [*WEB.glob("templates/*"), *WEB.glob("static/*.*"), *WEB.glob("static/js/**/*.js")]:
        text = file.read_text(encoding="utf-8")
        assert not re.findall(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9-]+\.[a-z]", text), file
        # JSON is data, which no browser runs.
        run = re.sub(r'<script type="application/json"', "", text)
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]+src=)|innerHTML|insertAdjacentHTML|outerHTML", run), file
