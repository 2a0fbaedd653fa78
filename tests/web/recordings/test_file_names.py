"""A file whose name is no UTF-8, on the pages: watched, analysed, shown and stored, and nothing ends."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cv2
import pytest

from tests.web.conftest import ADDRESS, dependencies_with, made_up
from tracker.core.frame import Pixels
from tracker.store import session_queries
from web.app import Dashboard, create_app
from web.storage import Storage

if TYPE_CHECKING:
    from tests.web.conftest import Heard

BASE: Final[dict[str, Any]] = {"base_url": "http://localhost:8765"}
SHOWN: Final = "l\\xe9:1.avi"


@pytest.fixture
def film(astronaut: Pixels, tmp_path: Path) -> Path:
    """Five frames under a Latin-1 name with a colon in it."""
    writer = cv2.VideoWriter(str(tmp_path / "film.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 5, (512, 512))
    for _ in range(5):
        writer.write(astronaut)
    writer.release()
    return (tmp_path / "film.avi").rename(tmp_path / os.fsdecode(b"l\xe9:1.avi"))


def test_it_is_watched(dashboard: Dashboard, heard: "Heard", film: Path) -> None:
    """A page that asks for it by the socket gets its rows, and its name as text."""
    page = dashboard.socket.test_client(dashboard.app)
    assert page.emit("start", {"source": str(film), "hz": 0}, callback=True) == {"ok": True}
    heard.wait(lambda: len(heard.all("observation")) == 5)
    assert heard.all("observation")[0]["source"].endswith(SHOWN)
    assert heard.all("state")[-1]["source"].endswith(SHOWN)


def test_a_dashboard_that_was_started_for_it_shows_its_page(storage: Storage, film: Path) -> None:
    """The page has its name as text, and a start with that name finds the file."""
    dashboard = create_app(dependencies_with(storage, made_up, source=str(film)), ADDRESS)
    try:
        assert SHOWN.encode() in dashboard.app.test_client().get("/", **BASE).data
        page = dashboard.socket.test_client(dashboard.app)
        shown = str(film.with_name(SHOWN))
        assert page.emit("start", {"source": shown, "hz": 0}, callback=True) == {"ok": True}
        dashboard.live.controller.stop()
    finally:
        dashboard.close()


def test_it_is_analysed_and_stored(dashboard: Dashboard, storage: Storage, film: Path) -> None:
    """In a process of its own; its title is text in the list, in History, in the report and in every table."""
    storage.set_retention("30d")
    jobs, client = dashboard.jobs, dashboard.app.test_client()
    jobs.add(jobs.new_folder(), film, 0, "own", copied=False)
    listed: Any = client.get("/api/recordings", **BASE).json
    assert listed["jobs"][0]["name"] == SHOWN
    jobs._worker.submit(int).result()
    (job,) = jobs.all()
    assert (job.kind, job.message, job.done) == ("done", "", 5)
    with storage.reading() as store:
        assert session_queries.list_sessions(store)[0].title == SHOWN.removesuffix(".avi")
    for form in ("html", "csv", "jsonl", "parquet"):
        assert client.get(f"/history/{job.session}/file.{form}", **BASE).status_code == 200
    assert SHOWN.encode() in client.get("/history", **BASE).data


@pytest.mark.parametrize("source", ["\ud83d.mp4", "a\0b.mp4", "x" * 300 + ".mp4", "\u00b2", "~/nowhere.mp4"])
def test_what_no_file_is_called_ends_in_a_sentence(source: str, dashboard: Dashboard, heard: "Heard") -> None:
    """Also when a page sends half an emoji, a NUL or a name without end: the session fails, the dashboard goes on."""
    page = dashboard.socket.test_client(dashboard.app)
    answer: Any = page.emit("start", {"source": source, "hz": 0}, callback=True)
    if answer["ok"]:
        heard.wait_for("failed")
    assert dashboard.app.test_client().get("/", **BASE).status_code == 200
