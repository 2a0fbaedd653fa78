"""Uploads: what comes back, what is refused and how, and that nothing is kept."""

import io
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import Any, Final

import cv2
import numpy as np
import pytest
from PIL import Image
from werkzeug.test import TestResponse

from tracker.core.errors import ModelError
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.core.vocabulary import EMOJI, EXPRESSIONS
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer
from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.pages.pictures import LARGEST_MEGABYTES, MAX_WAITING
from web.security.gate import Address
from web.serving import served

ADDRESS: Final = Address("127.0.0.1", 8765)


def encoded(pixels: Pixels, kind: str = ".png") -> bytes:
    return cv2.imencode(kind, pixels)[1].tobytes()


def upload(dashboard: Dashboard, *files: bytes) -> TestResponse:
    data = {f"file{number}": (io.BytesIO(content), f"{number}.png") for number, content in enumerate(files)}
    return dashboard.app.test_client().post("/api/picture", data=data, base_url=ADDRESS.url)


@pytest.fixture
def seeing(finding_dependencies: Dependencies) -> Iterator[Dashboard]:
    """A dashboard that finds real faces."""
    dashboard = create_app(finding_dependencies, ADDRESS)
    yield dashboard
    dashboard.close()


def test_a_face_comes_back_with_its_likeliest_three(seeing: Dashboard, astronaut: Pixels) -> None:
    """The answer has the contract's shape, and the three likeliest expressions with emoji and falling probability."""
    answer = upload(seeing, encoded(astronaut))
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json or {}
    assert (told["width"], told["height"]) == (512, 512)
    (face,) = told["faces"]
    assert face["expression"] == face["top"][0]["expression"] == "happy"
    assert face["emoji"] == EMOJI["happy"]
    assert tuple(face["scores"]) == EXPRESSIONS
    assert len(face["top"]) == 3
    assert [guess["confidence"] for guess in face["top"]] == sorted(face["scores"].values(), reverse=True)[:3]
    assert all(guess["emoji"] == EMOJI[guess["expression"]] for guess in face["top"])
    assert face["found"] == "detected"


def test_a_picture_without_a_face_is_answered_too(seeing: Dashboard, coffee: Pixels) -> None:
    """Nobody there is an answer, not an error."""
    answer = upload(seeing, encoded(coffee))
    assert (answer.status_code, (answer.json or {})["faces"]) == (200, [])


def test_a_picture_lying_on_its_side_is_turned_upright(dashboard: Dashboard) -> None:
    """Width and height are those that a browser shows, as the picture's EXIF has it."""
    target = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn a quarter clockwise to see it upright.
    Image.new("RGB", (200, 120), "gray").save(target, "JPEG", exif=exif)
    told = upload(dashboard, target.getvalue()).json or {}
    assert (told["width"], told["height"]) == (120, 200)


@pytest.mark.parametrize(
    ("content", "word"), [(b"", "empty"), (b"no picture", "not a picture"), (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "picture")]
)
def test_what_cannot_be_read_is_a_sentence(dashboard: Dashboard, content: bytes, word: str) -> None:
    """An unreadable file is refused as such, with the reason."""
    answer = upload(dashboard, content)
    assert answer.status_code == 422
    assert word in (answer.json or {})["error"]


@pytest.mark.parametrize("count", [0, 2])
def test_one_picture_at_a_time(dashboard: Dashboard, count: int) -> None:
    """None and two are refused with what was expected."""
    answer = upload(dashboard, *[encoded(np.zeros((9, 9, 3), np.uint8))] * count)
    assert answer.status_code == 400
    assert f"not {count}" in (answer.json or {})["error"]


def test_a_giant_is_refused_before_it_is_read(dashboard: Dashboard) -> None:
    """Beyond the limit the answer names the limit."""
    answer = upload(dashboard, bytes(LARGEST_MEGABYTES * 1_000_000 + 1))
    assert answer.status_code == 413
    assert f"{LARGEST_MEGABYTES} MB" in (answer.json or {})["error"]


def test_an_upload_never_touches_the_disk(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture of several megabytes is judged although no temporary file can be made."""

    def no_file(*_: Any, **__: Any) -> None:
        raise AssertionError("a file was made")

    for maker in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, maker, no_file)
    noise = np.random.default_rng(3).integers(0, 256, (1000, 1000, 3), np.uint8)
    picture = encoded(noise, ".bmp")
    assert len(picture) > 2_000_000
    assert upload(dashboard, picture).status_code == 200


def test_a_missing_model_is_a_sentence(dependencies: Dependencies) -> None:
    """Without a model the page says what to do, and the next upload tries again."""

    def broken(_: str) -> AbstractContextManager[Analyzer]:
        raise ModelError("There is no model file.")

    dashboard = create_app(replace(dependencies, open_picture=broken), ADDRESS)
    for _ in range(2):
        answer = upload(dashboard, encoded(np.zeros((9, 9, 3), np.uint8)))
        assert (answer.status_code, answer.json) == (503, {"error": "There is no model file."})
    dashboard.close()


def test_one_thread_owns_the_analyzer(dependencies: Dependencies) -> None:
    """However many uploads come at once, one thread opens the analyzer, uses it and closes it."""
    threads: set[int] = set()
    opened: list[str] = []

    class Detector(FakeDetector):
        def detect(self, pixels: Pixels) -> list[Any]:
            threads.add(threading.get_ident())
            return super().detect(pixels)

    @contextmanager
    def watched(_: str) -> Iterator[Analyzer]:
        threads.add(threading.get_ident())
        opened.append("opened")
        yield Analyzer(Detector(), FakeClassifier())
        threads.add(threading.get_ident())
        opened.append("closed")

    dashboard = create_app(replace(dependencies, open_picture=watched), ADDRESS)
    picture = encoded(np.full((99, 99, 3), 90, np.uint8))
    with ThreadPoolExecutor(MAX_WAITING) as pool:
        answers = list(pool.map(lambda _: upload(dashboard, picture).status_code, range(16)))
    dashboard.close()
    assert answers == [200] * 16
    assert len(threads) == 1
    assert opened == ["opened", "closed"]


class Held:
    """A dashboard whose detector waits at each picture until it is let go on."""

    def __init__(self, dependencies: Dependencies) -> None:
        self.seen, self.go_on = threading.Semaphore(0), threading.Event()

        class Detector(FakeDetector):
            def detect(detector, pixels: Pixels) -> list[Any]:  # noqa: N805 - self is the test's
                self.seen.release()
                self.go_on.wait(60)
                return super().detect(pixels)

        @contextmanager
        def waiting(_: str) -> Iterator[Analyzer]:
            yield Analyzer(Detector([[Box(10, 10, 60, 60)]]), FakeClassifier())

        self.dependencies = replace(dependencies, open_picture=waiting)


def test_more_pictures_than_can_be_looked_at_soon_are_refused(dependencies: Dependencies) -> None:
    """Who is let in is answered soon; the others are told when to ask again, at once."""
    held = Held(dependencies)
    dashboard, picture = create_app(held.dependencies, ADDRESS), encoded(np.full((99, 99, 3), 90, np.uint8))
    with ThreadPoolExecutor(MAX_WAITING) as pool:
        first = [pool.submit(upload, dashboard, picture) for _ in range(MAX_WAITING)]
        held.seen.acquire()
        while len(dashboard.picture_analyzer._waiting) < MAX_WAITING:
            time.sleep(0.01)
        refused = upload(dashboard, picture)
        held.go_on.set()
        assert [each.result().status_code for each in first] == [200] * MAX_WAITING
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "3")
    assert "again in a few seconds" in (refused.json or {})["error"]
    assert upload(dashboard, picture).status_code == 200
    dashboard.close()


def test_closing_waits_for_one_picture_only(dependencies: Dependencies) -> None:
    """The picture in hand is finished, those that wait are refused with a sentence, and nothing holds Mien up."""
    held = Held(dependencies)
    dashboard, picture = create_app(held.dependencies, ADDRESS), encoded(np.full((99, 99, 3), 90, np.uint8))
    with ThreadPoolExecutor(MAX_WAITING + 1) as pool:
        asked = [pool.submit(upload, dashboard, picture) for _ in range(MAX_WAITING)]
        held.seen.acquire()
        while len(dashboard.picture_analyzer._waiting) < MAX_WAITING:
            time.sleep(0.01)
        closing = pool.submit(dashboard.close)
        held.go_on.set()
        closing.result(60)
        codes = sorted(each.result().status_code for each in asked)
    assert codes == [200] + [503] * (MAX_WAITING - 1)


def test_a_picture_that_nobody_waits_for_is_passed_over(dependencies: Dependencies) -> None:
    """A browser that hung up in the meantime costs no time: its picture is not looked at."""
    held = Held(dependencies)
    picture = encoded(np.full((99, 99, 3), 90, np.uint8))
    form = b'--limit\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n\r\n%b\r\n--limit--\r\n' % picture
    head = "POST /api/picture HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\n"
    head += "Content-Type: multipart/form-data; boundary=limit\r\n\r\n"
    with served(held.dependencies, "127.0.0.1", 0) as (address, dashboard), ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_connection(("127.0.0.1", address.port))) for _ in range(3)]
        for each in sockets:
            each.sendall(head.format(address.port, len(form)).encode() + form)
        held.seen.acquire()
        while len(dashboard.picture_analyzer._waiting) < len(sockets):
            time.sleep(0.01)
        for each in sockets:
            each.close()
        held.go_on.set()
        while dashboard.picture_analyzer._waiting:
            time.sleep(0.01)
        assert not held.seen.acquire(blocking=False)
