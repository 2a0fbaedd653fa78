"""Programs of other accounts of this machine: refused at every address, whatever they show."""

import errno
import os
import select
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

import pytest

from web.app import Dashboard
from web.dependencies import Dependencies
from web.security import peer_account
from web.security.access import Access
from web.security.gate import Address
from web.security.peer_account import Peer, peer_of
from web.security.zoom_panel import ZoomPanel
from web.serving import served

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells whose a connection is.")
as_root: Final = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="Only root can become another account."
)

TOKEN: Final = "the-token-of-this-test"
NOBODY: Final = 65534
PANEL_HOST: Final = "mien.example.org"
SEND: Final = """
import socket, sys
server, source, port, source_port, request = sys.argv[1:]
with socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET) as connection:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.bind((source, int(source_port)))
    connection.connect((server, int(port)))
    connection.sendall(request.encode())
    answer = b""
    while part := connection.recv(65536):
        answer += part
print(answer.decode(errors="replace"))
"""


def send(
    address: Address,
    path: str,
    *headers: str,
    account: int | None = NOBODY,
    source: str = "127.0.0.1",
    server: str = "127.0.0.1",
    source_port: int = 0,
    host: str = "",
    protocol: str = "HTTP/1.1",
) -> str:
    """The answer to one request of an account's program (None: this one's), from a number and port that it chooses."""
    lines = (f"GET {path} {protocol}", f"Host: {host or f'127.0.0.1:{address.port}'}", *headers)
    request = "".join(f"{line}\r\n" for line in (*lines, ""))
    command = ["/usr/bin/env", "python3", "-I", "-c", SEND, server, source, str(address.port), str(source_port), request]
    return subprocess.run(command, capture_output=True, text=True, check=True, user=account, timeout=60).stdout


@pytest.fixture
def access() -> Access:
    return Access(TOKEN)


@pytest.fixture
def listening(dependencies: Dependencies, access: Access) -> Iterator[tuple[Address, Dashboard]]:
    with served(dependencies, "127.0.0.1", 0, panel=ZoomPanel.at(f"https://{PANEL_HOST}"), access=access) as found:
        yield found


@as_root
def test_a_code_is_no_use_to_another_account(listening: tuple[Address, Dashboard], access: Access) -> None:
    """Whoever reads the browser's command line (ps) gets nothing by it, also from the port number of a connection of the
    account's own, at another number of this machine; the account's own program comes in by that very code.
    """
    address, _ = listening
    code = access.new_code()
    with socket.create_connection(("127.0.0.1", address.port)) as own:
        for source, port in (("127.0.0.1", 0), ("127.0.0.2", own.getsockname()[1])):
            answer = send(address, f"/?code={code}", source=source, source_port=port)
            assert answer.startswith("HTTP/1.1 403")
            assert "another account" in answer
    assert "Set-Cookie: mien-" in send(address, f"/?code={code}", account=None)


@as_root
def test_a_stolen_token_is_no_use_to_another_account(listening: tuple[Address, Dashboard]) -> None:
    """A browser shows its cookie to every port of this machine: with it no page, data, live connection or style sheet."""
    address, _ = listening
    shown = f"Authorization: Bearer {TOKEN}"
    assert send(address, "/healthz", shown, account=None).startswith("HTTP/1.1 200")
    upgrade = (
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    )
    for path, headers in (
        ("/history", ()), (f"/?token={TOKEN}", ()), ("/api/timeline", ()), ("/static/mien.css", ()), ("/unlock", ()),
        ("/socket.io/?EIO=4&transport=polling", ()), ("/socket.io/?EIO=4&transport=websocket", upgrade),
    ):  # fmt: skip
        answer = send(address, path, shown, *headers)
        assert answer.startswith("HTTP/1.1 403"), path
        assert TOKEN not in answer
    # A proxy of another account goes by the panel's own key.
    assert send(address, "/panel", host=PANEL_HOST).startswith("HTTP/1.1 403")
    assert send(address, "/panel", shown, host=PANEL_HOST).startswith("HTTP/1.1 200")


@as_root
def test_no_token_means_what_it_says(dependencies: Dependencies) -> None:
    """On a machine that is the person's alone, any account's program is answered; nobody is told which releases answer."""
    with served(dependencies, "127.0.0.1", 0) as (address, _):
        answer = send(address, "/history")
    assert answer.startswith("HTTP/1.1 200")
    assert "\nServer: Mien\n" in answer


def test_a_proxy_that_adds_no_header_is_known_by_its_protocol(dependencies: Dependencies, access: Access) -> None:
    """A plain nginx speaks HTTP/1.0, which no browser does: no code is good by it, and nothing is told with --no-token."""
    with served(dependencies, "127.0.0.1", 0, access=access) as (address, _):
        code = access.new_code()
        assert "Set-Cookie" not in send(address, f"/?code={code}", account=None, protocol="HTTP/1.0")
        assert "Set-Cookie" in send(address, f"/?code={code}", account=None)
    with served(dependencies, "127.0.0.1", 0) as (address, _):
        assert "through a proxy" in send(address, "/history", account=None, protocol="HTTP/1.0")


@pytest.mark.parametrize("asks", ["the kernel", "its lists"])
@pytest.mark.parametrize(("server", "client"), [("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "::ffff:127.0.0.1"), ("::1", "::1")])
def test_whose_a_connection_is(asks: str, server: str, client: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over IPv4, over IPv6 and over IPv4 from a socket of IPv6; what was closed is nobody's; a stranger's number is another
    machine's. The kernel and its lists say the same.
    """
    if asks == "its lists":

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError

        monkeypatch.setattr(peer_account, "_ask_kernel", refuse)
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    with socket.create_server((server, 0), family=family) as listener:
        theirs = socket.create_connection((client, listener.getsockname()[1]))
        ours, address = listener.accept()
        with ours:
            assert peer_of(ours, address[:2]) is Peer.OURS
            assert peer_of(ours, (server, listener.getsockname()[1])) is Peer.ANOTHER_ACCOUNT
            assert peer_of(ours, ("2001:db8::1" if ":" in server else "192.0.2.77", 4000)) is Peer.ANOTHER_MACHINE
            monkeypatch.setattr("os.getuid", lambda: NOBODY)
            assert peer_of(ours, address[:2]) is (Peer.OURS if os.geteuid() == 0 else Peer.ANOTHER_ACCOUNT)
            monkeypatch.undo()
            theirs.close()
            assert peer_of(ours, address[:2]) is Peer.ANOTHER_ACCOUNT


def connect_from_a_quiet_port(server: tuple[str, int]) -> socket.socket:
    """A connection from a port below those that the system gives out by itself, so that no other program gets it in between."""
    for port in range(20_000, 30_000):
        try:
            return socket.create_connection(server, source_address=("127.0.0.1", port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise AssertionError("no port from 20,000 to 29,999 is free")


def test_a_dead_connection_is_not_the_one_that_got_its_port() -> None:
    """A stranger may send a request and reset: if a connection of this account gets that port before the kernel is asked, the
    kernel names this account's, and the stranger's request is still there to be read.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stranger = connect_from_a_quiet_port(listener.getsockname())
        stranger.sendall(b"DELETE /api/everything HTTP/1.1\r\n\r\n")
        accepted, address = listener.accept()
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stranger.close()
        # The port is free once the reset has come: that is always told, whatever is asked for.
        resets = select.poll()
        resets.register(accepted, 0)
        assert resets.poll(5000)
        with accepted, socket.create_connection(listener.getsockname(), source_address=address):
            assert accepted.recv(6) == b"DELETE"
            assert peer_of(accepted, address) is Peer.ANOTHER_ACCOUNT
