"""A camera's password and a database's: neither stands in anything that Mien writes, prints, stores, shows or sends."""

import base64
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final
from urllib.parse import quote
from urllib.request import urlopen

import cv2
import psutil
import pytest
from click.testing import CliRunner

from tests.web.conftest import ADDRESS, Heard, dependencies_with, made_up
from tracker.cli import main
from tracker.config.settings import Settings
from tracker.core.frame import Pixels
from web.app import Dashboard, create_app
from web.recordings.job import Job
from web.recordings.queue import Jobs
from web.recordings.worker import AnalysisProcess
from web.storage import Storage

USER: Final = "Mo Usr"
PASSWORD: Final = "Pax%sYzz@Zqqx/Xvvz:Jkkz?Wyyz"
TOKEN: Final = "t0k3n"
QUOTED: Final = f"{quote(USER)}:{quote(PASSWORD, safe='')}"
SECRETS: Final = ("Pax%", "sYzz", "Zqqx", "Xvvz:", "Jkkz?", "Jkkz%", "Wyyz@", TOKEN, USER, quote(USER))
"""Whole and in parts, as they are meant and as they are written in an address; long enough that no random byte spells one."""


PLAYLIST: Final = b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nnowhere.ts\n#EXT-X-ENDLIST\n"
"""Of a stream whose parts are not there, which FFmpeg names by their whole address."""


def leaks(*written: str | bytes) -> list[str]:
    """Which of the secrets stand in a text or a file's bytes."""
    found = [each if isinstance(each, bytes) else each.encode() for each in written]
    return [secret for secret in SECRETS if any(secret.encode() in each for each in found)]


@dataclass
class Camera:
    """A camera on the network that asks for user, password and token before it gives its picture."""

    port: int = 0
    asked: set[tuple[str, bool]] = field(default_factory=set)

    @property
    def address(self) -> str:
        return f"http://{QUOTED}@127.0.0.1:{self.port}/live.mjpg?token={TOKEN}"


@pytest.fixture
def camera(astronaut: Pixels) -> Iterator[Camera]:
    picture = cv2.imencode(".jpg", cv2.resize(astronaut, (320, 320)))[1].tobytes()
    part = b"--b\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(picture), picture)
    camera = Camera()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
            right = told == f"{USER}:{PASSWORD}" and f"token={TOKEN}" in self.path
            camera.asked.add((self.path.split("?")[0], right))
            if "m3u8" in self.path:
                self.send_response(200)
                self.send_header("Content-Type", "application/vnd.apple.mpegurl")
                self.end_headers()
                self.wfile.write(PLAYLIST)
                return
            self.send_response(200 if right else 401)
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=b")
            self.end_headers()
            try:
                while right:
                    self.wfile.write(part)
            except OSError:
                pass

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = True
        camera.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        yield camera
        server.shutdown()


def everything_below(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def test_a_session_without_a_screen_keeps_them(camera: Camera, mien: str, tmp_path: Path) -> None:
    """stdout, stderr with -v, the log, the database's bytes and what is read back from it."""
    kept = tmp_path / "kept"
    command = [
        mien,
        "log",
        "-v",
        "--hz",
        "5",
        "--duration",
        "1",
        "--output",
        str(kept / "day.csv"),
        "--db",
        f"sqlite:///{kept}/m.db",
    ]
    kept.mkdir()
    settings = tmp_path / "mien.toml"
    settings.write_text(f'source = "{camera.address}"\n')
    done = subprocess.run([*command, "--config", str(settings)], capture_output=True, text=True, check=False, timeout=100)

    assert done.returncode == 0, done.stderr
    assert ("/live.mjpg", True) in camera.asked, "the camera was opened with what it asks for"
    assert f"http://***@127.0.0.1:{camera.port}/live.mjpg?token=***" in (kept / "day.csv").read_text()
    listed = CliRunner().invoke(main, ["sessions", "--json", "--db", f"sqlite:///{kept}/m.db"])
    assert json.loads(listed.output)["source"].startswith("http://***@127")
    assert leaks(done.stdout, done.stderr, listed.output, *everything_below(kept)) == []


def test_ffmpeg_does_not_tell_them(camera: Camera, mien: str) -> None:
    """It writes to stderr by itself, past the log: not even with -v does it repeat the address of a stream that fails."""
    command = [mien, "log", "-v", "--source", camera.address.replace("live.mjpg", "list.m3u8")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)

    assert (done.returncode, "does not answer" in done.stderr) == (3, True), done.stderr
    assert leaks(done.stdout, done.stderr) == []


def test_pages_and_sockets_keep_them(camera: Camera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page, answer and event; and a page can start what it knows without its secret."""
    storage = Storage(f"sqlite:///{tmp_path / 'mien.db'}")
    storage.set_retention("forever")
    dashboard = create_app(dependencies_with(storage, made_up, source=camera.address), ADDRESS)
    heard = Heard(dashboard.live)
    monkeypatch.setattr(dashboard.live, "emit", heard.emit)
    known = f"http://***@127.0.0.1:{camera.port}/live.mjpg?token=***"

    def get(path: str) -> str:
        return dashboard.app.test_client().get(path, base_url=ADDRESS.url).text

    try:
        page = dashboard.socket.test_client(dashboard.app)
        assert f'data-source="{known}"' in get("/")
        assert page.emit("start", {"source": known, "hz": 0}, callback=True) == {"ok": True}
        heard.wait(lambda: heard.all("observation"))
        while_it_runs = [get(path) for path in visible(dashboard)]
        page.emit("stop", callback=True)
        heard.wait_for("stopped")
        dashboard.live.recorder.close()
        refused = page.emit("start", {"source": "rtsp://***@elsewhere/live"}, callback=True)
        again = page.emit("start", {"source": f"rtsp://{QUOTED}@127.0.0.1:9/live", "hz": 0}, callback=True)
        heard.wait_for("failed")
        session = heard.all("observation")[0]["session"]
        files = [get(f"/history/{session}/file.{form}") for form in ("csv", "jsonl", "html")]
        assert all(known in content for content in files[:2])
        texts = [get(path) for path in (*visible(dashboard), f"/history/session/{session}", f"/history/{session}")]
        events = json.dumps([data for _, data, _ in heard.events], default=repr)
        assert {row["source"] for row in heard.all("observation")} == {known}
        assert refused is not None
        assert "Enter them again" in refused["error"]
        assert leaks(events, json.dumps([refused, again]), *while_it_runs, *files, *texts) == []
    finally:
        dashboard.close()
    assert leaks(*everything_below(tmp_path)) == []


def visible(dashboard: Dashboard) -> list[str]:
    """The address of each page and answer that needs no more than GET."""
    rules = dashboard.app.url_map.iter_rules()
    return [rule.rule for rule in rules if rule.methods and "GET" in rule.methods and not rule.arguments]


STREAM: Final = f"rtsp://{QUOTED}@127.0.0.1:9/live?token={TOKEN}"
SPOILT: Final = f"postgresql://{quote(USER)}:{PASSWORD}@127.0.0.1:9/mien"
TOML: Final = {
    "list": f'source = ["{STREAM}"]',
    "key": f'"{STREAM}" = 1',
    "torn": f'source = "{STREAM}',
    "db": f'db = ["{SPOILT}"]',
}
TYPED: Final = [
    *([*before, STREAM] for before in ([], ["log"], ["log", "--hz"], ["log", "--output"], ["log", "--source"], ["image"])),
    *(["log", "--cue", STREAM], ["analyze", STREAM, "--output", "{folder}/out"], ["log", "--source", f"rtp://{QUOTED}@x/y"]),
    *(["sessions", "--db", SPOILT.replace("//", slashes)] for slashes in ("//", "//[", "///")),
    *(["sessions", "--db", f"{kind}://{QUOTED}@127.0.0.1:9/mien"] for kind in ("postgresql", "mysql", "rtsp")),
    ["sessions", "--db", f"postgresql://{QUOTED}@127.0.0.1:port/mien"],
    ["sessions", "--db", f"postgresql:///mien?password={TOKEN}&host=/nowhere"],
    *(["log", "--config", f"{{folder}}/{name}.toml"] for name in TOML),
]


@pytest.mark.parametrize("typed", TYPED, ids=range(len(TYPED)))
def test_what_goes_wrong_is_told_without_them(typed: list[str], tmp_path: Path) -> None:
    """An address in the wrong place, a server that does not answer, a mistake in mien.toml: also in full, with -v."""
    for name, content in TOML.items():
        (tmp_path / f"{name}.toml").write_text(content)
    words = [word.replace("{folder}", str(tmp_path)) for word in typed]
    told = CliRunner().invoke(main, [*words, "-v"] if words[0] != STREAM else words)

    assert told.exit_code in (1, 2, 3), told.output
    assert told.output
    assert leaks(told.output, repr(told.exception)) == []


def test_the_process_of_a_recording_has_nothing_to_tell(tmp_path: Path) -> None:
    """Everybody on a machine can read the command line of a process: it names no file, and no address."""
    choices = Settings(source=STREAM, db=f"postgresql://{QUOTED}@server/mien")
    video = tmp_path / "private.mp4"
    video.write_bytes(b"no video")
    child = AnalysisProcess(
        Jobs(Storage(None), choices, tmp_path).recording(Job("x", video.name, str(video), 0, "own", copied=False))
    )
    process, line = psutil.Process(child.pid), ""
    while not line:
        # Empty for the moment in which the process becomes Python.
        line = " ".join(process.cmdline())
    news = list(child.reports())

    assert "web.recordings.worker" in line
    assert leaks(line) == []
    assert "private" not in line
    assert "cannot be opened as a video" in news[-1].message


def test_the_log_of_requests_leaves_out_what_they_ask_with(site: str, caplog: pytest.LogCaptureFixture) -> None:
    """With -v each request is told, without what follows its question mark: the token, or the name of a person's file."""
    with caplog.at_level("INFO", "werkzeug"), urlopen(f"{site}/healthz?token={TOKEN}") as answer:  # noqa: S310 - our own
        assert answer.status == 200
    assert "GET /healthz?***" in caplog.text
    assert leaks(caplog.text) == []
