"""A part of the screen: the picture on which it is chosen, and where it is remembered."""

from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from PIL import Image

from tests.web.conftest import ADDRESS
from tracker.core.errors import SourceError
from tracker.sources.screen import MSS_MISSING, Screenshot
from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.pages import screen_regions
from web.pages.screen_regions import MAX_REGIONS, ONLY_HERE, ScreenRegions
from web.security.access import Access
from web.security.public_origin import PublicOrigin
from web.storage import Storage

HERE: Final = ADDRESS.url


def shot_of(monitor: int) -> Screenshot:
    """A screen of its own for each monitor, dense: twice as many pixels as the desktop counts."""
    return Screenshot(np.full((1440, 2560, 3), (0, 0, 255), np.uint8), -1280 * (monitor - 1), 0, 1280, 720, 2)


def post(dashboard: Dashboard, address: str, environ: dict[str, str] | None = None, **form: str) -> Any:
    client = dashboard.app.test_client()
    return client.post(address, base_url=HERE, data=form, environ_overrides=environ or {}, headers={"Origin": HERE})


def test_a_monitor_is_shown(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The picture of the monitor that was asked for, smaller, with its place on the desktop; no file is written."""
    monkeypatch.setattr(screen_regions, "take_screenshot", shot_of)
    before = {path for path in tmp_path.rglob("*") if path.suffix != ".db-wal"}
    answer = post(dashboard, "/api/screen", monitor="2")
    found = answer.json
    picture = Image.open(BytesIO(b64decode(found.pop("picture"))))
    assert picture.size == (1280, 720)
    pixel = picture.getpixel((5, 5))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200
    assert found == {"monitor": 2, "monitors": 2, "left": -1280, "top": 0, "width": 1280, "height": 720}
    assert answer.headers["Cache-Control"] == "no-store"
    assert {path for path in tmp_path.rglob("*") if path.suffix != ".db-wal"} == before


@pytest.fixture
def locked(dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dashboard]:
    """A dashboard with a token, whose screen must not be grabbed."""
    monkeypatch.setattr(screen_regions, "take_screenshot", lambda _: pytest.fail("The screen was grabbed."))
    public = PublicOrigin.at("https://mia.example.org")
    dashboard = create_app(dependencies, ADDRESS, access=Access("token"), public=public)
    yield dashboard
    dashboard.close()


@pytest.mark.parametrize(
    "environ",
    [
        {"REMOTE_ADDR": "192.168.1.7"},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.5"},
        {"HTTP_HOST": "mia.example.org", "HTTP_ORIGIN": "https://mia.example.org"},
    ],
)
def test_the_screen_is_shown_on_this_machine_alone(locked: Dashboard, environ: dict[str, str]) -> None:
    """Another machine, or one behind a proxy, also one that adds no header, gets a sentence in spite of the token; nothing is
    grabbed.
    """
    answer = post(locked, "/api/screen", environ | {"HTTP_AUTHORIZATION": "Bearer token"})
    assert (answer.status_code, answer.json) == (404, {"error": ONLY_HERE})


def test_another_site_and_whoever_has_no_token_see_nothing(dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture is for Mien's own pages with the token."""
    monkeypatch.setattr(screen_regions, "take_screenshot", lambda _: pytest.fail("The screen was grabbed."))
    dashboard = create_app(dependencies, ADDRESS, access=Access("token"))
    client = dashboard.app.test_client(use_cookies=False)
    assert client.post("/api/screen", base_url=HERE).status_code == 403
    bearer = {"Authorization": "Bearer token", "Origin": "https://evil.example"}
    assert client.post("/api/screen", base_url=HERE, headers=bearer).status_code == 403
    assert client.get("/api/screen", base_url=HERE, headers={"Authorization": "Bearer token"}).status_code == 405


def test_a_screen_that_cannot_be_grabbed_is_a_sentence(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package, or on Wayland, the page is told what to do, with 404."""

    def fail(_: int) -> Screenshot:
        raise SourceError(MSS_MISSING)

    monkeypatch.setattr(screen_regions, "take_screenshot", fail)
    answer = post(dashboard, "/api/screen", monitor="1")
    assert (answer.status_code, answer.json["error"]) == (404, MSS_MISSING)
    assert post(dashboard, "/api/screen", monitor="x").status_code == 400


def test_parts_are_remembered_by_name(dashboard: Dashboard, storage: Storage) -> None:
    """Each app has one, the newest; they are stored only where results are, and erased with everything."""
    assert post(dashboard, "/api/screen/regions", name="Zoom", region="0,0,1280,720").json == {
        "regions": [{"name": "Zoom", "region": "0,0,1280,720"}]
    }
    assert ScreenRegions(storage).all() == {}

    storage.set_retention("30d")
    post(dashboard, "/api/screen/regions", name="My app", region="-800,0,640,480")
    post(dashboard, "/api/screen/regions", name="Zoom", region="10,20,1280,720")
    assert ScreenRegions(storage).all() == {"Zoom": "10,20,1280,720", "My app": "-800,0,640,480"}
    post(dashboard, "/api/screen/regions", name="Zoom", region="")
    assert ScreenRegions(storage).all() == {"My app": "-800,0,640,480"}
    assert post(dashboard, "/api/screen/regions", name="Zoom", region="").status_code == 404

    storage.set_retention("nothing")
    post(dashboard, "/api/screen/regions", name="Zoom", region="0,0,640,480")
    dashboard.app.test_client().delete("/api/everything", base_url=HERE, headers={"Origin": HERE})
    assert dashboard.app.test_client().get("/api/screen/regions", base_url=HERE).json == {"regions": []}


def test_without_a_database_parts_last_until_mien_closes(tmp_path: Path) -> None:
    """They are remembered in memory alone."""
    (tmp_path / "no").write_text("A file where the folder would be.")
    storage = Storage(f"sqlite:///{tmp_path}/no/mien.db")
    assert storage.database is None
    regions = ScreenRegions(storage)
    regions.remember("Zoom", "0,0,640,480")
    assert regions.all() == {"Zoom": "0,0,640,480"}
    storage.close()


@pytest.mark.parametrize(
    ("name", "region"),
    [("", "0,0,640,480"), ("Zoom", "2"), ("Zoom", "0,0,10,10"), ("Zoom", "0,0,640"), ("x" * 300, "0,0,640,480")],
)
def test_what_is_no_part_is_refused(dashboard: Dashboard, name: str, region: str) -> None:
    """A monitor's number, a speck, half a rectangle and a name that is none are sentences."""
    assert post(dashboard, "/api/screen/regions", name=name, region=region).status_code == 400


def test_there_are_not_too_many(dashboard: Dashboard) -> None:
    """One more than MAX_REGIONS is refused, while those that are there may be changed."""
    answers = [post(dashboard, "/api/screen/regions", name=f"App {n}", region="0,0,640,480") for n in range(MAX_REGIONS + 1)]
    assert [answer.status_code for answer in answers] == [200] * MAX_REGIONS + [400]
    assert post(dashboard, "/api/screen/regions", name="App 1", region="0,0,800,600").status_code == 200
