"""Whose expressions may be read: the one place that decides by the setting ``mode``."""

from tracker.config.settings import Mode
from tracker.core.vocabulary import DEMO_SOURCES


def may_read_others(mode: Mode | None, source: str = "") -> bool:
    """Whether faces that are watched beside the own one have expressions.

    Args:
        mode: The setting; None, where nobody answered, is work.
        source: The session's; what Mien draws itself is nobody's face.
    """
    return mode == "private" or source in DEMO_SOURCES


def may_read_group(mode: Mode | None) -> bool:
    """Whether the several faces of a picture that a person chose have expressions: unless they said that they are at work."""
    return mode != "work"
