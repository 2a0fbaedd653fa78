"""The video of a recording's session, beside its timeline, where the file still lies on this machine."""

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, send_file

from tracker.core.errors import UnknownError
from tracker.store.find_session import find_session
from tracker.store.source_label import is_recorded, source_name
from web.storage import Storage

SIGNATURE_BYTES: Final = 12
MATROSKA: Final = b"\x1aE\xdf\xa3"
"""The first bytes of WebM and Matroska files."""
MP4_BOX: Final = b"ftyp"
"""Bytes 4 to 8 of MP4 and QuickTime files."""


def session_video_blueprint(storage: Storage) -> Blueprint:
    """The file itself, in the parts that a browser asks for."""
    blueprint = Blueprint("session_video", __name__)

    @blueprint.get("/history/<id:uuid>/video")
    def video(uuid: str) -> Response:
        with storage.reading() as store:
            source = find_session(store, uuid).source
        found = playable_video(source)
        if found is None:
            raise UnknownError("The video of this session is not there any more, or no browser plays it.")
        path, media_type = found
        return send_file(path, mimetype=media_type, conditional=True, etag=False)

    return blueprint


def playable_video(source: str) -> tuple[Path, str] | None:
    """The file and the media type of a session's video; None where there is none that a browser plays.

    A database may come from elsewhere and name any file as a source, so only what begins as a video does is given out.

    Args:
        source: As the session has it.
    """
    path = Path(source_name(source))
    if not is_recorded(source) or not path.is_absolute():
        return None
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            signature = file.read(SIGNATURE_BYTES)
    except (OSError, ValueError):
        return None
    if signature.startswith(MATROSKA):
        return path, "video/webm"
    return (path, "video/mp4") if signature[4:8] == MP4_BOX else None
