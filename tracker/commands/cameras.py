"""``mien cameras``: the cameras and virtual cameras of this machine."""

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import say, show, show_json
from tracker.config.settings import Settings


@click.command(name="cameras")
@settings_options()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each camera.")
@click.option("--probe", is_flag=True, help="Open each camera for a moment, to see whether it is free.")
def command(settings: Settings, *, as_json: bool, probe: bool) -> None:  # noqa: ARG001 - it has no settings but -v
    """List cameras and virtual cameras by index and name; any part of a name that fits one alone is enough for --source."""
    from tracker.sources.camera_names import describe_cameras
    from tracker.sources.cameras import list_cameras

    cameras = list_cameras()
    if not cameras:
        say(describe_cameras(cameras))
    for camera in cameras:
        trouble = why_not_free(camera.index) if probe else None
        if as_json:
            line = {"index": camera.index, "name": camera.name, "path": camera.path, "virtual": camera.virtual}
            show_json(line | ({"trouble": trouble} if probe else {}))
        else:
            text = f"{camera.index:>3}  {camera.name}" + (f"  {camera.path}" if camera.path else "")
            text += "  (virtual)" if camera.virtual else ""
            show(text + (f"  - {trouble or 'free'}" if probe else ""))


def why_not_free(index: int) -> str | None:
    """Open a camera for a moment.

    Returns:
        A sentence that says why it does not open, or None when it does.
    """
    from tracker.core.clock import start_clock
    from tracker.core.errors import SourceError
    from tracker.sources.cameras import CameraSource

    try:
        with CameraSource(str(index), start_clock()):
            return None
    except SourceError as error:
        return str(error)
