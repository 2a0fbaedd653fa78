"""Which source a person means: an index, a name, a file, a folder, an address, or ``fake``."""

from collections.abc import Callable
from pathlib import Path

from tracker.clock import Clock
from tracker.errors import SourceError
from tracker.sources import Source
from tracker.sources.cameras import CameraSource
from tracker.sources.drawn import DrawnFace
from tracker.sources.files import PictureFolder, Stream, VideoFile

STREAMS = ("rtsp://", "rtsps://", "rtmp://", "http://", "https://", "udp://")


def choose_source(wanted: str, clock: Clock, tell: Callable[[str], None]) -> Source:
    """The source for a person's word, not yet opened; ``tell`` gets a sentence for each picture that is skipped."""
    if wanted == "fake":
        return DrawnFace(clock)
    if wanted.lower().startswith(STREAMS):
        return Stream(wanted, clock)
    if wanted.isdigit() or wanted.startswith("/dev/"):
        return CameraSource(wanted, clock)
    path = Path(wanted).expanduser()
    if path.is_dir():
        return PictureFolder(path, tell)
    if path.is_file():
        return VideoFile(str(path))
    if path.suffix[1:2].isalpha() or "/" in wanted:
        raise SourceError(f"There is no file or folder {wanted}. Check the path.")
    return CameraSource(wanted, clock)
