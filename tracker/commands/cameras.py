"""``mien cameras``: what this machine can watch with."""

from typing import Any

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import say, show, show_json
from tracker.config.settings import Settings


@click.command(name="cameras")
@settings_options()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each camera.")
@click.option("--probe", is_flag=True, help="Open each camera for a moment, to see whether it is free.")
def command(choices: Settings, *, as_json: bool, probe: bool) -> None:  # noqa: ARG001 - it has no settings but -v
    """List cameras and virtual cameras by index and name; any part of a name that fits one alone is enough for --source."""
    from tracker.sources.camera_names import describe_cameras
    from tracker.sources.cameras import list_cameras

    cameras = list_cameras()
    if not cameras:
        say(describe_cameras(cameras))
    for camera in cameras:
        row: dict[str, Any] = {"index": camera.index, "name": camera.name, "path": camera.path, "virtual": camera.virtual}
        if probe:
            row["trouble"] = trouble(camera.index)
        show_json(row) if as_json else show(in_words(row))


def trouble(index: int) -> str | None:
    """The sentence that says why a camera does not open, or None."""
    from tracker.core.clock import start_clock
    from tracker.core.errors import SourceError
    from tracker.sources.cameras import CameraSource

    try:
        with CameraSource(str(index), start_clock()):
            return None
    except SourceError as error:
        return str(error)


def in_words(row: dict[str, Any]) -> str:
    """One camera as a line."""
    line = f"{row['index']:>3}  {row['name']}" + (f"  {row['path']}" if row["path"] else "")
    line += "  (virtual)" if row["virtual"] else ""
    return line + (f"  - {row['trouble'] or 'free'}" if "trouble" in row else "")
