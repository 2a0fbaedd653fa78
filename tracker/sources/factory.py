"""Which source a person means: an index, a name, a file, a folder, an address, the screen, or ``fake``."""

from collections.abc import Callable
from pathlib import Path

from tracker.core.address import Address
from tracker.core.clock import Clock
from tracker.core.errors import SourceError, UsageError
from tracker.core.frame import Source
from tracker.core.image_files import is_animated
from tracker.core.labelled_folders import is_picture
from tracker.core.paths import path_of
from tracker.sources.camera_names import camera_index, find_camera, is_camera
from tracker.sources.cameras import CameraSource, list_cameras, open_at_call_resolution
from tracker.sources.files import PictureSource, StreamSource, VideoSource
from tracker.sources.screen import ScreenSource, is_screen
from tracker.sources.synthetic import SyntheticMeetingSource, SyntheticSource
from tracker.sources.virtual_camera import ForwardingSource, VirtualCameraSender

STREAM_SCHEMES = ("rtsp://", "rtsps://", "rtmp://", "http://", "https://", "udp://")

SYNTHETIC_SOURCES = {"fake": SyntheticSource, "fake:meeting": SyntheticMeetingSource}


def choose_source(wanted: str, clock: Clock, tell: Callable[[str], None], handing: VirtualCameraSender | None = None) -> Source:
    """The source for a person's word, not yet opened; ``tell`` gets a sentence for what cannot be read.

    handing: who gets each frame as well; only what comes live can be handed on.
    """
    source = _chosen(wanted, clock, tell)
    if handing is None:
        return source
    if not source.live:
        raise UsageError(f"Only a live picture can be handed on, not the file or folder {wanted}.")
    if isinstance(source, CameraSource):
        _refuse_virtual(wanted)
        source = CameraSource(wanted, clock, capture=open_at_call_resolution)
    return ForwardingSource(source, handing)


def _chosen(wanted: str, clock: Clock, tell: Callable[[str], None]) -> Source:
    address = Address(wanted)
    wanted = address.whole
    if not wanted.strip():
        raise UsageError("Say what to watch: a camera, a file, a folder of pictures, an address, screen or fake.")
    if wanted in SYNTHETIC_SOURCES:
        return SYNTHETIC_SOURCES[wanted](clock)
    if is_screen(wanted):
        return ScreenSource(wanted, clock)
    if wanted.lower().startswith(STREAM_SCHEMES):
        return StreamSource(address, clock)
    return _on_this_machine(address, clock, tell)


def _on_this_machine(address: Address, clock: Clock, tell: Callable[[str], None]) -> Source:
    """A file, a folder or a camera."""
    wanted = address.whole
    path, index = path_of(wanted), camera_index(wanted)
    if index is not None and not (path.exists() and _names_no_camera(index)):
        return CameraSource(wanted, clock)
    if path.is_dir() or (is_picture(path) and path.is_file() and not is_animated(path)):
        return PictureSource(path, tell)
    if path.is_file():
        return VideoSource(str(path), tell)
    if _looks_like_path(wanted) and not is_camera(wanted, list_cameras()):
        raise SourceError(f"There is no file or folder {address}, and no camera of that name. Check the path.")
    return CameraSource(wanted, clock)


def _names_no_camera(index: int) -> bool:
    """Of a number that is also the name of a folder, such as 2024."""
    return not Path(f"/dev/video{index}").exists() and index not in {camera.index for camera in list_cameras()}


def _looks_like_path(wanted: str) -> bool:
    """Rather than a camera's name; a device that is not there is told among the cameras."""
    return not wanted.startswith("/dev/") and ("/" in wanted or Path(wanted).suffix[1:2].isalpha())


def _refuse_virtual(wanted: str) -> None:
    """A virtual camera that is handed on to itself would show its own picture for ever."""
    cameras = list_cameras()
    index = find_camera(wanted, cameras)
    for camera in cameras:
        if camera.index == index and camera.virtual:
            raise UsageError(
                f'"{camera.name}" is a virtual camera: the call can choose it by itself. Hand on a real one, by its number'
                " in mien cameras."
            )
