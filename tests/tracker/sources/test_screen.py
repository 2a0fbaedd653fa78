"""The screen as a source, with a stand-in for mss."""

import sys
from itertools import islice
from types import SimpleNamespace
from typing import Self

import numpy as np
import pytest
from click.testing import CliRunner

from tracker.cli import main
from tracker.core.errors import SourceError, SourceLost, UsageError
from tracker.core.frame import Pixels
from tracker.sources.factory import choose_source
from tracker.sources.screen import (
    MIN_REGION_SIDE,
    MSS_MISSING,
    NO_DISPLAY,
    WAYLAND,
    ScreenArea,
    ScreenSource,
    grab_error_message,
    take_screenshot,
    why_no_screen,
)

MONITORS = [
    {"left": -800, "top": 0, "width": 2080, "height": 720},
    {"left": 0, "top": 0, "width": 1280, "height": 720, "is_primary": True},
    {"left": -800, "top": 0, "width": 800, "height": 600, "is_primary": False},
]
"""All of them, and two: the second stands to the left of the first."""


class Refused(Exception):
    """mss.ScreenShotError."""


class Desk:
    """mss.MSS on two monitors: blue grows to the right, green downwards."""

    monitors = MONITORS

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble, self.closed = trouble, False

    def grab(self, area: dict[str, int]) -> Pixels:
        if self.trouble is not None:
            raise self.trouble
        shot = np.zeros((area["height"], area["width"], 4), np.uint8)
        shot[..., 0] = (np.arange(area["width"]) + area["left"])[None] % 256
        shot[..., 1] = (np.arange(area["height"]) + area["top"])[:, None] % 256
        shot[..., 2:] = 7, 255
        return shot

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """In place of mss, with a display that may be grabbed."""
    found = Desk()
    monkeypatch.setitem(sys.modules, "mss", SimpleNamespace(MSS=lambda: found, ScreenShotError=Refused))
    monkeypatch.setattr("tracker.sources.screen.why_no_screen", lambda _: None)
    return found


def first(wanted: str) -> Pixels:
    with choose_source(wanted, lambda: 1.5, print) as source:
        frames = list(islice(source, 2))
    assert [(frame.number, frame.t) for frame in frames] == [(0, 1.5), (1, 1.5)]
    return frames[0].pixels


@pytest.mark.parametrize(
    ("wanted", "size", "corner"),
    [
        ("screen", (1280, 720), (0, 0)),
        ("screen:2", (800, 600), (-800 % 256, 0)),
        ("screen:100,50,320,240", (320, 240), (100, 50)),
        ("screen:-700,10,64,64", (64, 64), (-700 % 256, 10)),
    ],
)
def test_a_monitor_or_a_region_is_watched(desk: Desk, wanted: str, size: tuple[int, int], corner: tuple[int, int]) -> None:
    """Pixels are BGR as a camera's, without the fourth channel; the grabber is closed at the end."""
    pixels = first(wanted)

    assert pixels.shape == (size[1], size[0], 3)
    assert tuple(pixels[0, 0]) == (*corner, 7)


@pytest.mark.parametrize(
    "wanted", ["screen:0", "screen:1,2,3", "screen:left", "screen:0,0,-9,99", f"screen:0,0,99,{MIN_REGION_SIDE - 1}"]
)
def test_an_unknown_area_is_refused(wanted: str) -> None:
    """The error lists the three forms."""
    with pytest.raises(UsageError, match=f"{wanted} is no part of the screen. Write screen, screen:2"):
        choose_source(wanted, lambda: 0.0, print)


def test_an_area_that_does_not_exist_is_refused(desk: Desk) -> None:
    """The error says how many monitors there are, or how far the desktop reaches."""
    with pytest.raises(SourceError, match="no monitor 3: this machine has 2"):
        first("screen:3")
    with pytest.raises(SourceError, match="leaves the screen, which goes from -800,0 to 1280,720"):
        first("screen:1200,0,100,100")


def test_a_screen_that_cannot_be_grabbed_any_more_is_lost(desk: Desk) -> None:
    """A locked screen does not end the session, which waits for it."""
    with choose_source("screen", lambda: 0.0, print) as source:
        frames = iter(source)
        next(frames)
        desk.trouble = Refused("XGetImage() failed")
        with pytest.raises(SourceLost, match=r"cannot be grabbed \(XGetImage"):
            next(frames)
    assert desk.closed


@pytest.mark.usefixtures("desk")
def test_logging_a_screen_reminds_of_the_others_on_it() -> None:
    """One sentence on stderr, as on the page, and nothing else."""
    done = CliRunner().invoke(main, ["log", "--source", "screen", "--duration", "0.5"])
    assert (done.exit_code, done.stderr) == (0, "mien: Watch others only if they know of it and agree.\n")


@pytest.mark.parametrize("source", ["screen", "screen:2", "fake:call", "zoom", "window"])
def test_others_on_a_call_are_not_logged_without_a_page(source: str) -> None:
    """Nobody could say that they agreed; the sentence says where they can."""
    done = CliRunner().invoke(main, ["log", "--source", source, "--faces", "all", "--duration", "0.5"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "only after each of them agreed" in done.stderr


@pytest.mark.parametrize(
    ("environment", "platform", "trouble"),
    [
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "linux", WAYLAND),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "linux", WAYLAND),
        ({}, "linux", NO_DISPLAY),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, "linux", None),
        ({}, "win32", None),
        ({}, "darwin", None),
    ],
)
def test_why_there_is_no_screen(environment: dict[str, str], platform: str, trouble: str | None) -> None:
    """Under Wayland, which would give a black picture, the error says what works instead; so it does without a screen."""
    assert why_no_screen(environment, platform) == trouble


def test_on_macos_an_error_names_the_permission() -> None:
    """Other systems have none."""
    assert "Screen & System Audio Recording" in grab_error_message("no image", "darwin")
    assert "Settings" not in grab_error_message("no image", "linux")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, "mss", None)
    with ScreenSource("screen", float) as source, pytest.raises(SourceError) as told:
        next(iter(source))
    assert str(told.value) == MSS_MISSING


def test_without_a_number_the_first_monitor_is_watched() -> None:
    """Most people have one monitor."""
    assert ScreenArea.parse("screen") == ScreenArea.parse("screen:1")


def test_a_monitor_is_grabbed_once(desk: Desk) -> None:
    """A screenshot says where on the desktop it was taken, and how many monitors there are; what cannot be is a sentence."""
    shot = take_screenshot(2)
    assert (shot.left, shot.top, shot.width, shot.height, shot.monitors) == (-800, 0, 800, 600, 2)
    assert shot.pixels.shape == (600, 800, 3)
    assert desk.closed
    with pytest.raises(SourceError, match="There is no monitor 3: this machine has 2"):
        take_screenshot(3)
    desk.trouble = Refused("denied")
    with pytest.raises(SourceError, match=r"cannot be grabbed \(denied\)"):
        take_screenshot(1)
