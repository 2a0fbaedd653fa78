"""Pages of other origins in the person's own browser: whatever they try, they learn, change and save nothing."""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Download, expect
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Response

from tests.web.conftest import dependencies_with, made_up
from tracker.store.recorder import Recorder
from tracker.store.testing import beginning, row
from web.app import Dashboard
from web.security.access import Access
from web.security.gate import LINKABLE_PAGES, Address, Gate
from web.serving import served
from web.storage import Storage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

SESSION: Final = "5e551044-0000-4000-8000-000000000001"
TOKEN: Final = "the-token-of-this-test"
SCRIPT: Final = Path(__file__).with_name("foreignPage.js")
PAGE: Final = "/of-a-stranger"
NAMES: Final = {"another port": "127.0.0.1", "another name": "localhost", "a rebound name": "stranger.test"}
"""Origins on this machine: the same site, so that cookies go along; another site; and a name that its owner points here once
the page is there (DNS rebinding), with which the dashboard is of the page's own origin."""
HTML: Final = b"<!doctype html><title>Cats</title><body></body>"
FEW: Final = (
    ("GET", "/history"),
    ("GET", f"/history/{SESSION}/file.csv"),
    ("POST", "/api/retention"),
    ("DELETE", "/api/everything"),
)
BODIES: Final = {"/api/retention": {"retention": "nothing"}, "/unlock": {"token": "guessed", "wanted": "/"}}
GROUP: Final = 6
"""Addresses that one page tries at once: in every way, which is more than a hundred requests."""
WAYS: Final = 10
"""As many requests, at least, each address gets; what a browser refuses to send proves nothing of Mien."""


@pytest.fixture(scope="module")
def strangers(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """A browser for which the stranger's name is this machine."""
    args = [*browser_type_launch_args["args"], "--host-resolver-rules=MAP stranger.test 127.0.0.1"]
    with browser_type.launch(**browser_type_launch_args | {"args": args}) as browser:
        yield browser


class Target:
    """A dashboard with a stored session, into which a browser's person was let; it notes what the gate lets through."""

    def __init__(self, address: Address, dashboard: Dashboard, context: BrowserContext, folder: Path) -> None:
        self.address, self._dashboard, self._context, self._folder = address, dashboard, context, folder
        self.asked, self.passed, self.saved = 0, list[tuple[str, str, str]](), list[Download]()
        gate = dashboard.app.wsgi_app
        assert isinstance(gate, Gate)
        self._gate, self._behind, gate._app = gate, gate._app, self._note
        dashboard.app.wsgi_app = self._answer  # type: ignore[method-assign, assignment]
        context.on("page", lambda page: page.on("download", lambda saved: self.saved.append(saved)))  # noqa: PLW0108 - Playwright takes no built-in

    def _answer(self, environ: dict[str, Any], start: Any) -> Any:
        """The stranger's own page, for as long as its name means another machine; else the dashboard."""
        if environ["PATH_INFO"] == PAGE:
            return Response(HTML, content_type="text/html")(environ, start)
        self.asked += 1
        return self._gate(environ, start)

    def _note(self, environ: dict[str, Any], start: Any) -> Any:
        # Browsers send no Fetch Metadata with the handshake of a WebSocket, but its Origin.
        if environ.get("HTTP_SEC_FETCH_SITE") not in ("same-origin", "none") and environ.get("HTTP_ORIGIN") != self.address.url:
            self.passed.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("HTTP_SEC_FETCH_DEST", "")))
        return self._behind(environ, start)

    def all_routes(self) -> list[tuple[str, str]]:
        """Every method and address of the dashboard; ids are those of a session that is there."""
        values = {"filename": "mien.css", "form": "csv", "what": "stop", "number": "1", "uuid": SESSION, "name": SESSION}
        rules = self._dashboard.app.url_map.iter_rules()
        return [
            (method, re.sub(r"<(?:.*?:)?(\w+)>", lambda found: values[found[1]], rule.rule))
            for rule in rules
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
        ]

    def kept(self) -> Any:
        """Whatever a stranger might change: the state, the database, and every file of data and settings."""
        with closing(sqlite3.connect(self._folder / "mien.db")) as store:
            # A lease tells every few seconds that its Mien is there.
            rows = [line for line in store.iterdump() if '"leases"' not in line]
        files = [path for name in ("data", "settings") for path in (self._folder / name).rglob("*") if path.is_file()]
        return self._dashboard.live.controller.state, rows, {path: path.read_bytes() for path in files}

    def attacked_from(self, origin: str, routes: Sequence[tuple[str, str]]) -> list[list[str]]:
        """What a page of an origin, open beside the dashboard, learns of these routes; a rebound name asks itself."""
        targets = [{"path": path, "method": method, "body": json.dumps(BODIES.get(path, {}))} for method, path in routes]
        with ExitStack() as stack:
            server = stack.enter_context(listening_beside(self._answer))
            port = self.address.port if origin == "a rebound name" else server.server_port
            mine = f"http://{NAMES[origin]}:{port}"
            base = mine if origin == "a rebound name" else self.address.url
            page = self._context.new_page()
            page.goto(mine + PAGE)
            page.add_script_tag(path=SCRIPT)
            learned: list[list[str]] = page.evaluate("([base, targets]) => attack(base, targets)", [base, targets])
            for each in self._context.pages:
                each.close()
        return learned


@contextmanager
def listening_beside(app: Any) -> Iterator[BaseWSGIServer]:
    """A web server of a stranger on this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def target(request: pytest.FixtureRequest, strangers: Browser, storage: Storage, tmp_path: Path) -> Iterator[Target]:
    """With the token, whose cookie the browser has; and without, where the headers alone have to do."""
    storage.set_retention("forever")
    with Recorder(storage.require(), beginning(SESSION)) as recorder:
        recorder.write(row(0))
    dependencies = dependencies_with(storage, made_up)
    with (
        served(dependencies, "127.0.0.1", 0, access=Access(request.param)) as (address, dashboard),
        strangers.new_context() as context,
    ):
        with context.new_page() as person:
            person.goto(f"{address.url}/settings?token={TOKEN}")
            expect(person.get_by_role("heading", name="Settings")).to_be_visible()
        yield Target(address, dashboard, context, tmp_path)


def hold(target: Target, origin: str, routes: Sequence[tuple[str, str]]) -> None:
    """Attack a few routes at a time, and find that only pages were shown, to the person alone."""
    before = target.kept()
    for start in range(0, len(routes), GROUP):
        some = routes[start : start + GROUP]
        learned = target.attacked_from(origin, some)
        # A rebound name may read its own refusal.
        assert [each for each in learned if "does not answer to the name" not in each[-1]] == []
        assert target.asked > WAYS * len(some), "the browser kept the attempts back"
        assert [(method, path) for method, path, shown in target.passed if (method, shown) != ("GET", "document")] == []
        assert [path for _, path, _ in target.passed if not LINKABLE_PAGES.fullmatch(path)] == []
        assert [download.url for download in target.saved if not download.failure()] == []
        target.asked = 0
    assert target.kept() == before


@pytest.mark.parametrize(
    ("target", "origin"), [(TOKEN, "another port"), (None, "another name"), (None, "a rebound name")], indirect=["target"]
)
def test_a_strangers_page_learns_and_changes_nothing(target: Target, origin: str) -> None:
    """A few routes, each in every way that a page has of asking: nothing is read, changed or saved."""
    hold(target, origin, FEW)


@pytest.mark.long
@pytest.mark.parametrize("target", [TOKEN, None], ids=["token", "no token"], indirect=True)
@pytest.mark.parametrize("origin", NAMES)
def test_no_route_serves_a_strangers_page(target: Target, origin: str) -> None:
    """As above, with every route and method of the dashboard."""
    hold(target, origin, target.all_routes())
