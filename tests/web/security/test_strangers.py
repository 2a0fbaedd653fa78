"""Who has not shown the token takes little of Mien: no large body, no endless head, and no thread for long."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import pytest

from tests.web.conftest import SOON
from web.dependencies import Dependencies
from web.security import strangers
from web.security.access import Access
from web.security.strangers import MAX_HEAD_BYTES, Leftover
from web.security.unlock import MAX_FORM_BYTES
from web.serving import served

TOKEN: Final = "the-token-of-this-test"
LARGE: Final = 10_000_000


@pytest.fixture
def port(dependencies: Dependencies) -> Iterator[int]:
    """Of a dashboard as `mien` serves it: it asks for the token."""
    with served(dependencies, "127.0.0.1", 0, access=Access(TOKEN)) as (address, _):
        yield address.port


def sent(port: int, request: str) -> socket.socket:
    """A connection on which something was sent; * stands for Mien's own Host."""
    line = socket.create_connection(("127.0.0.1", port), SOON)
    line.sendall(request.replace("*", f"127.0.0.1:{port}").replace("\n", "\r\n").encode())
    return line


def read_all(line: socket.socket) -> bytes:
    """Until the other side hangs up; TimeoutError if it does not."""
    came = b""
    # Closed with bytes unread, a connection is reset.
    try:
        while part := line.recv(1 << 16):
            came += part
    except ConnectionResetError:
        pass
    return came


FORM: Final = "POST /unlock HTTP/1.1\nHost: *\nContent-Type: application/x-www-form-urlencoded\n"


@pytest.mark.parametrize(
    "request_",
    [
        f"{FORM}Content-Length: {LARGE}\n\ntoken=",
        f"{FORM}Transfer-Encoding: chunked\n\n{LARGE:x}\ntoken={'a' * MAX_FORM_BYTES}",
        f"POST /unlock HTTP/1.1\nHost: *\nContent-Type: multipart/form-data; boundary=b\nContent-Length: {LARGE}\n\n--b\n",
    ],
)
def test_no_large_form_is_taken(port: int, request_: str) -> None:
    """The page for the token does not wait for more than a token and a path; the sentence is about that, not about pictures."""
    with closing(sent(port, request_)) as line:
        answer = read_all(line)
    assert answer.split()[1] == (b"403" if b"chunked" in request_.encode() else b"413")
    assert b"picture" not in answer.split(b"\r\n\r\n")[1]


def test_the_rest_of_a_refused_request_is_not_waited_for(port: int) -> None:
    """Once it is answered, a connection on which more was announced than comes is closed, and its thread ends."""
    threads = threading.active_count()
    with closing(sent(port, f"POST /api/erase HTTP/1.1\nHost: *\nContent-Length: {LARGE}\n\nabc")) as line:
        assert b" 403 " in read_all(line).split(b"\r\n")[0]
        assert threading.active_count() <= threads + 1


def test_what_is_left_is_read_in_pieces() -> None:
    """Whatever is asked for, so that a thousand connections hold no ten megabytes each; and not for ever."""
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs), ours.makefile("rb") as file:
        theirs.sendall(b"x" * 1000)
        assert Leftover(file, seconds=SOON).read(LARGE) == b"x" * 1000
        theirs.sendall(b"x")
        assert Leftover(file, seconds=0).read(LARGE) == b""


@pytest.mark.parametrize("begun", ["", "GET / HTTP/1.1\nHos", f"{FORM}Content-Length: 40\n\ntoken="])
def test_a_stranger_has_half_a_minute(port: int, monkeypatch: pytest.MonkeyPatch, begun: str) -> None:
    """Who says nothing, or half a request, is cut off then; a connection that has shown the token stays."""
    ask = f"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\nHost: *\nAuthorization: Bearer {TOKEN}\n\n"
    with closing(sent(port, ask)) as line:
        known = read_all(line).split(b'"sid":"')[1].split(b'"')[0].decode()
    hello = ask.replace("polling", f"polling&sid={known}")
    with closing(sent(port, hello.replace("GET", "POST").replace("\n\n", "\nContent-Length: 2\n\n40"))) as line:
        read_all(line)
    with closing(sent(port, hello)) as line:
        read_all(line)

    monkeypatch.setattr(strangers, "STRANGER_SECONDS", 0.1)
    # It waits for what is told next, for up to 25 seconds.
    with closing(sent(port, hello)) as known_line, closing(sent(port, begun)) as stranger:
        assert read_all(stranger) == b""
        known_line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            known_line.recv(1)


def test_a_head_is_bounded(port: int) -> None:
    """A hundred lines of 64 kilobytes each, in each of six hundred threads, are more than a machine has."""
    lines = "".join(f"X-{number}: {'a' * 60_000}\n" for number in range(MAX_HEAD_BYTES // 60_000 + 1))
    with closing(sent(port, f"GET / HTTP/1.1\nHost: *\n{lines}\n")) as line:
        assert b" 431 " in read_all(line).split(b"\r\n")[0]


def test_an_address_that_is_none_is_answered(port: int, capfd: pytest.CaptureFixture[str]) -> None:
    """By a sentence, and the log has no traceback, which a stranger could fill a disk with."""
    with closing(sent(port, "GET http://[/ HTTP/1.1\nHost: *\n\n")) as line:
        assert b" 400 " in read_all(line).split(b"\r\n")[0]
    assert "Traceback" not in capfd.readouterr().err
