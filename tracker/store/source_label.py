"""How a stored session names its source, and whether that was a recording, whose seconds are its own, or the demo."""

from pathlib import PurePath
from typing import Final

from tracker.core.vocabulary import DEMO_SOURCES, ZOOM_SOURCE
from tracker.live.state import BROWSER, WINDOW

RECORDING_PREFIX: Final = "recording:"
"""The source of a recording's session begins so; the file's path or name follows."""
SOURCE_WORDS: Final = dict.fromkeys(DEMO_SOURCES, "the demo") | {
    BROWSER: "the browser's camera",
    WINDOW: "a shared window",
    ZOOM_SOURCE: "Zoom's stream",
}
"""What people call the sources whose names are words of Mien's own."""


def is_recorded(source: str) -> bool:
    """Whether a session's stored source says that its seconds are a recording's own."""
    return source.startswith(RECORDING_PREFIX)


def source_label(source: str, *, live: bool) -> str:
    """What a session stores as its source; live: its seconds go by the clock, not by a file."""
    return source if live else RECORDING_PREFIX + source


def source_name(source: str) -> str:
    """A stored source as ``mien log`` and ``mien analyze`` write it: of a recording, its path or name."""
    return source.removeprefix(RECORDING_PREFIX)


def source_in_words(source: str) -> str:
    """A stored source as people call it: the demo, camera 0, recording meeting.mp4; of a path only the name."""
    if is_recorded(source):
        return f"recording {PurePath(source_name(source)).name}"
    camera = f"camera {source}" if source.isdigit() else PurePath(source).name or source
    return SOURCE_WORDS.get(source, camera)
