"""How Zoom's panel looks and comes: as narrow as Zoom makes it, for everybody, and over TLS behind its key."""

import asyncio
import shutil
import ssl
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tracker.live.controller import SessionRequest
from web.dependencies import Dependencies
from web.security.access import PANEL_COOKIE, Access
from web.security.zoom_panel import ZoomPanel
from web.serving import served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TOKEN: Final = "the-token-of-this-test"
HEIGHT: Final = 740
FIRST: Final = ("#state-line", "#pause", "#mark", "#stop", ".face-expression", "#minute")
"""What is looked for beside a meeting, and found without scrolling."""
CHUNK: Final = 65536


def complaints_of_axe(page: Page) -> list[Any]:
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run({ runOnly: rules })", RULES)["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def test_it_is_good_where_it_is_narrow(page: Page, dependencies: Dependencies) -> None:
    """From 300 to 400 pixels: nothing sticks out, what counts is on the first screen, the picture is hidden until wanted."""
    with served(dependencies, "127.0.0.1", 0, panel=ZoomPanel.at("https://mien.example.org"), access=Access(TOKEN)) as (
        address,
        dashboard,
    ):
        dashboard.live.controller.start(SessionRequest("fake", 5.0, "own"))
        page.emulate_media(color_scheme="dark")
        page.goto(f"{address.url}/panel?token={TOKEN}")
        expect(page.locator("#minute")).to_be_visible()
        for width in (300, 360, 400):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            for part in FIRST:
                box = page.locator(part).first.bounding_box()
                assert box, part
                right, bottom = box["x"] + box["width"], box["y"] + box["height"]
                assert (box["x"] >= 0, right <= width, bottom <= HEIGHT) == (True, True, True), part
        assert complaints_of_axe(page) == []
        expect(page.locator("#overlay")).to_be_hidden()
        page.get_by_label("Hide the picture").uncheck()
        expect(page.locator("#overlay")).to_be_visible()


class Proxy:
    """What stands between Zoom and Mien: it ends TLS, and passes every byte on."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.to, self.port = 0, 0
        self._server = self._do(asyncio.start_server(self._carry, "127.0.0.1", 0, ssl=context))
        self.port = self._server.sockets[0].getsockname()[1]

    def _do(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, here = await asyncio.open_connection("127.0.0.1", self.to)
        await asyncio.wait(
            [asyncio.create_task(_pass(reader, here)), asyncio.create_task(_pass(there, writer))],
            return_when=asyncio.FIRST_COMPLETED,
        )
        here.close()
        writer.close()

    def close(self) -> None:
        self._server.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    except (OSError, ssl.SSLError):
        return


class Certificate:
    """Signed by nobody but itself, with the browser that trusts it, and no other such one."""

    def __init__(self, folder: Path) -> None:
        cert, key = folder / "cert.pem", folder / "key.pem"
        ask = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        subprocess.run([*ask, "-subj", "/CN=localhost", "-keyout", key, "-out", cert], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)
        tell = ["openssl", "pkey", "-in", str(key), "-pubout", "-outform", "der"]
        public = subprocess.run(tell, check=True, capture_output=True).stdout
        self.trusted = f"--ignore-certificate-errors-spki-list={b64encode(sha256(public).digest()).decode()}"


@contextmanager
def behind_tls(dependencies: Dependencies, context: ssl.SSLContext) -> Iterator[str]:
    """The address of a panel as a certificate of one's own or a tunnel serves it."""
    proxy = Proxy(context)
    panel = ZoomPanel.at(f"https://mien.localhost:{proxy.port}")
    try:
        with served(dependencies, "127.0.0.1", 0, panel=panel, access=Access(TOKEN)) as (address, _):
            proxy.to = address.port
            yield panel.address
    finally:
        proxy.close()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate: apt-get install openssl.")
def test_over_https_it_asks_for_the_token_once_and_then_watches(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], dependencies: Dependencies, tmp_path: Path
) -> None:
    """Through TLS, with the browser's own Host, Origin, cookie and policy: the token, the page, the live connection.

    A browser of its own, that trusts the certificate: where Chromium is told to pass over every error of a certificate,
    it begins every request anew, and gives up on some of them when many go at once.
    """
    certificate = Certificate(tmp_path)
    launch = browser_type_launch_args | {"args": [*browser_type_launch_args["args"], certificate.trusted]}
    with browser_type.launch(**launch) as browser, behind_tls(dependencies, certificate.context) as address:
        page = browser.new_page(viewport={"width": 360, "height": HEIGHT})
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.goto(address)
        assert complaints_of_axe(page) == []
        page.get_by_label("Token").fill("guessed")
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_role("alert")).to_contain_text("That is not the token")
        # Chromium tells of every answer that is a refusal, and, sooner or later, of the styles that axe has tried to write.
        assert [text for text in said if "403" not in text and "inline style" not in text] == []
        said.clear()
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Open").click()
        expect(page.locator("#state-line")).to_contain_text("not watching")
        page.reload()
        page.get_by_role("button", name="Try the demo").click()
        expect(page.locator(".guess").first).to_be_visible()
        (cookie,) = (each for each in page.context.cookies() if each["name"] == PANEL_COOKIE)
        marks = [cookie[name] for name in ("secure", "httpOnly", "sameSite")]
        assert marks == [True, True, "None"]
        page.goto("about:blank")
        assert said == []
