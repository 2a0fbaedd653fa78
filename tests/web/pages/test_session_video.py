"""A recording's video is given to its session's page, in parts, and nothing else is."""

from pathlib import Path

import pytest

from tracker.store.recorder import Recorder
from tracker.store.source_label import RECORDING_PREFIX
from tracker.store.testing import beginning, row
from web.app import Dashboard
from web.storage import Storage

OURS = "http://localhost:8765"
ADDRESS = "/history/video-session/video"


def keep(storage: Storage, source: str) -> None:
    with Recorder(storage.require(), beginning("video-session", source=source)) as recorder:
        recorder.write(row(0))
        recorder.end()


def test_a_video_is_sent_in_parts(dashboard: Dashboard, storage: Storage, tmp_path: Path) -> None:
    """As a player asks for them when one seeks; its page shows it, with a script policy that lets it."""
    video = tmp_path / "a.mp4"
    video.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 4)
    keep(storage, f"{RECORDING_PREFIX}{video}")
    client = dashboard.app.test_client()
    part = client.get(ADDRESS, base_url=OURS, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.mimetype, part.data) == (206, "video/mp4", b"ftyp")
    page = client.get("/history/video-session", base_url=OURS)
    assert f'src="{ADDRESS}"' in page.text
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    video.unlink()
    assert client.get(ADDRESS, base_url=OURS).status_code == 404
    assert "<video" not in client.get("/history/video-session", base_url=OURS).text


@pytest.mark.parametrize("source", [f"{RECORDING_PREFIX}{__file__}", f"{RECORDING_PREFIX}a.mp4", __file__, RECORDING_PREFIX])
def test_what_is_no_video_is_not_given_out(dashboard: Dashboard, storage: Storage, source: str) -> None:
    """Whatever a database names as a session's source: a script, a name without a folder, a live session's."""
    keep(storage, source)
    assert dashboard.app.test_client().get(ADDRESS, base_url=OURS).status_code == 404
