"""``mien demo``: the dashboard with a drawn face, or a call of drawn people; it needs no camera and no network."""

from dataclasses import replace
from typing import Literal

import click

from tracker.commands.options import settings_options
from tracker.config.option_types import Amount
from tracker.config.settings import Settings
from tracker.core.vocabulary import DEMO_SOURCE
from web.commands.dashboard_options import SERVING, WATCHING, browser_option


@click.command(name="demo")
@settings_options(*WATCHING, *SERVING)
@click.argument("what", required=False, type=click.Choice(["meeting", "zoom"]), metavar="[meeting|zoom]")
@browser_option
@click.option("--seconds", type=Amount(0, min_open=True), help="End after this many seconds.")
def command(settings: Settings, what: Literal["meeting", "zoom"] | None, seconds: float | None, *, browser: bool) -> None:
    """The dashboard on a drawn face: started at once, offline, and nobody's picture.

    With "meeting": on a call of five drawn people, three of whom agreed to be analysed. With "zoom": the same call, as Zoom's
    media streams bring it; Mien stands in for Zoom, too, and nothing leaves this machine.
    """
    from web.commands.demo_call import serve_call
    from web.serving import serve

    if what is None:
        serve(replace(settings, source=DEMO_SOURCE), browser=browser, at_once=True, seconds=seconds)
    else:
        serve_call(settings, what, browser=browser, seconds=seconds)
