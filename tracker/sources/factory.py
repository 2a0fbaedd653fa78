"""The source that a person means by a word: an index, a name, a file, a folder, an address, ``screen`` or ``fake``."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tracker.core.address import Address
from tracker.core.clock import Clock
from tracker.core.errors import SourceError, UsageError
from tracker.core.frame import Source
from tracker.core.image_files import is_animated
from tracker.core.labelled_folders import is_picture
from tracker.core.paths import path_of
from tracker.core.vocabulary import CALL_DEMO_SOURCE, DEMO_SOURCE, MEETING_DEMO_SOURCE, ZOOM_SOURCE
from tracker.sources.camera_names import camera_index, find_camera, is_camera
from tracker.sources.cameras import CameraSource, list_cameras, open_at_call_resolution
from tracker.sources.files import PictureSource, StreamSource, VideoSource
from tracker.sources.screen import ScreenSource, is_screen
from tracker.sources.synthetic import SyntheticMeetingSource, SyntheticSource
from tracker.sources.synthetic_call import SyntheticCallSource
from tracker.sources.virtual_camera import ForwardingSource, VirtualCameraSender

STREAM_SCHEMES: Final = ("rtsp://", "rtsps://", "rtmp://", "http://", "https://", "udp://")

SYNTHETIC_SOURCES: Final = {
    DEMO_SOURCE: SyntheticSource,
    MEETING_DEMO_SOURCE: SyntheticMeetingSource,
    CALL_DEMO_SOURCE: SyntheticCallSource,
}


def choose_source(
    wanted: str, clock: Clock, report: Callable[[str], None], sender: VirtualCameraSender | None = None
) -> Source:
    """Make the source that a person means; nothing is opened yet.

    Args:
        wanted: The person's word for it.
        clock: Gives the frames of live sources their time, in seconds.
        report: Gets a sentence for each picture that cannot be read.
        sender: Gets each frame of a live source as well, for a virtual camera.

    Returns:
        The source, to be entered before it is iterated.

    Raises:
        UsageError: When the word means no source, or ``sender`` cannot get its frames.
        SourceError: When there is no such file, folder or camera.
    """
    address = Address(wanted)
    word = address.whole
    if not word.strip():
        raise UsageError("Say what to watch: a camera, a file, a folder of pictures, an address, screen or fake.")
    if word == ZOOM_SOURCE:
        raise UsageError("Zoom's stream is watched on the page Call, where the people in it can say whether they agree.")
    source: Source
    if word in SYNTHETIC_SOURCES:
        source = SYNTHETIC_SOURCES[word](clock)
    elif is_screen(word):
        source = ScreenSource(word, clock)
    elif word.lower().startswith(STREAM_SCHEMES):
        source = StreamSource(address, clock)
    else:
        source = _local_source(address, clock, report)
    if sender is None:
        return source
    if not source.live:
        raise UsageError(f"Only a live picture can be sent to a virtual camera, not the file or folder {wanted}.")
    if isinstance(source, CameraSource):
        cameras = list_cameras()
        index = find_camera(wanted, cameras)
        chosen = next((camera for camera in cameras if camera.index == index and camera.virtual), None)
        if chosen is not None:
            # It would show its own picture for ever.
            raise UsageError(
                f'"{chosen.name}" is a virtual camera: the call can choose it by itself. Hand on a real one, by its number'
                " in mien cameras."
            )
        source = CameraSource(wanted, clock, capture=open_at_call_resolution)
    return ForwardingSource(source, sender)


def _local_source(address: Address, clock: Clock, report: Callable[[str], None]) -> Source:
    """A file, a folder or a camera of this machine."""
    wanted = address.whole
    path, index = path_of(wanted), camera_index(wanted)
    # A number may be the name of a folder, such as 2024, where no camera has it.
    if index is not None and (
        not path.exists() or Path(f"/dev/video{index}").exists() or index in {camera.index for camera in list_cameras()}
    ):
        return CameraSource(wanted, clock)
    if path.is_dir() or (is_picture(path) and path.is_file() and not is_animated(path)):
        return PictureSource(path, report)
    if path.is_file():
        return VideoSource(str(path), report)
    # A device that is not there is reported together with the cameras that are.
    looks_like_path = not wanted.startswith("/dev/") and ("/" in wanted or Path(wanted).suffix[1:2].isalpha())
    if looks_like_path and not is_camera(wanted, list_cameras()):
        raise SourceError(f"There is no file or folder {address}, and no camera of that name. Check the path.")
    return CameraSource(wanted, clock)
