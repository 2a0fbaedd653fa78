"""``mien demo``: the dashboard with a drawn face, which needs no camera and no network."""

from dataclasses import replace

import click

from tracker.commands.options import settings_options
from tracker.config.option_types import Amount
from tracker.config.settings import Settings
from tracker.core.vocabulary import DEMO_SOURCE, MEETING_DEMO_SOURCE


@click.command(name="demo")
@settings_options(
    "hz",
    "faces",
    "mode",
    "motion",
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
@click.argument("what", required=False, type=click.Choice(["meeting"]), metavar="[meeting]")
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the page in a browser.")
@click.option("--seconds", type=Amount(0, min_open=True), help="End after this many seconds.")
def command(settings: Settings, what: str | None, seconds: float | None, *, browser: bool) -> None:
    """The dashboard on a drawn face: started at once, offline, and nobody's picture. With "meeting": on four, all watched."""
    from web.serving import serve

    scripted = (
        replace(settings, source=DEMO_SOURCE) if what is None else replace(settings, source=MEETING_DEMO_SOURCE, faces="all")
    )
    serve(scripted, browser=browser, at_once=True, seconds=seconds)
