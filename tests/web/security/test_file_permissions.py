"""What is the person's own is readable by nobody else on the machine, whoever makes it first."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.web.conftest import ADDRESS, dependencies_with, made_up
from tests.web.recordings.test_recordings_page import film, settled
from tracker.core.frame import Pixels
from tracker.live.alert_settings import AlertSettings, save_alert_settings
from tracker.live.alerts import Alert
from tracker.personal.fit_files import people_folder, promote
from web.app import create_app
from web.security.access import installation_token
from web.storage import Storage

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows closes a person's folders by itself.")


@pytest.fixture
def usual_mask() -> Iterator[None]:
    """As most systems have it: everybody may read what is made."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]


@pytest.mark.usefixtures("usual_mask")
def test_nobody_else_can_read_what_is_ones_own(tmp_path: Path, coffee: Pixels) -> None:
    """Data folder, also one that stood open; database, fits, cues, token; a copied video, its order, and what came of it."""
    data, config, video = tmp_path / "data", tmp_path / "settings", tmp_path / "film.avi"
    (data / "mien").mkdir(parents=True, mode=0o755)
    promote("mia", 0)
    save_alert_settings(AlertSettings(on=False, cues=(Alert.parse("angry 120"),)))
    installation_token(data / "mien")
    film(video, coffee, 0.5)
    dashboard, looked = create_app(dependencies_with(Storage(None), made_up), ADDRESS), Event()
    # The copy goes when it was analysed.
    dashboard.jobs._worker.submit(looked.wait)
    try:
        with video.open("rb") as content:
            given: dict[str, Any] = {"base_url": ADDRESS.url, "headers": {"Origin": ADDRESS.url}}
            given |= {"query_string": {"name": "film.avi", "hz": "1"}, "content_length": video.stat().st_size}
            answer = dashboard.app.test_client().post("/api/recordings/copy", input_stream=content, **given)
        assert answer.status_code == 200, answer.text
        copied = next((data / "mien").rglob("film.avi"))
        assert stat.S_IMODE(copied.stat().st_mode) == 0o600
        looked.set()
        (job,) = settled(dashboard)
        assert job.kind == "done", job
        made = {path.name for path in data.rglob("*")} | {path.name for path in config.rglob("*")}
        assert {"mien.db", "mien.lock", "order.json", "film.jsonl", "film.html", "current.json", "cues.json"} <= made
        assert open_to_others(data / "mien") + open_to_others(config / "mien") == []
    finally:
        looked.set()
        dashboard.close()
    assert people_folder().parent == data / "mien"
