"""MediaPipe's chatter is kept off stderr, and nobody else's words are lost by that."""

import logging
import os
from threading import Event, Thread

import pytest

from tracker.core.captured_stderr import STDERR, chatter_logged


def test_stderr_is_there_again_after_two_threads_were_quiet_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    """The one that came first leaves first: whoever came second must not bring back the first one's file."""
    entered, leave = Event(), Event()

    def second() -> None:
        with chatter_logged("test"):
            entered.set()
            leave.wait(10)

    thread = Thread(target=second)
    with chatter_logged("test"):
        thread.start()
        # Where they exclude each other this waits in vain, for as long as a thread may need to begin.
        entered.wait(0.3)
    leave.set()
    thread.join()
    os.write(STDERR, b"still there\n")
    assert capfd.readouterr().err == "still there\n"


def test_only_mediapipes_lines_are_taken_for_chatter(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A traceback of another thread reaches stderr, even if a moment late."""
    caplog.set_level(logging.INFO)
    chatter = [
        "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
        "W0000 00:00:1795705535.436905    8740 face_landmarker_graph.cc:174] Sets FaceBlendshapesGraph acceleration.",
        "INFO: Created TensorFlow Lite XNNPACK delegate for CPU.",
    ]
    with chatter_logged("test"):
        for line in (chatter[0], "Traceback (most recent call last):", *chatter[1:], "ValueError: of somebody else"):
            os.write(STDERR, f"{line}\n".encode())
    assert capfd.readouterr().err == "Traceback (most recent call last):\nValueError: of somebody else\n"
    assert caplog.messages == chatter
