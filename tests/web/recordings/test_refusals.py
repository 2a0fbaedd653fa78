"""What the page Recordings refuses, before anything is made of it."""

from pathlib import Path
from typing import Any

import pytest

from web.app import Dashboard
from web.recordings import views
from web.recordings.queue import Jobs


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    """Where recordings of this test's own would be kept."""
    return tmp_path / "data" / "mien" / "recordings"


class Post:
    """Asks, and gives what is answered."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._client = dashboard.app.test_client()

    def __call__(self, address: str = "", **more: Any) -> Any:
        return self._client.post(f"/api/recordings{address}", base_url="http://localhost:8765", **more).json


@pytest.fixture
def post(dashboard: Dashboard) -> Post:
    return Post(dashboard)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"path": ""}, "Enter the recording's path"),
        ({"path": "meeting.mp4"}, "Enter the absolute path"),
        ({"path": "/nowhere/meeting.mp4"}, "There is no file /nowhere/meeting.mp4 on this machine"),
        ({"path": __file__, "hz": "often"}, "not 'often'"),
        ({"path": __file__, "hz": "61"}, "0 (every frame) to 60 observations a second"),
        ({"path": __file__, "faces": "others"}, "faces is own or all"),
    ],
)
def test_what_cannot_be_analysed_is_not_begun(post: Post, given: dict[str, str], sentence: str, own_folder: Path) -> None:
    """Refused with a sentence, and nothing is made."""
    assert sentence in post(data=given)["error"]
    assert not own_folder.exists()


def test_a_copy_that_does_not_fit_is_not_begun(post: Post, monkeypatch: pytest.MonkeyPatch, own_folder: Path) -> None:
    """Too large, empty, or larger than what the disk has left."""
    assert "be empty" in post("/copy?name=a.mp4", data=b"")["error"]
    monkeypatch.setattr(Jobs, "free_bytes", lambda _: 5)
    assert "The disk has 0.0 GB free" in post("/copy?name=a.mp4", data=b"12")["error"]
    monkeypatch.setattr(views, "MAX_COPY_BYTES", 1)
    assert "up to 4 GB" in post("/copy?name=a.mp4", data=b"12")["error"]
    assert not own_folder.exists()
