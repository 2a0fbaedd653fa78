"""The cameras of this machine by name: which one a person means, and which ones are virtual."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracker.core.errors import SourceError

VIRTUAL_CAMERA_NAMES: Final = re.compile(
    r"virtual|\bobs\b|v4l2loopback|dummy video device|unity.*capture|manycam|snap camera|xsplit|splitcam|mmhmm|akvcam|webcamoid"
    r"|nvidia broadcast|e2esoft|\bmien\b",
    re.IGNORECASE,
)
"""The names that their makers give virtual cameras; 'Dummy video device' is v4l2loopback without a label."""
VIRTUAL_DEVICES_FOLDER: Final = Path("/sys/devices/virtual/video4linux")
"""Where Linux lists video devices without hardware."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera of this machine.

    Attributes:
        index: OpenCV's index.
        name: As the system calls it.
        path: Its device, such as ``/dev/video2``; empty where the system has none.
    """

    index: int
    name: str
    path: str

    @property
    def virtual(self) -> bool:
        """Whether a program supplies its picture, as far as the system or the name tells."""
        device = Path(self.path).name
        return bool(VIRTUAL_CAMERA_NAMES.search(self.name)) or (bool(device) and (VIRTUAL_DEVICES_FOLDER / device).exists())


def camera_index(word: str) -> int | None:
    """The index in ``2``, ``/dev/video2`` or a link to that, such as ``/dev/v4l/by-id/usb-Logitech-video-index0``.

    Returns:
        The index, or None when the word holds none.
    """
    device = re.fullmatch(r"/dev/video([0-9]{1,4})", os.path.realpath(word)) if "/" in word else None
    number = device or re.fullmatch(r"([0-9]{1,4})", word)
    return int(number[1]) if number else None


def find_camera(wanted: str, cameras: list[Camera]) -> int:
    """Find the camera that a person means.

    Args:
        wanted: What ``camera_index`` understands, or a name, its beginning or a part of it, in any case. A whole name wins
            over a beginning, a beginning over a part.
        cameras: The cameras of this machine.

    Returns:
        OpenCV's index of the camera.

    Raises:
        SourceError: When no camera matches, or several do.
    """
    index = camera_index(wanted)
    if index is not None:
        return index
    matching = _matching(wanted, cameras)
    if not matching:
        raise SourceError(f'There is no camera called "{wanted}". {describe_cameras(cameras)}')
    if len(matching) > 1:
        raise SourceError(f'"{wanted}" fits several cameras: {_listed(matching)}. Give more of the name, or the number.')
    return matching[0].index


def is_camera(wanted: str, cameras: list[Camera]) -> bool:
    """Whether a word is the path or the name of a camera, or a part of one or more names."""
    return bool(_matching(wanted, cameras))


def _matching(wanted: str, cameras: list[Camera]) -> list[Camera]:
    word = wanted.lower()
    by_path = [camera for camera in cameras if camera.path and camera.path == wanted]
    by_name = [camera for camera in cameras if camera.name.lower() == word]
    by_beginning = [camera for camera in cameras if camera.name.lower().startswith(word)]
    by_part = [camera for camera in cameras if word in camera.name.lower()]
    return by_path or by_name or by_beginning or by_part


def describe_cameras(cameras: list[Camera]) -> str:
    """A sentence that lists the cameras, or says what to do without one."""
    if not cameras:
        return "No camera was found on this machine: plug one in, or use a video file, a folder of pictures or `fake`."
    return f"Found here: {_listed(cameras)}."


def _listed(cameras: list[Camera]) -> str:
    return ", ".join(f'{camera.index} "{camera.name}"' for camera in cameras)
