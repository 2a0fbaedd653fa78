"""Recordings that several Miens see: one is at each of them, and what an end leaves behind is taken up or taken away."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from tracker.commands.erase import command as erase
from tracker.config.model_files import released_model
from tracker.config.settings import Settings
from tracker.core.errors import UsageError
from tracker.core.frame import Pixels, now
from tracker.model.classifier import OnnxClassifier
from tracker.model.correction import LogitCorrection, PersonalFit
from tracker.personal import fit_files
from tracker.store import schema
from web.recordings.leftovers import KEEP_COPY
from web.recordings.queue import Jobs
from web.storage import Storage

ANOTHER = """
import sys
from pathlib import Path
from tracker.config.settings import Settings
from web.recordings.queue import Jobs
from web.storage import Storage

url, folder, video = sys.argv[1:]
jobs = Jobs(Storage(url), Settings(), Path(folder))
print(jobs.add(jobs.new_folder(), Path(video), 0, "own", copied=False).id, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "mien" / "recordings"


@pytest.fixture
def video(astronaut: Pixels, tmp_path: Path) -> Path:
    """Six seconds of a face, which take longer to look at than a test to ask."""
    path = tmp_path / "call.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (400, 300))
    for _ in range(60):
        writer.write(np.asarray(astronaut[0:300, 20:420]))
    writer.release()
    return path


@pytest.fixture
def jobs(storage: Storage, folder: Path) -> Iterator[Jobs]:
    storage.set_retention("forever")
    jobs = Jobs(storage, Settings(), folder)
    yield jobs
    jobs.close()


def leave(folder: Path, name: str, *, copied: bool, at: datetime | None = None) -> Path:
    """What a Mien that was killed leaves of a recording."""
    place = folder / name
    (place / "copy").mkdir(parents=True)
    (place / "copy" / "call.mp4").write_bytes(b"faces")
    order = {"id": name, "name": "call.mp4", "video": str(place / "copy" / "call.mp4"), "hz": 2, "faces": "own"}
    (place / "order.json").write_text(json.dumps(order | {"copied": copied}))
    if at is not None:
        os.utime(place / "order.json", (at.timestamp(), at.timestamp()))
    return place


def test_what_another_mien_is_at_is_left_to_it(jobs: Jobs, tmp_path: Path, folder: Path, video: Path) -> None:
    """Two processes: the second shows it as the first one's, and takes it up when that one was killed, every frame once."""
    url = f"sqlite:///{tmp_path / 'mien.db'}"
    told = [sys.executable, "-c", ANOTHER, url, str(folder), str(video)]
    with subprocess.Popen(told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as another:
        assert another.stdout is not None
        try:
            name = another.stdout.readline().strip()
            (seen,) = jobs.all()
            assert (seen.id, seen.kind) == (name, "elsewhere")
            for change in (jobs.go_on, jobs.cancel, jobs.remove):
                with pytest.raises(UsageError, match="Another Mien on this machine is analysing it"):
                    change(name)
        finally:
            another.kill()
    assert [job.kind for job in jobs.all()] == ["interrupted"]

    jobs.go_on(name)
    jobs._worker.submit(int).result()

    (done,) = jobs.all()
    assert (done.kind, done.message) == ("done", "")
    with jobs._storage.reading() as store:
        frames = store.scalars(select(schema.Observation.frame).order_by(schema.Observation.t)).all()
    assert frames == list(range(60))


def test_a_copy_does_not_outlive_its_purpose(storage: Storage, folder: Path) -> None:
    """One that never arrived whole, and one that nobody went on with for a week, are gone; one of today is kept and says so."""
    storage.set_retention("forever")
    (folder / "half" / "copy").mkdir(parents=True)
    leave(folder, "old", copied=True, at=now() - KEEP_COPY)
    leave(folder, "new", copied=True)

    jobs = Jobs(storage, Settings(), folder)

    (job,) = jobs.all()
    assert (job.id, job.kind) == ("new", "interrupted")
    assert job.message.endswith("The copy of the video is kept for that for a week.")
    assert [place.name for place in folder.iterdir()] == ["new"]
    jobs.close()


@pytest.mark.parametrize(("retention", "kept"), [("nothing", False), ("session", False), ("24h", False), ("30d", True)])
def test_what_was_left_is_kept_as_long_as_sessions_are(storage: Storage, folder: Path, retention: str, *, kept: bool) -> None:
    """Two days after a crash: what the person wants kept for a day, or until Mien closes, is not found again."""
    storage.set_retention(retention)
    leave(folder, "before", copied=True, at=datetime.fromtimestamp(now().timestamp() - 2 * 24 * 3600, UTC))

    jobs = Jobs(storage, Settings(), folder)

    assert [job.id for job in jobs.all()] == ["before"] * kept
    assert [place.name for place in folder.glob("*")] == ["before"] * kept
    jobs.close()


def test_what_waits_is_not_looked_at_once_everything_was_erased(jobs: Jobs, folder: Path, video: Path, tmp_path: Path) -> None:
    """``mien erase --all`` while the dashboard runs: what has its turn afterwards is neither analysed nor stored."""
    jobs.add(jobs.new_folder(), video, 0, "own", copied=False)
    jobs.add(jobs.new_folder(), video, 1, "own", copied=False)
    with pytest.raises(SystemExit, match="0"):
        erase(["--all", "--yes", "--db", f"sqlite:///{tmp_path / 'mien.db'}"])
    jobs._worker.submit(int).result()
    assert jobs.all() == []
    assert list(folder.glob("*")) == []
    with jobs._storage.reading() as store:
        assert store.scalars(select(schema.Session)).all() == []


def test_the_fit_in_effect_is_applied_and_told(jobs: Jobs, video: Path) -> None:
    """As live: a fit that calls everything sad does so in a recording, and its session names it as the judge's."""
    model = OnnxClassifier(released_model())
    assert model.contract.statistics is not None
    sad = np.array([0, 0, 0, 0, 50.0, 0, 0])
    correction = LogitCorrection(np.zeros((7, model.contract.statistics.width)), sad)
    fit_files.save(PersonalFit("me", 1, now(), "verdicts", model.sha256, model.contract.shown.picture, 7, correction))
    fit_files.promote("me", 1)

    jobs.add(jobs.new_folder(), video, 1, "own", copied=False)
    jobs._worker.submit(int).result()

    with jobs._storage.reading() as store:
        assert [session.person for session in store.scalars(select(schema.Session))] == ["me"]
        assert set(store.scalars(select(schema.Reading.expression))) == {"sad"}
