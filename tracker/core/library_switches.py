"""Switches of libraries that hold only if they are set before the import: no reports to their makers, no files elsewhere.

They are environment variables, so child processes have them, too. ``tracker/__init__.py`` sets them, and ``exporter`` and
``web`` import ``tracker`` before anything else.
"""

import os
from typing import Final

from platformdirs import user_cache_path

TELEMETRY_OFF: Final = {"ORT_DISABLE_TELEMETRY": "1"}
"""onnxruntime from 1.29 on reports to Microsoft unless this is set (``Privacy.md`` in its wheel). Mien installs an earlier
release; this is for whoever has a later one."""
CACHE_FOLDERS: Final = {"MPLCONFIGDIR": "matplotlib", "KERAS_HOME": "keras", "TORCHINDUCTOR_CACHE_DIR": "torch"}
"""Where libraries keep files of their own: a folder in Mien's cache instead of one a library in the person's home."""


def set_library_switches() -> None:
    """Forbid reports in any case; name cache folders where the person named none."""
    os.environ.update(TELEMETRY_OFF)
    for variable, folder in CACHE_FOLDERS.items():
        os.environ.setdefault(variable, str(user_cache_path("mien") / folder))
