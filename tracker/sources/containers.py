"""What a video file says of itself and OpenCV does not tell: for true sentences where fewer pictures come than it promised."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

HEADER_BYTES: Final = 65_536
"""Bytes in which other containers than MP4 name their streams."""
MAX_INDEX_BYTES: Final = 64_000_000
"""Bytes of an MP4's index; ten hours have some 20 MB."""
AUDIO_SIGNATURES: Final = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9", b"fLaC", b".snd", b"#!AMR")
"""How files begin that can hold nothing but sound."""

Mp4Box = tuple[bytes, bytes]
"""Of an MP4: its kind, and what is in it."""


def is_audio_only(path: Path) -> bool:
    """Whether a file has sound and no picture; False where that is not known."""
    try:
        with path.open("rb") as file:
            head = file.read(HEADER_BYTES)
            tracks = [_within(track, b"mdia", b"hdlr")[8:12] for track in _tracks(_index(file))]
    except (OSError, struct.error, ValueError):
        return False
    if tracks:
        return b"soun" in tracks and b"vide" not in tracks
    if head.startswith(b"\x1aE\xdf\xa3"):
        return re.search(rb"A_[A-Z]", head) is not None and re.search(rb"V_[A-Z]", head) is None
    if head.startswith(b"OggS"):
        return re.search(rb"\x01vorbis|OpusHead|\x7fFLAC|Speex", head) is not None and b"\x80theora" not in head
    return head.startswith(AUDIO_SIGNATURES) or head[8:12] in (b"WAVE", b"AIFF", b"AIFC")


def edit_list_share(path: Path) -> float:
    """Of the frames that an MP4 has, the share that it shows: one cut without re-encoding keeps others, for the decoder alone.

    1 where no edit list says so, and for other containers.
    """
    try:
        with path.open("rb") as file:
            index = _index(file)
        for track in _tracks(index):
            if _within(track, b"mdia", b"hdlr")[8:12] == b"vide":
                return _share(_within(index, b"mvhd"), _within(track, b"mdia", b"mdhd"), _within(track, b"edts", b"elst"))
    except (OSError, struct.error, ValueError, ZeroDivisionError):
        pass
    return 1.0


def _share(movie: bytes, media: bytes, edits: bytes) -> float:
    """By the headers of the movie and of its video track, and the edit list."""
    if not edits:
        return 1.0
    clock, _ = _clock(movie)
    own, whole = _clock(media)
    form = ">Qqi" if edits[0] else ">Iii"
    shown = sum(length for length, begins, _ in struct.iter_unpack(form, edits[8:]) if begins >= 0)
    return min(1.0, shown / clock / (whole / own)) or 1.0


def _clock(header: bytes) -> tuple[int, int]:
    """Ticks a second, and how many of them long."""
    wide = header[:1] > b"\0"
    ticks, length = struct.unpack_from(">IQ" if wide else ">II", header, 20 if wide else 12)
    return ticks, length


def _index(file: BinaryIO) -> bytes:
    """The inside of the box that tells of all tracks; empty where the file is no MP4."""
    place = 0
    while True:
        file.seek(place)
        head = file.read(16)
        if len(head) < 8 or (place == 0 and head[4:8] not in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")):
            return b""
        size, kind = struct.unpack_from(">I4s", head)
        begins = 8
        if size == 1:
            (size,), begins = struct.unpack_from(">Q", head, 8), 16
        if kind == b"moov":
            file.seek(place + begins)
            return file.read(min(size - begins, MAX_INDEX_BYTES))
        if size < begins:
            return b""
        place += size


def _boxes(content: bytes) -> Iterator[Mp4Box]:
    place = 0
    while place + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, place)
        if size < 8:
            return
        yield kind, content[place + 8 : place + size]
        place += size


def _tracks(index: bytes) -> list[bytes]:
    return [content for kind, content in _boxes(index) if kind == b"trak"]


def _within(content: bytes, *path: bytes) -> bytes:
    """The box at the end of a path of kinds, the first of each; empty where there is none."""
    for wanted in path:
        content = next((inside for kind, inside in _boxes(content) if kind == wanted), b"")
    return content
