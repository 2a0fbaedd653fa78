"""``mien serve`` and ``mien demo`` as a person starts and ends them."""

import json
import os
import signal
import socket
import subprocess
import sys
import webbrowser
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from tracker.cli import main
from tracker.config.settings import Settings
from tracker.core.errors import MissingError
from web import serving
from web.commands import demo_call
from web.dependencies import Dependencies
from web.security.gate import Address
from web.serving import listening, warning

if TYPE_CHECKING:
    from tests.web.conftest import Running

PATIENCE: Final = 60


def state_at(address: str) -> Any:
    with urlopen(f"{address}/healthz", timeout=PATIENCE) as answer:  # noqa: S310 - our own address
        return json.load(answer)["state"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_end(running: "Running", number: signal.Signals) -> None:
    """It prints its address, answers, watches nothing unasked, and ends cleanly on Ctrl-C and SIGTERM."""
    with running("serve") as (process, address):
        assert state_at(address) == "idle"
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.slow
def test_the_demo_starts_by_itself_and_ends_in_time(running: "Running") -> None:
    """The drawn face is watched at once; after --seconds it ends by itself, with nothing to complain of."""
    with running("demo", "--seconds", "2") as (process, address):
        assert state_at(address) in ("starting", "watching")
        _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], ("fake", "own", None)),
        (["meeting"], ("fake:call", "all", "private")),
        (["zoom"], ("zoom", "all", "private")),
        (["meeting", "--mode", "work"], ("fake:call", "all", "work")),
    ],
)
def test_the_demo_of_a_call_watches_everybody(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], wanted: tuple[str, str, str | None]
) -> None:
    """`mien demo` shows one drawn face, `mien demo meeting` and `mien demo zoom` a call, in private unless work is said."""
    started: list[tuple[str, str, str | None]] = []
    for module in (serving, demo_call):
        monkeypatch.setattr(module, "serve", lambda given, **_: started.append((given.source, given.faces, given.mode)))

    assert CliRunner().invoke(main, ["demo", *arguments]).exit_code == 0
    assert started == [wanted]


@pytest.mark.slow
def test_a_busy_port_is_a_sentence(mien: str) -> None:
    """Exit code 3, and a way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [mien, "serve", "--no-browser", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 3
    assert f"Port {port} at 127.0.0.1 cannot be used" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_host_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that means no machine, or an address of another one, is told as such."""
    with pytest.raises(MissingError, match=r"Port 0 at 192\.0\.2\.1"):
        listening("192.0.2.1", 0)

    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(MissingError, match="no address 'nowhere'"):
        listening("nowhere", 0)


def test_a_network_is_warned_of(
    dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a host that others reach, the risk is said loudly; on loopback nothing is said."""
    monkeypatch.setattr(serving, "dependencies_for", lambda _: dependencies)
    serving.serve(Settings(host="0.0.0.0", port=0), browser=False, seconds=0.01)  # noqa: S104 - that is the point
    assert "WARNING" in capsys.readouterr().err
    serving.serve(Settings(port=0), browser=False, seconds=0.01)
    assert capsys.readouterr().err == ""
    assert "nothing is encrypted" in warning(Address("192.168.1.5", 8765))


@pytest.mark.parametrize(("display", "browser", "opened"), [(":0", True, 1), ("", True, 0), (":0", False, 0)])
def test_a_browser_opens_where_it_can(
    dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch, display: str, browser: bool, opened: int
) -> None:
    """The page that was asked for opens by itself, unless that is not wanted or there is no screen."""
    pages: list[str] = []
    monkeypatch.setattr(serving, "dependencies_for", lambda _: dependencies)
    monkeypatch.setattr(webbrowser, "open", pages.append)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setitem(os.environ, "DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    serving.serve(Settings(port=0), browser=browser, seconds=0.01, page="/call")
    assert [urlsplit(page).path for page in pages] == ["/call"] * opened
