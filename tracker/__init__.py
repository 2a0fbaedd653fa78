"""The tracker: from frames to observations of faces, and what is stored, exported and reported of them."""

from tracker.core.library_switches import set_library_switches

set_library_switches()
