"""More than one person does with it: a crowd of viewers, one that never reads, and uploads faster than faces can be judged."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import cv2
import numpy as np
import psutil
import pytest

from tests.web.conftest import SOON
from tests.web.viewers import Viewer, Viewers
from tracker.core.frame import Pixels
from web.app import Dashboard
from web.dependencies import Dependencies
from web.live.connections import MAX_WAITING_MESSAGES
from web.security.gate import MAX_SOCKETS, Address
from web.serving import MAX_THREADS, THREADS_PER_SOCKET, served

if TYPE_CHECKING:
    from tests.web.conftest import Running

VIEWERS: Final = 50
HZ: Final = 5
UPLOADS: Final = 20
"""A second."""
LAG: Final = 1.0
"""Seconds from a frame to the page, 19 times in 20, and by which that may grow."""
ANSWERED: Final = 5.0
"""Seconds until the next upload is answered, and until SIGTERM has ended it."""
AT_ONCE: Final = 50
"""Messages, of which one that reads never has as many waiting as one that is given up."""
GROWTH: Final = 60
"""Megabytes that Mien may have grown by under all that: buffers of threads and pictures, and no queue."""


@pytest.fixture
def open_to_all(dependencies: Dependencies) -> Iterator[tuple[Address, Dashboard]]:
    with served(dependencies, "127.0.0.1", 0) as found:
        yield found


def engine(dashboard: Dashboard) -> Any:
    server: Any = dashboard.socket
    return server.server.eio


def wait_until(what: Any) -> None:
    until = time.monotonic() + SOON
    while not what():
        assert time.monotonic() < until
        Event().wait(0.02)


def test_one_that_never_reads_is_given_up(open_to_all: tuple[Address, Dashboard]) -> None:
    """The others miss nothing, what waits for it is bounded, and its threads end with it."""
    address, dashboard = open_to_all
    with Viewers(address.url, 3) as viewers:
        viewers.wait(lambda: viewers.all_told("state"))
        threads = threading.active_count()
        with Viewers(address.url, 1) as sleepers:
            sleepers.wait(lambda: sleepers.all_told("state"))
            sleepers._going = False
            sleepers._thread.join()
            wait_until(lambda: threading.active_count() == threads + THREADS_PER_SOCKET)
            for n in range(40):
                for _ in range(AT_ONCE):
                    dashboard.live._tell("alert", {"n": n, "text": "x" * 5000})
                viewers.wait(partial(viewers.all_told, "alert", AT_ONCE * (n + 1)))
                # It is ended by another thread, while some more may come.
                assert all(
                    each.queue.qsize() <= MAX_WAITING_MESSAGES + 2 * AT_ONCE for each in engine(dashboard).sockets.values()
                )
            # The one that pings sleeps for up to 25 seconds more.
            wait_until(lambda: threading.active_count() <= threads + 1)
        assert not any(each.ended for each in viewers.all)


def test_a_giver_that_is_found_gone_while_others_are_told(open_to_all: tuple[Address, Dashboard]) -> None:
    """A page that gave its camera answers no ping, which is noticed while a title is told: the session is paused."""
    address, dashboard = open_to_all
    watch = dashboard.live.controller
    with Viewers(address.url, 1) as giver:
        giver.wait(lambda: giver.all_told("state"))
        giver.all[0].say("start", {"source": "browser"})
        wait_until(lambda: watch.state.session)
        (connection,) = engine(dashboard).sockets.values()
        connection.last_ping = 1.0
        telling = Thread(target=watch.entitle, args=("A meeting",), daemon=True)
        telling.start()
        telling.join(SOON)
        assert not telling.is_alive()
        wait_until(lambda: watch.state.kind == "paused")


def test_as_many_as_may_connect_leave_room_for_requests(open_to_all: tuple[Address, Dashboard]) -> None:
    """While all live connections are taken, pages still load."""
    address, _ = open_to_all
    with Viewers(address.url, MAX_SOCKETS) as viewers:
        viewers.wait(lambda: viewers.all_told("state"))
        assert threading.active_count() < MAX_THREADS
        with urlopen(f"{address.url}/healthz", timeout=SOON) as answer:  # noqa: S310 - our own address
            assert answer.status == 200


def upload(address: str, picture: bytes, seconds: float = SOON) -> tuple[int, float]:
    """The status with which a picture is answered, and after how many seconds."""
    began = time.monotonic()
    body = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\n' + picture + b"\r\n--x--\r\n"
    asked = Request(f"{address}/api/picture", body, {"Content-Type": "multipart/form-data; boundary=x"})  # noqa: S310 - ours
    try:
        with urlopen(asked, timeout=seconds) as answer:  # noqa: S310 - as above
            return int(answer.status), time.monotonic() - began
    except HTTPError as error:
        return error.code, time.monotonic() - began


def p95(values: Iterable[float]) -> float:
    """The 95th percentile; 0 of nothing."""
    return float(np.percentile(found, 95)) if (found := list(values)) else 0.0


def lags(viewers: Viewers) -> tuple[list[float], list[float]]:
    """Seconds from a frame to each page that was told of it: of the first third of the observations, and of the last."""
    heard = [viewer.heard("observation") for viewer in viewers.all]
    thirds = ([each[: len(each) // 3] for each in heard], [each[-len(each) // 3 :] for each in heard])
    first, last = (
        [when - datetime.fromisoformat(row["at"]).timestamp() for each in third for when, row in each] for third in thirds
    )
    return first, last


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seconds", "patience", "most"),
    [(5, SOON, SOON), pytest.param(60, ANSWERED, LAG, marks=[pytest.mark.long, pytest.mark.timeout(300)])],
)
def test_a_crowd(running: "Running", astronaut: Pixels, seconds: int, patience: float, most: float) -> None:
    """Fifty viewers at 5 Hz, one that never reads, twenty uploads a second: all are told, and none later and later; it ends.

    It prints the figures: `pytest -m long tests/web/test_load.py -s`.
    """
    picture = cv2.imencode(".jpg", astronaut)[1].tobytes()
    with running("demo", "--hz", str(HZ)) as (process, address), Viewers(address, VIEWERS - 1) as viewers:
        sleeper = Viewer(address)
        viewers.wait(lambda: viewers.all_told("observation"))
        assert upload(address, picture)[0] == 200
        before = psutil.Process(process.pid).memory_info().rss
        with ThreadPoolExecutor(UPLOADS * 5) as pool:
            answers = []
            for _ in range(UPLOADS * seconds):
                answers.append(pool.submit(upload, address, picture))
                Event().wait(1 / UPLOADS)
            began = time.monotonic()
            while upload(address, picture, patience)[0] != 200:
                assert time.monotonic() - began < patience
                Event().wait(0.1)
            assert time.monotonic() - began < patience
            answered = [each.result() for each in answers]
        viewers.wait(lambda: viewers.all_told("observation", seconds))
        grown = (psutil.Process(process.pid).memory_info().rss - before) / 1_000_000
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=patience)
        sleeper.socket.close()
    codes = Counter(code for code, _ in answered)
    first, last = lags(viewers)
    heard = viewers.all[0].heard("observation")
    print(
        f"\n{VIEWERS} pages at {HZ} Hz and {UPLOADS} uploads a second for {seconds} s: observations {p95(first):.2f} s after"
        f" their frame at first, {p95(last):.2f} s at last; uploads {p95(took for code, took in answered if code == 200):.2f} s"
        f" ({codes[200]}), refused ones {p95(took for code, took in answered if code != 200):.2f} s ({codes[503]}); all 95th"
        f" percentiles; {len(heard) / (heard[-1][0] - heard[0][0]):.1f} observations a second for each page."
    )
    # A quick machine refuses none.
    assert {200} <= codes.keys() <= {200, 503}
    assert grown < GROWTH, grown
    assert p95(last) < most
    assert p95(last) < p95(first) + LAG
    assert (process.returncode, said) == (0, "")
