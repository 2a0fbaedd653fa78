"""The promise that nothing leaves the machine, kept by watching every connection that Mien tries to make.

``strace`` sees the system calls of the program, of its threads and children, and of the C libraries in it: some
releases of MediaPipe report to their maker from there.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.request import Request, urlopen

import cv2
import pytest

from tracker.frame import Pixels
from tracker.settings import Choices
from web.analysing import plain

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has strace to watch the connections."),
]

MIEN: Final = str(Path(sys.executable).with_name("mien"))
STRACE: Final = ("strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-e", "signal=none")
ADDRESS: Final = re.compile(r'sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
DNS: Final = 53


def beyond_this_machine(trace: Path) -> list[str]:
    """Each address in a trace that is not this machine's; a name server counts even here, for it passes questions on."""
    return [
        f"{address}:{port}"
        for port, address in ADDRESS.findall(trace.read_text())
        if not ip_address(address).is_loopback or int(port) == DNS
    ]


@pytest.fixture(scope="module", autouse=True)
def strace_works() -> None:
    """A promise that cannot be checked is not kept: no skip."""
    try:
        subprocess.run([*STRACE, "true"], capture_output=True, text=True, check=True)
    except FileNotFoundError:
        pytest.fail("There is no strace to watch the connections: apt-get install strace.")
    except subprocess.CalledProcessError as error:
        pytest.fail(f"strace may not watch here; a container may need --cap-add SYS_PTRACE. {error.stderr}")


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace"


def watched(trace: Path, *command: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end, its attempts to connect written into a file; given: what it reads on stdin."""
    whole = [*STRACE, "-o", str(trace), *command]
    return subprocess.run(whole, capture_output=True, text=True, check=False, timeout=100, input=given)


TCP: Final = "import socket; s = socket.socket(); s.setblocking(False); s.connect_ex(('192.0.2.1', 443))"
ATTEMPTS: Final = (
    (TCP, "192.0.2.1:443"),
    ("import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.2', 9))", "192.0.2.2:9"),
    ("import socket; socket.socket(type=socket.SOCK_DGRAM).sendmsg([b''], [], 0, ('192.0.2.3', 9))", "192.0.2.3:9"),
    ("import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).connect_ex(('2001:db8::1', 9))", "2001:db8::1:9"),
    ("import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('127.0.0.53', 53))", "127.0.0.53:53"),
    (f"import threading; t = threading.Thread(target=exec, args=({TCP!r},)); t.start(); t.join()", "192.0.2.1:443"),
    (f"import subprocess, sys; subprocess.run([sys.executable, '-c', {TCP!r}])", "192.0.2.1:443"),
)
"""Ways to get out, and the address that must be noticed; 192.0.2.0/24 and 2001:db8::/32 belong to nobody."""


@pytest.mark.parametrize(("code", "address"), ATTEMPTS, ids=range(len(ATTEMPTS)))
def test_the_watch_notices_an_attempt(trace: Path, code: str, address: str) -> None:
    """Whichever way a program, its thread or its child turns outside, this watch would tell."""
    # Without IPv6 or a route the attempt fails at once; that it was made is what counts.
    watched(trace, sys.executable, "-c", code)

    assert beyond_this_machine(trace) == [address]


def test_the_watch_lets_this_machine_talk_to_itself(trace: Path) -> None:
    """The page and the program are on the same machine: that is no leak."""
    code = "import socket; socket.socket().connect_ex(('127.0.0.1', 9)); socket.socket(socket.AF_INET6).connect_ex(('::1', 9))"
    watched(trace, sys.executable, "-c", code)

    assert "127.0.0.1" in trace.read_text()
    assert beyond_this_machine(trace) == []


def test_a_session_without_a_screen_stays_here(trace: Path, tmp_path: Path) -> None:
    """`mien log` watches faces for three seconds and speaks to nobody."""
    rows = tmp_path / "rows.jsonl"
    done = watched(trace, MIEN, "log", "--source", "fake", "--duration", "3", "--output", str(rows))

    assert done.returncode == 0, done.stderr
    assert any(json.loads(line)["faces"] for line in rows.read_text().splitlines())
    assert beyond_this_machine(trace) == []


def test_a_picture_stays_here(trace: Path, tmp_path: Path, astronaut: Pixels) -> None:
    """`mien image` judges a face and speaks to nobody."""
    cv2.imwrite(str(tmp_path / "astronaut.png"), astronaut)
    done = watched(trace, MIEN, "image", "--json", str(tmp_path / "astronaut.png"))

    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["faces"]) == 1
    assert beyond_this_machine(trace) == []


@contextmanager
def demo(trace: Path) -> Iterator[str]:
    """The dashboard on a drawn face, watched while it serves; gives its address."""
    command = [*STRACE, "-o", str(trace), MIEN, "demo", "--no-browser", "--port", "0", "--hz", "10"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            assert process.stdout
            (address,) = re.findall(r"http://[\d.:]+", process.stdout.readline())
            yield address
        finally:
            # To Mien itself: strace does not hear it.
            os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 0


def asked(url: str, sent: bytes | None = None, kind: str = "text/plain") -> str:
    """What the dashboard answers, to something that is posted if that is given."""
    request = Request(url, sent, {"Content-Type": kind})  # noqa: S310 - the address is our own
    with urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
        return str(answer.read().decode())


def see_a_face(address: str) -> None:
    """Follow the live connection, as a page without WebSocket does, until an observation has a face in it."""
    url = f"{address}/socket.io/?EIO=4&transport=polling"
    url += "&sid=" + json.loads(asked(url).lstrip("0"))["sid"]
    asked(url, b"40")
    while not re.search(r'"faces":\s*\[\{', asked(url)):
        pass


def test_the_dashboard_stays_here(trace: Path, astronaut: Pixels) -> None:
    """A live session, the page, its live connection and an uploaded picture: all between the browser and this machine."""
    picture = cv2.imencode(".png", astronaut)[1].tobytes()
    form = b'--limit\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n\r\n%b\r\n--limit--\r\n'
    with demo(trace) as address:
        assert "Mien" in asked(address)
        see_a_face(address)
        told = asked(f"{address}/api/picture", form % picture, "multipart/form-data; boundary=limit")
        assert len(json.loads(told)["faces"]) == 1

    assert beyond_this_machine(trace) == []


def test_a_recording_stays_here(trace: Path, tmp_path: Path, clip: Path) -> None:
    """The process that analyses a video for the page Recordings speaks to whoever started it, and to nobody else."""
    order = {"video": str(clip), "folder": str(tmp_path / "out"), "choices": plain(Choices(hz=2)), "mine": True}
    done = watched(trace, sys.executable, "-P", "-m", "web.analysing", given=json.dumps(order))

    assert json.loads(done.stdout.splitlines()[-1])["end"] == "done", done.stderr
    assert beyond_this_machine(trace) == []


def test_the_doctor_stays_here(trace: Path) -> None:
    """`mien doctor` looks for packages, files and cameras, and asks nobody."""
    done = watched(trace, MIEN, "doctor", "--json")

    assert json.loads(done.stdout)["landmarker"]["sha256"]
    assert beyond_this_machine(trace) == []
