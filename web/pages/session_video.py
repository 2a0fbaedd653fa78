"""The video of a recording's session, beside its timeline, where the file still lies on this machine."""

import os
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

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
        found = open_video(source)
        if found is None:
            raise UnknownError("The video of this session is not there any more, or no browser plays it.")
        file, media_type = found
        length = os.fstat(file.fileno()).st_size
        answer = Response(wrap_file(request.environ, file), mimetype=media_type, direct_passthrough=True)
        answer.call_on_close(file.close)
        answer.content_length = length
        try:
            answer.make_conditional(request.environ, accept_ranges=True, complete_length=length)
        except RequestedRangeNotSatisfiable:
            answer.close()
            raise
        return answer

    return blueprint


def open_video(source: str) -> tuple[BinaryIO, str] | None:
    """A session's video, opened, with its media type; None where there is none that a browser plays. The caller closes it.

    A database may come from elsewhere and name any file as a source, so only what begins as a video does is given out: the very
    file that was looked at, whatever lies under its name later.

    Args:
        source: As the session has it.
    """
    path = Path(source_name(source))
    if not is_recorded(source) or not path.is_absolute():
        return None
    try:
        # Some devices act when they are opened.
        if not path.is_file():
            return None
        file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115 - the answer closes it
    except (OSError, ValueError):
        return None
    try:
        media_type = _media_type(file)
    except OSError:
        media_type = None
    if media_type is None:
        file.close()
        return None
    return file, media_type


def has_video(source: str) -> bool:
    """Whether a session has a video that a browser plays; source: as the session has it."""
    found = open_video(source)
    if found is not None:
        found[0].close()
    return found is not None


def _without_waiting(path: str, flags: int) -> int:
    """Opens for reading; a pipe that nobody writes to would else be waited for. Windows has no such pipes."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _media_type(file: BinaryIO) -> str | None:
    """By a file's first bytes; None where it is no file of a video."""
    if not S_ISREG(os.fstat(file.fileno()).st_mode):
        return None
    signature = file.read(SIGNATURE_BYTES)
    file.seek(0)
    if signature.startswith(MATROSKA):
        return "video/webm"
    return "video/mp4" if signature[4:8] == MP4_BOX else None
