"""``mien serve``, which plain ``mien`` means: the dashboard."""

import click

from tracker.commands.options import settings_options
from tracker.config.settings import Settings
from web.commands.dashboard_options import SERVING, WATCHING, browser_option


@click.command(name="serve")
@settings_options(
    "source",
    *WATCHING,
    *("hand_on", "hand_on_overlay", "release"),
    *SERVING,
    *("public_origin", "message_queue", "viewer"),
)
@browser_option
def command(settings: Settings, *, browser: bool) -> None:
    """The dashboard: a live timeline, and single pictures. It watches once you press Start there."""
    from web.serving import serve

    serve(settings, browser=browser)
