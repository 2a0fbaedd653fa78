"""What the pages promise of where things are and what is stored: true at any moment, for a file and for a server."""

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.web.conftest import ADDRESS
from tracker.core.errors import StoreError
from tracker.store.database import Database
from web.app import Dashboard, guests
from web.security.gate import Address
from web.security.zoom_panel import ZoomPanel
from web.storage import Storage

if TYPE_CHECKING:
    from flask.testing import FlaskClient

OURS = {"base_url": ADDRESS.url, "headers": {"Origin": ADDRESS.url}}
ELSEWHERE = "on the database server db.example.org"


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("sqlite:///{folder}/mien.db", "in a file on this machine"),
        ("postgresql://me:pw@db.example.org/mien", ELSEWHERE),
        ("postgresql+psycopg://me@192.0.2.1:5433/mien", "on the database server 192.0.2.1"),
        ("postgresql:///mien?host=db.example.org", ELSEWHERE),
        ("postgresql:///mien?host=/run/postgresql,db.example.org", ELSEWHERE),
        *((f"postgresql://{host}/mien", "in a database on this machine") for host in ("localhost", "127.0.0.1", "[::1]", "")),
        ("postgresql:///mien?host=/run/postgresql", "in a database on this machine"),
    ],
)
def test_one_place_says_where_the_store_is(url: str, where: str, tmp_path: Path) -> None:
    """A file, a server of this machine, by socket or by loopback, and another machine by its name."""
    assert Database(url.format(folder=tmp_path)).location == where


def test_the_servers_name_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """As PostgreSQL's own programs have it."""
    monkeypatch.setenv("PGHOST", "db.example.org")
    assert Database("postgresql:///mien").location == ELSEWHERE


def footer(client: "FlaskClient", path: str = "/") -> str:
    text = client.get(path, **OURS).text
    return re.sub(r"<.*?>|\s+", " ", text[text.index("<footer") :]).replace("  ", " ")


def picture(dashboard: Dashboard) -> "tuple[FlaskClient, str]":
    """An uploaded picture of a face, and the face's name."""
    png, client = BytesIO(), dashboard.app.test_client()
    Image.new("RGB", (100, 100), "gray").save(png, "PNG")
    answer = client.post("/api/picture", data={"picture": (BytesIO(png.getvalue()), "a.png")}, **OURS)
    return client, cast("Any", answer.json)["faces"][0]["token"]


def test_the_footer_tells_what_is_stored_now(dashboard: Dashboard) -> None:
    """Nothing at first; a crop that was saved before the question, and taken back again; and what holds after the question."""
    client, face = picture(dashboard)
    assert "Faces are read on this machine. Nothing is stored until you say for how long." in footer(client)

    saved = cast("Any", client.post("/api/verdicts", data={"face": face, "said": "happy"}, **OURS).json)
    now = "Nothing new is stored until you say for how long. Stored in a file on this machine: 1 verdict."
    assert saved["kept"] == "kept in a file on this machine until you erase it"
    assert saved["stored"] == now
    for path in ("/", "/picture", "/history", "/settings", "/nowhere"):
        assert now in footer(client, path)

    undone = cast("Any", client.delete(f"/api/verdicts/{saved['id']}", **OURS).json)
    assert undone["stored"] == "Nothing is stored until you say for how long."
    decided = cast("Any", client.post("/api/retention", data={"retention": "24h"}, **OURS).json)
    assert decided["stored"] == "Results are stored in a file on this machine."
    assert decided["stored"] in footer(client)
    client.post("/api/retention", data={"retention": "nothing"}, **OURS)
    assert "Nothing is stored." in footer(client)


@pytest.fixture
def far(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> Dashboard:
    """Its database is on another machine, as far as anybody is told."""
    monkeypatch.setattr(Database, "remote_host", "db.example.org")
    monkeypatch.setattr(Database, "location", ELSEWHERE)
    return dashboard


def test_no_page_promises_this_machine_where_a_server_keeps_it(far: Dashboard) -> None:
    """The question, the footer, Settings, Start and Picture name the server; of this machine they say only what stays here."""
    client = far.app.test_client()
    pages = {path: client.get(path, **OURS).text for path in ("/", "/picture", "/start", "/settings", "/health", "/history")}
    assert f"kept {ELSEWHERE}, and no pictures" in pages["/"]
    assert f"kept {ELSEWHERE} until you erase them." in pages["/start"]
    assert "What is kept goes to the database server db.example.org" in pages["/settings"]
    assert "Nothing else leaves this machine" in pages["/settings"]
    assert f"is stored {ELSEWHERE}, pixels only if you save them" in pages["/picture"]
    for path, text in pages.items():
        assert "file on this machine" not in text, path
        assert "Nothing leaves" not in text, path


def test_a_page_without_its_database_promises_nothing(
    storage: Storage, dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that could not be opened stores nothing; one that went away is told of by the page, not by a second error."""
    assert Storage("postgresql://me@127.0.0.1:9/mien").sentence == "Nothing is stored."

    def gone(_: Database) -> None:
        raise StoreError("It went away.")

    monkeypatch.setattr(Database, "session", gone)
    assert "Faces are read on this machine." in footer(dashboard.app.test_client())


def test_settings_tell_where_else_the_pages_go() -> None:
    """To whoever opens them over the network, or through Zoom's panel; else nowhere."""
    assert guests(ADDRESS, None) == ""
    assert "unencrypted to every machine" in guests(Address("0.0.0.0", 80), None)  # noqa: S104 - a word, nothing listens
    assert "https://mien.example.org" in guests(ADDRESS, ZoomPanel.at("https://mien.example.org"))


@pytest.mark.browser
def test_a_person_sees_the_footer_change(page: Page, site: str, picture_file: Path, complaints: list[str]) -> None:
    """Right after a crop was saved, and after Undo."""
    page.goto(f"{site}/picture")
    words = page.locator("#kept-words")
    expect(words).to_have_text("Nothing is stored until you say for how long.")
    page.locator("#files").set_input_files(picture_file)
    page.get_by_role("button", name="That's right, save this face").click()
    expect(words).to_contain_text("Stored in a file on this machine: 1 verdict.")
    page.get_by_role("button", name="Undo").click()
    expect(words).to_have_text("Nothing is stored until you say for how long.")
