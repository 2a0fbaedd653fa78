"""Which camera a person means by a word, and which cameras are programs' instead of lenses."""

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
"""What virtual cameras are called by those who make them; 'Dummy video device' is v4l2loopback without a label."""
VIRTUAL_DEVICES_FOLDER: Final = Path("/sys/devices/virtual/video4linux")
"""Where Linux keeps video devices that no hardware stands behind."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera of this machine."""

    index: int
    name: str
    path: str

    @property
    def virtual(self) -> bool:
        """Whether a program gives its picture, as far as the system or its name tells."""
        device = Path(self.path).name
        return bool(VIRTUAL_CAMERA_NAMES.search(self.name)) or (bool(device) and (VIRTUAL_DEVICES_FOLDER / device).exists())


def camera_index(word: str) -> int | None:
    """The number in "2", "/dev/video2" or a link to that, such as /dev/v4l/by-id/usb-Logitech-video-index0; None in others."""
    device = re.fullmatch(r"/dev/video([0-9]{1,4})", os.path.realpath(word)) if "/" in word else None
    number = device or re.fullmatch(r"([0-9]{1,4})", word)
    return int(number[1]) if number else None


def find_camera(wanted: str, cameras: list[Camera]) -> int:
    """Index of the camera that is meant: see ``camera_index``, else by the beginning or a part of its name in any case.

    SourceError when no name fits, or several do; a whole name goes before a beginning, a beginning before a part.
    """
    index = camera_index(wanted)
    if index is not None:
        return index
    fitting = _fitting(wanted, cameras)
    if not fitting:
        raise SourceError(f'There is no camera called "{wanted}". {describe_cameras(cameras)}')
    if len(fitting) > 1:
        raise SourceError(f'"{wanted}" fits several cameras: {_listed(fitting)}. Give more of the name, or the number.')
    return fitting[0].index


def is_camera(wanted: str, cameras: list[Camera]) -> bool:
    """Whether a word is the name or the path of a camera, or a part of several names."""
    return bool(_fitting(wanted, cameras))


def _fitting(wanted: str, cameras: list[Camera]) -> list[Camera]:
    word = wanted.lower()
    by_path = [camera for camera in cameras if camera.path and camera.path == wanted]
    whole = [camera for camera in cameras if camera.name.lower() == word]
    begins = [camera for camera in cameras if camera.name.lower().startswith(word)]
    part = [camera for camera in cameras if word in camera.name.lower()]
    return by_path or whole or begins or part


def describe_cameras(cameras: list[Camera]) -> str:
    """What there is, as a sentence."""
    if not cameras:
        return "No camera was found on this machine: plug one in, or use a video file, a folder of pictures or `fake`."
    return f"Found here: {_listed(cameras)}."


def _listed(cameras: list[Camera]) -> str:
    return ", ".join(f'{camera.index} "{camera.name}"' for camera in cameras)
