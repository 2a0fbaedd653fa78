"""A recording's video is given to its session's page, in parts, and nothing else is."""

import os
import sys
from pathlib import Path

import pytest

from tracker.store.recorder import Recorder
from tracker.store.source_label import RECORDING_PREFIX
from tracker.store.testing import beginning, row
from web.app import Dashboard
from web.pages.session_video import open_video
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


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=-3", slice(-3, None)),
        ("bytes=1000-", slice(1000, None)),
        ("bytes=0-999999999999", slice(None)),
        ("bytes=9999-", None),
        ("bytes=0-1,4-7", None),
        ("bytes=" + "0-1," * 5000 + "2-3", None),
        ("bytes=7-4", None),
        ("bytes=--1", None),
        ("bytes=" + "9" * 5000 + "-", None),
        ("lines=1-2", None),
    ],
)
def test_any_range_is_answered(dashboard: Dashboard, storage: Storage, tmp_path: Path, asked: str, part: slice | None) -> None:
    """With the bytes it names, or as one that cannot be had; HEAD sends none; and no file stays open."""
    video = tmp_path / "a.mp4"
    video.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 4)
    keep(storage, f"{RECORDING_PREFIX}{video}")
    client = dashboard.app.test_client()
    for method in ("GET", "HEAD"):
        answer = client.open(ADDRESS, method=method, base_url=OURS, headers={"Range": asked})
        assert answer.status_code == (416 if part is None else 206)
        if part is not None:
            assert answer.content_length == len(video.read_bytes()[part])
            assert answer.data == (video.read_bytes()[part] if method == "GET" else b"")
        answer.close()
    if sys.platform == "linux":
        assert video not in [Path(os.path.realpath(each)) for each in Path("/proc/self/fd").iterdir()]


def test_what_was_looked_at_is_what_is_sent(tmp_path: Path) -> None:
    """A link that leads elsewhere by then changes nothing."""
    video, secret, link = tmp_path / "a.webm", tmp_path / "secret", tmp_path / "link.webm"
    video.write_bytes(b"\x1aE\xdf\xa3 video")
    secret.write_text("a password")
    link.symlink_to(video)
    found = open_video(f"{RECORDING_PREFIX}{link}")
    assert found is not None
    link.unlink()
    link.symlink_to(secret)
    with found[0] as file:
        assert (file.read(), found[1]) == (b"\x1aE\xdf\xa3 video", "video/webm")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files.")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe, a device, a folder: also a pipe that was laid there after the first look."""
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    for source in (pipe, Path("/dev/zero"), tmp_path):
        assert open_video(f"{RECORDING_PREFIX}{source}") is None
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    assert open_video(f"{RECORDING_PREFIX}{pipe}") is None
