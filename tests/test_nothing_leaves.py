"""The promise that nothing leaves the machine: half a minute of everything, where every address would answer.

``tests/isolated.py`` makes the place and counts. A collector in a library waits before its first report (onnxruntime
1.32: 9 s) and is silent where ``CI`` is set, so each command lives for more than half a minute, without ``CI`` and in a home
folder that is new. Another release is tried with its folder first on PYTHONPATH (``pip install --target FOLDER --no-deps
onnxruntime==1.32.0``), the switch left out by commenting it in ``tracker/core/library_switches.py``.
"""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pytest

from tests.isolated import Report
from tracker.core.collectors import MARKS, collectors_of, is_compiled, marks_in
from tracker.core.frame import Pixels

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has network namespaces to watch connections in."),
]

TESTS: Final = Path(__file__).resolve().parent
MIEN: Final = str(Path(sys.executable).with_name("mien"))
AND_WAIT: Final = "import sys, time\nfrom tracker.cli import main\ntry:\n    main(sys.argv[1:])\nfinally:\n    time.sleep(30)"
"""A command that would be over in seconds lives on, as a collector's thread in it would."""


def isolated(folder: Path, commands: dict[str, list[str]], driver: str | None = None) -> Report:
    """What ``tests/isolated.py`` reports of commands; fails, and does not skip, where the place cannot be made."""
    home, temporary = folder / "home", folder / "tmp"
    home.mkdir()
    temporary.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
    environment = kept | {"HOME": str(home), "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"}
    place = ["unshare", "--net", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    report = folder / "report.json"
    words = [str(report), json.dumps(commands), *([] if driver is None else [str(TESTS / driver)])]
    try:
        done = subprocess.run(
            [*place, sys.executable, str(TESTS / "isolated.py"), *words],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=folder,
            timeout=170,
        )
    except FileNotFoundError:
        pytest.fail("There is no unshare to make a network namespace: apt-get install util-linux iproute2 strace.")
    if done.returncode:
        pytest.fail(f"Connections cannot be watched here; a container may need --cap-add SYS_ADMIN,SYS_PTRACE. {done.stderr}")
    told: Report = json.loads(report.read_text())
    return told


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of ``reported`` run: home, temporary files, what was asked for."""
    return tmp_path_factory.mktemp("isolated")


@pytest.fixture(scope="module")
def reported(folder: Path, astronaut: Pixels) -> Report:
    """Half a minute of all that a person does, all at once; once a second, as no report waits for a hundredth observation."""
    cv2.imwrite(str(folder / "picture.png"), astronaut)
    writer = cv2.VideoWriter(str(folder / "recording.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (512, 512))
    for _ in range(20):
        writer.write(np.asarray(astronaut))
    writer.release()
    slowly = ["--hz", "1", "--motion", "1"]
    kept = ["--db", "default", "--output", str(folder / "rows.jsonl")]
    commands = {
        "dashboard": [MIEN, "demo", "--no-browser", "--port", "0", *slowly],
        "log": [MIEN, "log", "--source", "fake", "--duration", "32", *slowly, *kept],
        "image": [sys.executable, "-c", AND_WAIT, "image", "--json", str(folder / "picture.png")],
        "doctor": [sys.executable, "-c", AND_WAIT, "doctor"],
    }
    if find_spec("torch") is not None:
        model = str(TESTS.parent / "models" / "mien.pt")
        commands["export"] = [sys.executable, "-c", AND_WAIT, "export", model, "--output", str(folder / "exported.onnx")]
    return isolated(folder, commands, "person_at_dashboard.py")


@pytest.mark.meeting
@pytest.mark.timeout(180)
def test_nobody_is_asked_and_nothing_is_sent(reported: Report) -> None:
    """Dashboard with upload and recording, headless run, picture, doctor and export: no name asked for, no connection."""
    commands = reported["commands"]
    failed = {name: told["stderr"] for name, told in commands.items() if told["code"]}
    assert (reported["driver"], failed) == ("", {})
    assert {name: told["addresses"] for name, told in commands.items() if told["addresses"]} == {}
    assert (reported["names"], reported["connections"]) == ([], 0)


@pytest.mark.meeting
def test_nothing_is_written_elsewhere(reported: Report, folder: Path) -> None:
    """Files come into being in Mien's own folders and where a person asked for them; temporary ones are gone afterwards."""
    commands = reported["commands"]
    home, temporary = folder / "home", folder / "tmp"
    own = [home / place / "mien" for place in (".config", ".cache", ".local/share")]
    asked_for = [folder / "rows.jsonl", folder / "exported.onnx", folder / "exported.onnx.new"]
    parents = [home, *(path for place in own for path in place.parents if home in path.parents)]
    elsewhere = [
        f"{name}: {path}"
        for name, told in commands.items()
        for path in map(Path, told["written"])
        if path not in {*asked_for, *parents}
        and not any(path.is_relative_to(place) for place in [*own, temporary, Path("/dev")])
    ]

    assert elsewhere == []
    assert list(temporary.iterdir()) == []


TCP: Final = "import socket; s = socket.socket(); s.settimeout(5); s.connect_ex(('192.0.2.1', {}))"
ATTEMPTS: Final = {
    "https": (TCP.format(443), ["192.0.2.1:443"]),
    "port": (TCP.format(9), ["192.0.2.1:9"]),
    "datagram": ("import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.2', 9))", ["192.0.2.2:9"]),
    "message": (
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendmsg([b''], [], 0, ('192.0.2.3', 9))",
        ["192.0.2.3:9"],
    ),
    "IPv6": ("import socket; socket.socket(socket.AF_INET6).connect_ex(('2001:db8::1', 443))", ["2001:db8::1:443"]),
    "name": ("import socket; socket.gethostbyname('report.example')", ["192.0.2.53:53"]),
    "thread": (
        f"import threading; t = threading.Thread(target=exec, args=({TCP.format(9)!r},)); t.start(); t.join()",
        ["192.0.2.1:9"],
    ),
    "child": (f"import subprocess, sys; subprocess.run([sys.executable, '-c', {TCP.format(9)!r}])", ["192.0.2.1:9"]),
    "itself": ("import socket; socket.socket().connect_ex(('127.0.0.1', 9)); socket.create_server(('', 0))", []),
}
"""Ways to get out, and the addresses that must be noticed; 192.0.2.0/24 and 2001:db8::/32 belong to nobody."""
WRITES: Final = {
    "open": "open('made-open', 'w')",
    "folder": "import os; os.mkdir('made-folder')",
    "rename": "import os; open('first', 'w').close(); os.rename('first', 'made-rename')",
    "link": "import os; os.symlink('/etc', 'made-link')",
    "home": "import os, pathlib; pathlib.Path('~/made-home').expanduser().touch()",
}


@pytest.fixture(scope="module")
def attempts(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """All of the attempts, made at once."""
    codes = {name: code for name, (code, _) in ATTEMPTS.items()} | WRITES
    return isolated(tmp_path_factory.mktemp("attempts"), {name: [sys.executable, "-c", code] for name, code in codes.items()})


@pytest.mark.parametrize("name", ATTEMPTS)
def test_an_attempt_to_get_out_is_noticed(attempts: Report, name: str) -> None:
    """Whichever way a program, its thread or its child turns outside, this watch would tell; talking to itself is no leak."""
    commands = attempts["commands"]
    assert set(commands[name]["addresses"]) == set(ATTEMPTS[name][1])


def test_listeners_hear_what_comes(attempts: Report) -> None:
    """The name server was asked once for the name, and port 443 was reached by both kinds of address."""
    assert set(attempts["names"]) == {"report.example"}
    assert attempts["connections"] == 2


@pytest.mark.parametrize("name", WRITES)
def test_a_file_that_is_made_is_noticed(attempts: Report, name: str) -> None:
    """Opened, made, renamed or linked: the path is told."""
    commands = attempts["commands"]
    assert f"made-{name}" in [Path(path).name for path in commands[name]["written"]]


def test_installed_libraries_have_no_collector() -> None:
    """The releases of onnxruntime and MediaPipe that are installed cannot report; what could is named by its mark."""
    assert collectors_of("onnxruntime") == {}
    assert collectors_of("mediapipe") == {}
    assert is_compiled("capi/libonnxruntime.so.1.32.0")
    assert is_compiled("onnxruntime.dll")
    assert not is_compiled("Privacy.md")
    for mark in MARKS:
        assert marks_in(b"\0\1" + mark + b".com\0") == {mark.decode()}
