"""The screen, a monitor or a region of it: whatever a meeting program shows."""

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
from tracker.core.frame import Frame, now

GRABS_PER_SECOND: Final = 15
"""A meeting shows its tiles at 15 to 30 frames a second, and a grab of a large screen takes some 20 ms."""
MIN_REGION_SIDE: Final = 64
"""Pixels a side: no face is found in less."""

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
    """The part of mss.MSS that is used: monitors[0] is all of them together."""

    @property
    def monitors(self) -> list[Any]: ...

    def grab(self, monitor: Any, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class ScreenArea:
    """What of the screen: a monitor by number from 1, or a region in pixels of the whole desktop."""

    monitor: int = 1
    region: tuple[int, int, int, int] | None = None

    @classmethod
    def of(cls, wanted: str) -> "ScreenArea":
        """From ``screen``, ``screen:2`` or ``screen:X,Y,WIDTH,HEIGHT``."""
        if found := re.fullmatch(r"screen(?::([1-9]\d?))?", wanted):
            return cls(int(found[1] or 1))
        numbers = [int(number) for number in re.findall(r"-?\d+", wanted)]
        if not re.fullmatch(r"screen:-?\d+,-?\d+,\d+,\d+", wanted) or min(numbers[2:]) < MIN_REGION_SIDE:
            raise UsageError(
                f"{wanted} is no place on the screen: there are screen, screen:2 (the second monitor) and"
                f" screen:X,Y,WIDTH,HEIGHT in pixels, {MIN_REGION_SIDE} or more each way."
            )
        x, y, width, height = numbers
        return cls(region=(x, y, width, height))

    def on(self, monitors: list[Any]) -> dict[str, int]:
        """As mss wants it; SourceError when it is not there."""
        if self.region is None:
            if self.monitor >= len(monitors):
                raise SourceError(f"There is no monitor {self.monitor}: this machine has {len(monitors) - 1}.")
            return {side: monitors[self.monitor][side] for side in ("left", "top", "width", "height")}
        x, y, width, height = self.region
        whole = monitors[0]
        right, bottom = whole["left"] + whole["width"], whole["top"] + whole["height"]
        if x < whole["left"] or y < whole["top"] or x + width > right or y + height > bottom:
            raise SourceError(
                f"The region {x},{y},{width},{height} leaves the screen, which goes from {whole['left']},{whole['top']}"
                f" to {right},{bottom}."
            )
        return {"left": x, "top": y, "width": width, "height": height}


def open_grabber() -> AbstractContextManager[Grabber]:
    """This system's grabber; SourceError where it cannot work."""
    try:
        import mss
    except ImportError as error:
        raise SourceError(MSS_MISSING) from error
    if trouble := why_no_screen(os.environ):
        raise SourceError(trouble)
    try:
        grabber: AbstractContextManager[Grabber] = mss.MSS()
    except (mss.ScreenShotError, OSError) as error:
        raise SourceError(grab_error_message(str(error))) from error
    return grabber


def is_screen(wanted: str) -> bool:
    """Whether a source is the screen, or would be if it were spelt right."""
    return wanted == "screen" or wanted.startswith("screen:")


def why_no_screen(environment: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """Why there is nothing to grab, or None."""
    if platform in ("win32", "darwin"):
        return None
    if environment.get("WAYLAND_DISPLAY") or environment.get("XDG_SESSION_TYPE") == "wayland":
        return WAYLAND
    return None if environment.get("DISPLAY") else NO_DISPLAY


def grab_error_message(error: str, platform: str = sys.platform) -> str:
    """What mss says, and on macOS what it means."""
    return GRAB_FAILED.format(error=error.rstrip(".")) + (MACOS_ADVICE if platform == "darwin" else "")


class ScreenSource:
    """Fifteen grabs a second, for ever; SourceLost when the screen cannot be grabbed any more."""

    live: ClassVar = True
    moves: ClassVar = False
    sampled: ClassVar = True

    def __init__(self, wanted: str, clock: Clock, opener: Callable[[], AbstractContextManager[Grabber]] | None = None) -> None:
        self._place, self._clock, self._closed = ScreenArea.of(wanted), clock, Event()
        self._open = opener or open_grabber

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closed.set()

    def __iter__(self) -> Iterator[Frame]:
        # Opened by the thread that grabs: on Windows and X11 its handles belong to one thread.
        with self._open() as grabber:
            area = self._place.on(grabber.monitors)
            for number in count():
                yield Frame(_grab(grabber, area), self._clock(), number, now())
                if self._closed.wait(1 / GRABS_PER_SECOND):
                    return


def _grab(grabber: Grabber, area: dict[str, int]) -> Any:
    """[height, width, 3] BGR."""
    import mss

    try:
        shot = grabber.grab(area)
    except mss.ScreenShotError as error:
        raise SourceLost(grab_error_message(str(error))) from error
    return np.ascontiguousarray(np.asarray(shot, np.uint8)[..., :3])
