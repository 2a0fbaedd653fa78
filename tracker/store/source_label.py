"""How a stored session calls its source, and whether that was a recording, whose seconds are its own."""

from typing import Final

RECORDING_PREFIX: Final = "recording:"
"""How the source of such a session begins; the file's path or name follows."""


def is_recorded(source: str) -> bool:
    """Whether a session's source says that its seconds are a recording's own."""
    return source.startswith(RECORDING_PREFIX)


def source_label(source: str, *, live: bool) -> str:
    """What a session calls its source; of one that is not live, the seconds are its own."""
    return source if live else RECORDING_PREFIX + source


def source_name(source: str) -> str:
    """A source as ``mien log`` and ``mien analyze`` write it: of a recording, its path or name."""
    return source.removeprefix(RECORDING_PREFIX)
