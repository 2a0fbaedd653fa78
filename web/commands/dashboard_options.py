"""The options that ``mien serve`` and ``mien demo`` share."""

from typing import Final

import click

WATCHING: Final = ("hz", "faces", "mode", "motion")
"""Settings: how faces are watched."""
SERVING: Final = (
    "host",
    "port",
    "token",
    "cert",
    "key",
    "smoothing",
    "prior",
    "model",
    "landmarker",
    "person",
    "db",
    "zoom_panel",
)
"""Settings: where the dashboard is, what it reads with, and where it stores."""

browser_option = click.option("--browser/--no-browser", default=True, show_default=True, help="Open the page in a browser.")
