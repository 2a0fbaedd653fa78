"""``mien serve``, which plain ``mien`` means: the dashboard."""

import click

from tracker.commands.options import settings_options
from tracker.config.settings import Settings


@click.command(name="serve")
@settings_options(
    *("source", "hz", "faces", "mode", "motion", "hand_on", "hand_on_overlay", "release"),
    *(
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
        "public_origin",
        "message_queue",
        "viewer",
    ),
)
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the page in a browser.")
def command(settings: Settings, *, browser: bool) -> None:
    """The dashboard: a live timeline, and single pictures. It watches once you press Start there."""
    from web.serving import serve

    serve(settings, browser=browser)
