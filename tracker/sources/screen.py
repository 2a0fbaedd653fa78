"""The screen as a source: a monitor or a region of it, such as the window of a video call."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import count
from threading import Event
from types import TracebackType
from typing import Any, ClassVar, Final, Protocol, Self

import numpy as np

from tracker.core.clock import Clock
from tracker.core.errors import SourceError, SourceLost, UsageError
from tracker.core.frame import Frame, Pixels, now

GRABS_PER_SECOND: Final = 15
"""A video call shows its tiles at 15 to 30 frames a second, and a grab of a large screen takes some 20 ms."""
MIN_REGION_SIDE: Final = 64
"""Pixels: no face is found in a smaller region."""

MSS_MISSING: Final = 'Watching the screen needs a package: pip install "mss>=10.2,<11" into Mien\'s environment.'
WAYLAND: Final = (
    "This desktop runs on Wayland, which lets no program look at the screen by itself. Log in to an Xorg session, or let OBS do"
    " it: Screen Capture (PipeWire), Start Virtual Camera, then --source OBS."
)
NO_DISPLAY: Final = "There is no screen here: DISPLAY is not set. Start Mien in the desktop session that shows the meeting."
GRAB_FAILED: Final = "The screen cannot be grabbed ({error})."
MACOS_ADVICE: Final = (
    " Allow the program that Mien was started from (Terminal): System Settings > Privacy & Security > Screen & System Audio"
    " Recording, then start it anew."
)


class Grabber(Protocol):
    """The part of mss.MSS that Mien uses; ``monitors[0]`` is the whole desktop."""

    @property
    def monitors(self) -> list[Any]: ...

    def grab(self, monitor: Any, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class ScreenArea:
    """What of the screen is watched.

    Attributes:
        monitor: Its number, from 1; only without a region.
        region: (x, y, width, height) in pixels of the whole desktop.
    """

    monitor: int = 1
    region: tuple[int, int, int, int] | None = None

    @classmethod
    def parse(cls, wanted: str) -> "ScreenArea":
        """Read ``screen``, ``screen:2`` or ``screen:X,Y,WIDTH,HEIGHT``.

        Raises:
            UsageError: When it is none of these, or the region is smaller than MIN_REGION_SIDE.
        """
        if found := re.fullmatch(r"screen(?::([1-9]\d?))?", wanted):
            return cls(int(found[1] or 1))
        numbers = [int(number) for number in re.findall(r"-?\d+", wanted)]
        if not re.fullmatch(r"screen:-?\d+,-?\d+,\d+,\d+", wanted) or min(numbers[2:]) < MIN_REGION_SIDE:
            raise UsageError(
                f"{wanted} is no part of the screen. Write screen, screen:2 (the second monitor) or"
                f" screen:LEFT,TOP,WIDTH,HEIGHT in pixels; width and height are {MIN_REGION_SIDE} or more."
            )
        x, y, width, height = numbers
        return cls(region=(x, y, width, height))

    def locate(self, monitors: list[Any]) -> dict[str, int]:
        """Find the area among the monitors that mss lists.

        Returns:
            ``left``, ``top``, ``width`` and ``height`` in pixels, as mss takes them.

        Raises:
            SourceError: When there is no such monitor, or the region leaves the desktop.
        """
        if self.region is None:
            if self.monitor >= len(monitors):
                raise SourceError(f"There is no monitor {self.monitor}: this machine has {len(monitors) - 1}.")
            return {side: monitors[self.monitor][side] for side in ("left", "top", "width", "height")}
        x, y, width, height = self.region
        desktop = monitors[0]
        right, bottom = desktop["left"] + desktop["width"], desktop["top"] + desktop["height"]
        if x < desktop["left"] or y < desktop["top"] or x + width > right or y + height > bottom:
            raise SourceError(
                f"The region {x},{y},{width},{height} leaves the screen, which goes from {desktop['left']},{desktop['top']}"
                f" to {right},{bottom}."
            )
        return {"left": x, "top": y, "width": width, "height": height}


def open_grabber() -> AbstractContextManager[Grabber]:
    """Open this system's grabber, in the thread that uses it.

    Raises:
        SourceError: When mss is not installed, or the screen cannot be grabbed.
    """
    try:
        import mss
    except ImportError as error:
        raise SourceError(MSS_MISSING) from error
    if reason := why_no_screen(os.environ):
        raise SourceError(reason)
    try:
        grabber: AbstractContextManager[Grabber] = mss.MSS()
    except (mss.ScreenShotError, OSError) as error:
        raise SourceError(grab_error_message(str(error))) from error
    return grabber


def is_screen(wanted: str) -> bool:
    """Whether a person means the screen, also where the rest of the word is wrong."""
    return wanted == "screen" or wanted.startswith("screen:")


def why_no_screen(environment: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """Why the screen cannot be grabbed, as a sentence, or None where it can.

    Args:
        environment: The variables of ``os.environ``.
        platform: As ``sys.platform`` has it.
    """
    if platform in ("win32", "darwin"):
        return None
    if environment.get("WAYLAND_DISPLAY") or environment.get("XDG_SESSION_TYPE") == "wayland":
        return WAYLAND
    return None if environment.get("DISPLAY") else NO_DISPLAY


def grab_error_message(error: str, platform: str = sys.platform) -> str:
    """What a person is told of an error of mss, with what to do about it on macOS."""
    return GRAB_FAILED.format(error=error.rstrip(".")) + (MACOS_ADVICE if platform == "darwin" else "")


@dataclass(frozen=True, slots=True, eq=False)
class Screenshot:
    """One picture of a monitor.

    pixels: [height, width, 3] BGR. left, top, width, height: the monitor's place on the desktop, as regions are told; a dense
    screen has more pixels than these. monitors: how many there are.
    """

    pixels: Pixels
    left: int
    top: int
    width: int
    height: int
    monitors: int


def take_screenshot(monitor: int) -> Screenshot:
    """Grab a monitor once. monitor: its number, from 1.

    Raises:
        SourceError: When there is no such monitor, or the screen cannot be grabbed.
    """
    with open_grabber() as grabber:
        import mss

        area = ScreenArea(monitor).locate(grabber.monitors)
        try:
            pixels = _pixels_of(grabber.grab(area))
        except mss.ScreenShotError as error:
            raise SourceError(grab_error_message(str(error))) from error
        return Screenshot(pixels, **area, monitors=len(grabber.monitors) - 1)


def _pixels_of(shot: Any) -> Pixels:
    """Of BGRA all but the last channel."""
    return np.ascontiguousarray(np.asarray(shot, np.uint8)[..., :3])


class ScreenSource:
    """Grabs of the screen, GRABS_PER_SECOND times a second until it is left.

    Iterating raises SourceError when the area is not there, SourceLost when the screen cannot be grabbed any more.
    """

    live: ClassVar = True
    moves: ClassVar = False
    sampled: ClassVar = True

    def __init__(self, wanted: str, clock: Clock, opener: Callable[[], AbstractContextManager[Grabber]] | None = None) -> None:
        """Remember the area; nothing is opened yet.

        Args:
            wanted: What ``ScreenArea.parse`` understands.
            clock: Gives each frame its time, in seconds.
            opener: Opens the grabber; ``open_grabber`` if not given.

        Raises:
            UsageError: When there is no such area.
        """
        self._area, self._clock, self._closed = ScreenArea.parse(wanted), clock, Event()
        self._open = opener or open_grabber

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closed.set()

    def __iter__(self) -> Iterator[Frame]:
        # Opened by the thread that grabs: on Windows and X11 its handles belong to one thread.
        with self._open() as grabber:
            import mss

            area = self._area.locate(grabber.monitors)
            for number in count():
                try:
                    shot = grabber.grab(area)
                except mss.ScreenShotError as error:
                    raise SourceLost(grab_error_message(str(error))) from error
                yield Frame(_pixels_of(shot), self._clock(), number, now())
                if self._closed.wait(1 / GRABS_PER_SECOND):
                    return
