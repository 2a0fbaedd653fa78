"""Why a camera does not open, and what a person can do about it on this system."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tracker.sources.camera_names import Camera, describe_cameras

IN_USE_ADVICE: Final = (
    "Another program (Zoom, Teams, a browser) probably holds it. Switch the video off there, or let it share a virtual"
    " camera (OBS: Start Virtual Camera) and choose that."
)
SHARING_HINT: Final = "More ways to share a camera: docs/camera.md."
WINDOWS_ADVICE: Final = (
    "If nobody does, let desktop apps use the camera: Settings > Privacy & security > Camera. Windows 11 from 24H2 on can also"
    " share it: Settings > Bluetooth & devices > Cameras > your camera > Advanced, allow multiple apps."
)
MACOS_ADVICE: Final = (
    "If nobody does, allow the program that Mien was started from (Terminal): System Settings > Privacy & Security > Camera,"
    " then start it anew."
)
LINUX_ADVICE: Final = "If nobody does, its driver may be stuck: unplug it and plug it in again."
ADVICE_BY_PLATFORM: Final = {"win32": WINDOWS_ADVICE, "darwin": MACOS_ADVICE}


def why_camera_fails(index: int, cameras: list[Camera], platform: str = sys.platform) -> str:
    """Explain why a camera does not open.

    Args:
        index: OpenCV's index of the camera.
        cameras: The cameras of this machine.
        platform: As ``sys.platform`` has it.

    Returns:
        The likeliest reason and what to do, in one or more sentences.
    """
    device = Path(f"/dev/video{index}")
    if index not in {camera.index for camera in cameras} and not device.exists():
        return f"There is no camera {index}. {describe_cameras(cameras)}"
    if device.exists() and not os.access(device, os.R_OK | os.W_OK):
        return f'{device} may not be opened by this user. Join its group (`sudo usermod -aG video "$USER"`), log in again.'
    problem = f"Camera {index} is there but does not open."
    if programs := ", ".join(processes_using(device)):
        return f"{problem} {programs} holds it. Switch the video off there, or choose a virtual camera. {SHARING_HINT}"
    return f"{problem} {IN_USE_ADVICE} {ADVICE_BY_PLATFORM.get(platform, LINUX_ADVICE)} {SHARING_HINT}"


def processes_using(device: Path, processes: Path = Path("/proc")) -> Iterator[str]:
    """Yield each process that has a device open, as ``zoom (process 4711)``, as far as this user may see."""
    for process in sorted(processes.glob("[0-9]*")):
        try:
            uses_device = any(entry.readlink() == device for entry in (process / "fd").iterdir())
        except OSError:
            # It belongs to somebody else, or has ended meanwhile.
            continue
        if not uses_device:
            continue
        try:
            name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            name = "A program"
        yield f"{'this Mien itself' if process.name == str(os.getpid()) else name} (process {process.name})"
