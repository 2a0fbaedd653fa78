"""Frames in, observations out, and keeping them."""

from tracker.core.library_switches import set_library_switches

set_library_switches()
