"""Recordings on the pages: analysed in a process of their own, stored like sessions or offered as files, and taken up again."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import ADDRESS
from tracker.config.settings import Settings
from tracker.core.frame import Pixels
from tracker.exports.from_database import read_session_data
from tracker.store import session_queries
from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.recordings.job import Job
from web.recordings.queue import Jobs
from web.recordings.worker import AnalysisProcess
from web.storage import Storage

BASE = {"base_url": "http://localhost:8765"}
FPS = 10


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    """Where this test's recordings are kept."""
    return tmp_path / "data" / "mien" / "recordings"


def film(path: Path, picture: Pixels, seconds: float) -> Path:
    """A picture that sways a little."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (400, 300))
    for number in range(round(seconds * FPS)):
        sway = 5 * (number % 4)
        writer.write(np.asarray(picture[0:300, 20 + sway : 420 + sway]))
    writer.release()
    return path


@pytest.fixture
def meeting(astronaut: Pixels, tmp_path: Path) -> Path:
    return film(tmp_path / "meeting.avi", astronaut, 2)


def settled(dashboard: Dashboard) -> list[Job]:
    """The list, when the one worker has done all that it was given."""
    dashboard.jobs._worker.submit(int).result()
    return dashboard.jobs.all()


Post = Callable[..., Any]


@pytest.fixture
def post(dashboard: Dashboard) -> Post:
    """Asks, and gives what is answered."""

    def ask(address: str = "", **more: Any) -> Any:
        return dashboard.app.test_client().post(f"/api/recordings{address}", **BASE, **more).json

    return ask


def test_a_recording_becomes_a_session(
    storage: Storage, dashboard: Dashboard, post: Post, meeting: Path, own_folder: Path
) -> None:
    """By its path, at 5 Hz: its session stands in History in media time, nothing else of it stays, the video is untouched."""
    storage.set_retention("30d")
    told = post(data={"path": f' "{meeting}" ', "hz": "5", "faces": "own"})
    assert (told["kind"], told["words"]) == ("waiting", "5 times a second · own face")

    (job,) = settled(dashboard)

    assert (job.kind, job.message, job.done, job.total) == ("done", "", 20, 20)
    with storage.reading() as store:
        (summary,) = session_queries.list_sessions(store)
        kept = read_session_data(store, summary.id)
    assert (summary.id, summary.title, summary.observations) == (job.session, "meeting", 10)
    assert (kept.recorded, kept.source) == (True, str(meeting))
    assert list(own_folder.glob("*")) == []
    assert meeting.exists()
    client = dashboard.app.test_client()
    assert b"recording meeting.avi" in client.get("/history", **BASE).data
    assert client.get(f"/history/{job.session}/file.html", **BASE).status_code == 200


def test_a_copy_is_removed_and_files_go_with_mien(
    storage: Storage, dependencies: Dependencies, meeting: Path, own_folder: Path
) -> None:
    """Where nothing is kept: the sent video is gone after the analysis, its files are offered until Mien closes."""
    dashboard = create_app(dependencies, ADDRESS)
    client = dashboard.app.test_client()
    address = "/api/recordings/copy?name=C:%5Cvideos%5Ccall.avi&hz=2&faces=own"
    told: Any = client.post(address, data=meeting.read_bytes(), **BASE).json
    assert told["name"] == "call.avi"

    (job,) = settled(dashboard)

    assert (job.kind, job.session, job.copied) == ("done", None, True)
    assert list(own_folder.rglob("*.avi")) == []
    table = client.get(f"/history/recordings/{job.id}/file.csv", **BASE)
    assert table.data.startswith(b"session,")
    assert client.get(f"/history/recordings/{job.id}/file.json", **BASE).status_code == 404
    dashboard.close()
    assert list(own_folder.glob("*")) == []


def test_what_was_interrupted_goes_on(storage: Storage, astronaut: Pixels, tmp_path: Path, own_folder: Path) -> None:
    """Closed in the middle, opened again: it waits for a word, and then every frame is there once."""
    storage.set_retention("forever")
    jobs = Jobs(storage, Settings(), own_folder)
    first = jobs.add(jobs.new_folder(), film(tmp_path / "call.avi", astronaut, 4), 0, "own", copied=False)
    second = jobs.add(jobs.new_folder(), film(tmp_path / "next.avi", astronaut, 1), 1, "own", copied=False)
    lines = jobs.recording(first).file("jsonl")
    child = None
    while child is None:
        child = jobs._process and jobs._process[1]
    while not lines.exists() or not lines.stat().st_size:
        with pytest.raises(TimeoutExpired):
            child._process.wait(0.05)
    jobs.close()
    seen = len(lines.read_text().splitlines())
    assert 0 < seen < 40

    again = Jobs(storage, Settings(), own_folder)
    assert {job.id: job.kind for job in again.all()} == {first.id: "interrupted", second.id: "interrupted"}
    again.go_on(first.id)
    again._worker.submit(int).result()
    assert again.job(first.id).kind == "done"
    with storage.reading() as store:
        (summary,) = session_queries.list_sessions(store)
        assert [row.frame for row in read_session_data(store, summary.id).rows()] == list(range(40))
    again.remove(second.id)
    assert list(own_folder.glob("*")) == []
    again.close()


def test_what_is_cancelled_leaves_nothing(
    dashboard: Dashboard, post: Post, astronaut: Pixels, tmp_path: Path, own_folder: Path
) -> None:
    """The one that runs and the one that waits: both stop, and their folders are empty."""
    for name in ("one", "two"):
        post(data={"path": str(film(tmp_path / f"{name}.avi", astronaut, 8)), "hz": "0"})
    for job in dashboard.jobs.all():
        assert post(f"/{job.id}/cancel") == {"ok": True}

    assert {job.kind for job in settled(dashboard)} == {"cancelled"}
    assert list(own_folder.glob("*")) == []


def test_what_goes_wrong_is_a_sentence(dashboard: Dashboard, post: Post, coffee: Pixels, tmp_path: Path) -> None:
    """No video, and a video of nobody: the first fails, the second is done and says so; a copy is not left behind."""
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    post(data={"path": str(broken)})
    post("/copy?name=notes.mp4", data=b"no video either")
    post(data={"path": str(film(tmp_path / "coffee.avi", coffee, 1)), "hz": "2"})

    nobody, copied, damaged = settled(dashboard)

    assert (damaged.kind, copied.kind, nobody.kind) == ("failed", "failed", "done")
    assert re.match(f"{broken} cannot be opened as a video", damaged.message)
    assert re.match("notes.mp4 cannot be opened as a video.* The copy was removed", copied.message)
    assert nobody.message == "No face was found in the video."


def test_a_process_that_was_killed_is_told(meeting: Path, tmp_path: Path) -> None:
    """A process that was killed is no success, and no riddle."""
    child = AnalysisProcess(
        Jobs(Storage(None), Settings(), tmp_path).recording(Job("x", "meeting.avi", str(meeting), 0, "own", copied=False))
    )
    child._process.kill()
    last = list(child.reports())[-1]
    assert (last.end, last.message.split(";")[0]) == (
        "failed",
        "The analysis ended without a message. The terminal from which Mien was started may say more.",
    )


def test_everything_erased_leaves_no_recording(dashboard: Dashboard, post: Post, meeting: Path, own_folder: Path) -> None:
    """The files of recordings are a person's own, too."""
    post(data={"path": str(meeting), "hz": "1"})
    settled(dashboard)
    (kept,) = own_folder.glob("*/order.json")
    assert set(json.loads(kept.read_text())) == {"id", "name", "video", "hz", "faces", "copied", "mode"}

    dashboard.app.test_client().delete("/api/everything", **BASE)

    assert dashboard.jobs.all() == []
    assert list(own_folder.glob("*")) == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_person_has_a_recording_analysed(page: Page, site: str, meeting: Path, complaints: list[str]) -> None:
    """Found from History, chosen, watched across a reload, and looked at in History; another one is cancelled."""
    page.goto(f"{site}/history")
    page.get_by_role("link", name="Recordings").click()
    expect(page.get_by_text("Mien keeps nothing")).to_be_visible()
    page.get_by_label("30 days").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_hidden()
    expect(page.get_by_text("The result is a session in History")).to_be_visible()
    page.get_by_label("Path of a video").fill("/nowhere.mp4")
    page.get_by_role("button", name="Analyse").click()
    expect(page.locator("#recording-form-words")).to_contain_text("There is no file /nowhere.mp4")
    page.get_by_label("Or choose a file").set_input_files(meeting)
    page.get_by_role("button", name="Analyse").click()
    expect(page.locator(".recording")).to_have_count(1)
    page.reload()
    page.get_by_role("link", name="See it in History").click()
    expect(page.get_by_role("heading", name="meeting")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Remove from this list").click()
    expect(page.locator(".recording")).to_have_count(0)
    # The refused path is answered with 400, which the console tells.
    assert [said for said in complaints if "400" not in said] == []
    complaints.clear()


def test_what_cannot_be_written_is_told_and_it_is_tried_again(dashboard: Dashboard, post: Post, meeting: Path) -> None:
    """The analysis ends with the reason, and goes on once the file can be written."""
    folder = dashboard.jobs.new_folder()
    in_the_way = folder / "out" / ".meeting.json.part"
    in_the_way.mkdir(parents=True)
    job = dashboard.jobs.add(folder, meeting, 1, "own", copied=False)
    (failed,) = settled(dashboard)
    assert failed.kind == "failed"
    assert "cannot be written: Is a directory" in failed.message

    in_the_way.rmdir()
    assert post(f"/{job.id}/go-on") == {"ok": True}
    assert [each.kind for each in settled(dashboard)] == ["done"]
