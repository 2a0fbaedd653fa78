"""Who may come in: the token, the cookie, the code of a window that Mien opened, and nobody else."""

import os
import re
import socket
import ssl
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import unquote
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import BrowserType, Page, expect
from werkzeug.test import Client, EnvironBuilder, TestResponse

from tracker.config.settings import Settings
from tracker.core.errors import MissingError, UsageError
from tracker.core.private_files import TOKEN_FILE
from web import serving
from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.security.access import CODE_SECONDS, Access, installation_token
from web.security.gate import MAX_SOCKETS, Address
from web.security.zoom_panel import ZoomPanel
from web.serving import encryption, served

TOKEN: Final = "the-token-of-this-test"
OURS: Final = "http://127.0.0.1:8765"
HANDSHAKE: Final = "/socket.io/?EIO=4&transport=polling"
COOKIE: Final = f"mien-8765={Access(TOKEN).cookie_value('mien-8765')}"
FORWARDED: Final = tuple(
    f"HTTP_{name}"
    for name in (
        "FORWARDED", "VIA", "X_FORWARDED", "X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PROTO", "X_REAL_IP", "CF_RAY",
        "CF_CONNECTING_IP", "CF_CONNECTING_IPV6", "TRUE_CLIENT_IP", "X_CLIENT_IP", "X_CLUSTER_CLIENT_IP", "FASTLY_CLIENT_IP",
        "FLY_CLIENT_IP", "X_ORIGINAL_FORWARDED_FOR", "X_ORIGINAL_HOST", "X_AZURE_CLIENTIP", "CDN_LOOP", "X_REMOTE_ADDR",
        "PROXY_CLIENT_IP", "WL_PROXY_CLIENT_IP", "X_PROXYUSER_IP", "CLIENT_IP", "X_ENVOY_EXTERNAL_ADDRESS", "X_REMOTE_IP",
    )
)  # fmt: skip
PRIVATE: Final = ("/", "/picture", "/history", "/health", "/settings", "/healthz", "/api/timeline", "/api/sources", HANDSHAKE)


@pytest.fixture
def locked(dependencies: Dependencies) -> Iterator[Dashboard]:
    """A dashboard as `mien` serves it: it asks for the token."""
    dashboard = create_app(dependencies, Address("127.0.0.1", 8765), access=Access(TOKEN))
    yield dashboard
    dashboard.close()


def asked(dashboard: Dashboard, path: str, method: str = "GET", **headers: str) -> TestResponse:
    """One request without a cookie jar; headers by their names in WSGI."""
    environ = EnvironBuilder(path, OURS, method=method).get_environ()
    return Client(dashboard.app.wsgi_app, use_cookies=False).open(environ | headers)


@pytest.mark.parametrize("path", PRIVATE)
def test_without_the_token_nothing_is_told(locked: Dashboard, path: str) -> None:
    """Another account of this machine gets neither page nor data nor live connection, and is told what is missing."""
    for sent in (
        {},
        {"HTTP_COOKIE": "mien-8765=guessed"},
        {"HTTP_AUTHORIZATION": "Bearer guessed"},
        {"HTTP_COOKIE": "mien-8765=\xff"},
    ):
        answer = asked(locked, path, **sent)
        assert answer.status_code == 403
        assert "token" in answer.text
    assert asked(locked, path, HTTP_COOKIE=COOKIE).status_code == 200
    assert asked(locked, path, HTTP_AUTHORIZATION=f"Bearer {TOKEN}").status_code == 200


def test_no_route_forgets_to_ask(locked: Dashboard) -> None:
    """Every route of the dashboard, by every method that it takes: 403 without the token, but for the page that asks for it."""
    open_to_all = {"/static/<path:filename>", "/static/constants.css", "/unlock"}
    for rule in locked.app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "12345678", rule.rule)
        for method in (rule.methods or set()) - {"OPTIONS"}:
            refused = asked(locked, path, method).status_code == 403
            assert refused or rule.rule in open_to_all, (method, path)


def test_the_printed_address_opens_and_is_forgotten(locked: Dashboard) -> None:
    """The token in an address becomes a cookie that no script reads and no other site sends; the page goes on without it."""
    answer = asked(locked, f"/history?token={TOKEN}&person=me")
    value, *marks = answer.headers["Set-Cookie"].split("; ")
    assert value == COOKIE
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(marks)
    assert "url=/history?person=me" in answer.text
    assert TOKEN not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "/\\evil.example/",
        "/%2F%2Fevil.example",
        "/%09/evil.example",
        "/%0D%0AX:%20y",
        '/"><script>alert(1)</script>',
    ],
)
def test_the_way_on_stays_here(locked: Dashboard, path: str) -> None:
    """Neither the printed address nor the form leads to another site or carries code."""
    page = asked(locked, f"{path}?token={TOKEN}").text
    assert re.search(r'url=/(?![/\\])[^"]*"', page), page
    assert "<script" not in page
    for wanted in (path, unquote(path)):
        form = Client(locked.app.wsgi_app).post("/unlock", base_url=OURS, data={"token": TOKEN, "wanted": wanted})
        assert (form.status_code, form.headers["Location"]) == (303, "/")
    for wanted in ("/history", "//history", "/static/%09"):
        form = Client(locked.app.wsgi_app).post("/unlock", base_url=OURS, data={"token": TOKEN, "wanted": wanted})
        assert re.match(r"/(history|static/%2509)$", form.headers["Location"])


def test_no_error_tells_what_is_kept_without_the_token(locked: Dashboard) -> None:
    """What is served without the token fails in a sentence; only who has shown it reads below a page what is stored."""
    for method, path, code in (("GET", "/static/nope", 404), ("POST", "/static/nope", 405), ("PUT", "/unlock", 405)):
        answer = asked(locked, path, method)
        assert answer.status_code == code
        assert answer.text in ("There is no such page.\n", "This address does not accept this kind of request.\n")
    assert "stored" in asked(locked, "/static/nope", HTTP_COOKIE=COOKIE).text


def test_a_code_is_good_once_and_for_a_minute(dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window that Mien opens comes in; the same address a second time, or a minute later, does not."""
    access = Access(TOKEN)
    dashboard = create_app(dependencies, Address("127.0.0.1", 8765), access=access)
    code = access.new_code()
    assert "Set-Cookie" in asked(dashboard, f"/?code={code}").headers
    assert asked(dashboard, f"/?code={code}").status_code == 403
    late = access.new_code()
    later = time.monotonic() + CODE_SECONDS + 1
    monkeypatch.setattr("web.security.access.time.monotonic", lambda: later)
    assert asked(dashboard, f"/?code={late}").status_code == 403
    dashboard.close()


@pytest.mark.parametrize("sent", [{"HTTP_VIA": "1.1 a"}, {"HTTP_CF_CONNECTING_IP": "::1"}])
def test_a_code_is_no_use_through_a_proxy(dependencies: Dependencies, sent: dict[str, str]) -> None:
    """A proxy of this account's may pass on what another account sends: neither by its header, nor by the panel's name. The
    code stays good for the browser that Mien opened.
    """
    access, panel = Access(TOKEN), ZoomPanel.at("https://mien.example.org")
    dashboard = create_app(dependencies, Address("127.0.0.1", 8765), panel, access)
    code = access.new_code()
    assert "Set-Cookie" not in asked(dashboard, f"/?code={code}", **sent).headers
    assert "Set-Cookie" not in asked(dashboard, f"/?code={code}", HTTP_HOST="mien.example.org").headers
    assert "Set-Cookie" in asked(dashboard, f"/?code={code}").headers
    dashboard.close()


def test_the_token_stays_and_is_the_persons_alone(tmp_path: Path) -> None:
    """Made once, long enough, readable by nobody else; the same at the next start, so that bookmarks go on working."""
    token = installation_token(tmp_path / "new")
    assert re.fullmatch(r"[\w-]{24}", token)
    assert installation_token(tmp_path / "new") == token
    assert installation_token(tmp_path / "other") != token
    if os.name != "nt":
        assert stat.S_IMODE((tmp_path / "new" / TOKEN_FILE).stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_token_that_cannot_be_kept_is_a_sentence(tmp_path: Path) -> None:
    """No dashboard stands open because its token could not be written or was emptied."""
    (tmp_path / "file").touch()
    with pytest.raises(MissingError, match="cannot be saved"):
        installation_token(tmp_path / "file")
    (tmp_path / TOKEN_FILE).touch()
    for short in ("", "a"):
        (tmp_path / TOKEN_FILE).write_text(short)
        with pytest.raises(MissingError, match="is empty or too short"):
            installation_token(tmp_path)


@pytest.mark.parametrize("header", FORWARDED)
def test_what_a_proxy_passes_on_needs_the_token(dashboard: Dashboard, locked: Dashboard, header: str) -> None:
    """With --no-token a request that was passed on for somebody else is refused; with the token it is answered."""
    answer = asked(dashboard, "/history", **{header: "203.0.113.9"})
    assert answer.status_code == 403
    assert "--no-token" in answer.text
    assert asked(locked, "/history", **{header: "203.0.113.9", "HTTP_COOKIE": COOKIE}).status_code == 200


def test_what_browsers_send_is_no_proxys(dashboard: Dashboard) -> None:
    """No header of theirs is taken for a forwarding one."""
    usual = (
        "ACCEPT",
        "ACCEPT_LANGUAGE",
        "CACHE_CONTROL",
        "DNT",
        "PRIORITY",
        "SEC_CH_UA_PLATFORM",
        "SEC_GPC",
        "REFERER",
        "RANGE",
    )
    assert asked(dashboard, "/history", **{f"HTTP_{name}": "1" for name in usual}).status_code == 200


FETCHES: Final = (
    ("cors", "empty"), ("no-cors", "image"), ("no-cors", "script"), ("no-cors", "style"), ("no-cors", "video"),
    ("navigate", "iframe"), ("navigate", "object"), ("navigate", "embed"), ("websocket", "websocket"), ("no-cors", "empty"),
)  # fmt: skip


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(("mode", "destination"), FETCHES)
def test_another_sites_fetches_are_refused(dashboard: Dashboard, site: str, mode: str, destination: str) -> None:
    """A page of another site or another port, in the same browser, can neither fetch, frame nor embed anything of ours."""
    sent = {"HTTP_SEC_FETCH_SITE": site, "HTTP_SEC_FETCH_MODE": mode, "HTTP_SEC_FETCH_DEST": destination}
    for path in ("/", HANDSHAKE, "/api/sources", "/history/session/12345678/file.csv", "/static/mien.css"):
        assert asked(dashboard, path, **sent).status_code == 403


def test_another_site_may_link_to_a_page_alone(dashboard: Dashboard) -> None:
    """A link is a person's step; a form sent from elsewhere is not, nor a link to data, to a live connection, or to a file,
    which the browser would save.
    """
    sent = {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_SEC_FETCH_MODE": "navigate", "HTTP_SEC_FETCH_DEST": "document"}
    for path in ("/", "/picture", "/history", "/history/pictures", "/history/trends", "/history/recordings", "/start"):
        assert asked(dashboard, path, **sent).status_code == 200
    assert asked(dashboard, "/api/picture", "POST", **sent).status_code == 403
    rules = [rule.rule for rule in dashboard.app.url_map.iter_rules()]
    for path in (HANDSHAKE, *(rule for rule in rules if re.search("file|faces|/api/|static|healthz", rule))):
        assert asked(dashboard, re.sub("<[^>]+>", "12345678", path), **sent).status_code == 403


def test_live_connections_are_bounded(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens connections without end is told to come back later, and takes no thread."""
    codes = [asked(dashboard, HANDSHAKE).status_code for _ in range(MAX_SOCKETS + 5)]
    assert codes == [200] * MAX_SOCKETS + [503] * 5


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ({"token": False, "zoom_panel": "https://mien.example.org"}, "--zoom-panel.*needs the token"),
        ({"token": False, "host": "0.0.0.0"}, "everybody on the network"),  # noqa: S104 - that is the point
        ({"cert": Path("a.pem")}, "--cert needs --key"),
        ({"key": Path("a.pem")}, "--key needs --cert"),
    ],
)
def test_flags_that_would_let_strangers_in_are_refused(flags: dict[str, Any], sentence: str) -> None:
    """No panel and no network without the token; no certificate without its key."""
    with pytest.raises(UsageError, match=sentence):
        serving.serve(Settings(port=0, **flags), browser=False, seconds=0.01)


def certificate(folder: Path) -> tuple[Path, Path]:
    cert, key = folder / "cert.pem", folder / "key.pem"
    ask = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*ask, *name, "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


def test_https_of_its_own(dependencies: Dependencies, tmp_path: Path) -> None:
    """With --cert and --key it speaks https; one client that says nothing keeps nobody waiting; http is not answered."""
    cert, key = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(cert))
    with served(dependencies, "127.0.0.1", 0, access=Access(TOKEN, secure=True), tls=encryption(cert, key)) as (address, _):
        assert address.url.startswith("https://")
        with socket.create_connection(("127.0.0.1", address.port)):
            request = Request(f"{address.url}/?token={TOKEN}")  # noqa: S310 - our own address
            with urlopen(request, timeout=30, context=trusting) as answer:  # noqa: S310 - as above
                assert "Secure" in answer.headers["Set-Cookie"]
        with pytest.raises(OSError):
            urlopen(address.url.replace("https", "http"), timeout=30)  # noqa: S310 - as above


def test_a_certificate_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    """No traceback and no question for a password: which files, and what they should be."""
    (tmp_path / "a.pem").write_text("no certificate")
    for cert in (tmp_path / "a.pem", tmp_path / "missing.pem"):
        with pytest.raises(MissingError, match="are not a certificate and its key"):
            encryption(cert, tmp_path / "a.pem")


@pytest.mark.slow
def test_the_command_prints_an_address_that_opens(mien: str, tmp_path: Path) -> None:
    """`mien` prints the address with its token and where that is kept; the address opens, the bare one says how to get in."""
    command = [mien, "serve", "--no-browser", "--port", "0", "--db", f"sqlite:///{tmp_path / 'mien.db'}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            first, second = process.stdout.readline(), process.stdout.readline()
            address, token = re.findall(r"(http://[\d.:]+)/\?token=([\w-]+)", first)[0]
            kept = Path(re.findall(r"kept in (.+)\.$", second.strip())[0])
            assert kept.read_text() == token
            with urlopen(f"{address}/?token={token}", timeout=60) as answer:  # noqa: S310 - our own address
                set_cookie = answer.headers["Set-Cookie"]
            assert Access(token).cookie_value(set_cookie.partition("=")[0]) in set_cookie
            with pytest.raises(HTTPError, match="403"):
                urlopen(address, timeout=60)  # noqa: S310 - as above
        finally:
            process.terminate()


@pytest.mark.browser
def test_two_browsers_and_a_bookmark(
    page: Page, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], dependencies: Dependencies
) -> None:
    """The opened window works at once; a bookmark in another browser asks for the token once, and remembers it."""
    access = Access(TOKEN)
    with served(dependencies, "127.0.0.1", 0, access=access) as (address, _):
        page.goto(f"{address.url}/?code={access.new_code()}")
        expect(page.locator("#state-line")).to_contain_text("not watching")
        assert "code" not in page.url
        with browser_type.launch(**browser_type_launch_args) as other:
            bookmark = other.new_page()
            bookmark.goto(f"{address.url}/history")
            bookmark.get_by_label("Token").fill("guessed")
            bookmark.get_by_role("button", name="Open").click()
            expect(bookmark.get_by_role("alert")).to_contain_text("That is not the token")
            bookmark.get_by_label("Token").fill(TOKEN)
            bookmark.get_by_role("button", name="Open").click()
            expect(bookmark.get_by_role("heading", name="History")).to_be_visible()
            bookmark.reload()
            expect(bookmark.get_by_role("heading", name="History")).to_be_visible()
        page.goto(f"{address.url}/settings")
        expect(page.get_by_role("heading", name="Settings")).to_be_visible()


@pytest.mark.parametrize("wanted", ["a", "1234567", "9" * 5000, "%00" * 8, "../../etc"])
@pytest.mark.parametrize(
    "address", ["/history/{}", "/history/{}/file.csv", "/api/sessions/{}/timeline", "/history/pictures/{}/file"]
)
def test_ids_need_eight_letters_in_an_address(dashboard: Dashboard, address: str, wanted: str) -> None:
    """A foreign page cannot have a session's file saved by trying short beginnings; what is no id is no page."""
    assert asked(dashboard, address.format(wanted)).status_code == 404
