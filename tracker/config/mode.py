"""Whose expressions may be read: the one place that decides by where Mien is used, the setting ``mode``."""

from typing import Final

from tracker.config.settings import MODES, Mode
from tracker.core.errors import UsageError
from tracker.core.vocabulary import DEMO_SOURCES

MODE_PREFERENCE: Final = "mode"
"""The name under which the answer that a person gave on a page is stored. Commands do not ask for it: they go by their flags
and mien.toml, so that what one does can be read from its line."""


def parse_mode(name: str) -> Mode:
    """One of MODES; UsageError for anything else."""
    for known in MODES:
        if name == known:
            return known
    raise UsageError(f"{name!r} is no place to use Mien in: choose one of {', '.join(MODES)}.")


def may_read_others(mode: Mode | None, source: str = "") -> bool:
    """Whether faces that are watched beside the own one have expressions.

    Args:
        mode: The setting; None, where nobody answered, is work.
        source: The session's; what Mien draws itself is nobody's face.
    """
    return mode == "private" or source in DEMO_SOURCES


def call_mode(mode: Mode | None, source: str) -> Mode:
    """The mode of a call that is watched: private where a person said so, and of what Mien draws, unless they said work.

    Args:
        mode: The setting; None where nobody answered.
        source: The session's.
    """
    return mode or ("private" if source in DEMO_SOURCES else "work")


def may_read_group(mode: Mode | None) -> bool:
    """Whether the several faces of a picture that a person chose have expressions: unless they said that they are at work."""
    return mode != "work"
