"""`mien log` with a camera that is busy, or is lost and comes back; only the camera is a fake."""

import json
from collections.abc import Iterator
from itertools import chain, count, pairwise, repeat, takewhile
from threading import Event

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tracker.cli import main
from tracker.core.frame import Frame, Pixels
from tracker.sources import cameras, picture_faults
from tracker.sources.camera_names import Camera
from tracker.testing import FakeCapture


def plug_in(monkeypatch: pytest.MonkeyPatch, *captures: FakeCapture) -> None:
    """Each attempt to open the one camera gets the next of these captures, then always the last one."""
    left = list(captures)
    monkeypatch.setattr(cameras, "open_capture", lambda _: left.pop(0) if len(left) > 1 else left[0])
    monkeypatch.setattr(cameras, "list_cameras", lambda: [Camera(0, "Desk camera", "/dev/none")])


def swaying(pixels: Pixels) -> Iterator[Pixels]:
    """Endless pictures, no two the same."""
    return (np.roll(pixels, number % pixels.shape[1], axis=1) for number in count())


def mien(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_a_lost_camera_is_told_and_the_session_goes_on(astronaut: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence on stderr when it is lost, rows of the same session before and after, exit code 0."""
    plug_in(monkeypatch, FakeCapture([astronaut] * 3), FakeCapture(opens=False), FakeCapture(swaying(astronaut)))
    done = mien("log", "--source", "desk", "--hz", "0", "--duration", "4")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    gap = max(later["t"] - earlier["t"] for earlier, later in pairwise(rows))
    assert done.exit_code == 0
    assert done.stderr.count("mien: ") == 1
    assert "stopped answering" in done.stderr
    assert gap > 1
    assert len({row["session"] for row in rows}) == 1


def test_a_frozen_camera_is_told_and_the_session_goes_on(astronaut: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence on stderr when it freezes and one when it moves again; rows go on, and the exit code is 0."""
    told, check = Event(), picture_faults.PictureFaultDetector.check

    def checking(detector: picture_faults.PictureFaultDetector, frame: Frame) -> str:
        fault = check(detector, frame)
        if fault:
            told.set()
        return fault

    monkeypatch.setattr(picture_faults, "FAULT_SECONDS", 0.1)
    monkeypatch.setattr(picture_faults.PictureFaultDetector, "check", checking)
    plug_in(monkeypatch, FakeCapture(chain(takewhile(lambda _: not told.is_set(), repeat(astronaut)), swaying(astronaut))))
    done = mien("log", "--source", "0", "--hz", "10", "--duration", "2")
    assert done.exit_code == 0
    # A machine that is busy may take a tenth of a second for frozen once more.
    sentences = [f"mien: {picture_faults.FROZEN_PICTURE}", f"mien: {picture_faults.PICTURE_MOVES_AGAIN}"]
    assert done.stderr.splitlines()[:2] == sentences
    assert len(done.stdout.splitlines()) > 5


def test_a_busy_camera_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera that does not open: a sentence on what probably uses it and what to do, exit code 3."""
    plug_in(monkeypatch, FakeCapture(opens=False))
    done = mien("log", "--source", "0")
    assert done.exit_code == 3
    assert "Another program (Zoom, Teams, a browser) probably holds it" in done.stderr


def test_probing_tells_which_camera_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """`mien cameras --probe` opens each camera and says whether it is free."""
    plug_in(monkeypatch, FakeCapture(), FakeCapture(opens=False))
    free, busy = (mien("cameras", "--probe").stdout for _ in range(2))
    assert "Desk camera" in free
    assert "free" in free
    assert "does not open" in busy
