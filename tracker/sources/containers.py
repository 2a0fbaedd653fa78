"""What the container of a video file says that OpenCV does not: whether it holds sound alone, and which frames it shows.

MP4 boxes are read as ISO/IEC 14496-12 defines them.
"""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

HEADER_BYTES: Final = 65_536
"""Within these bytes, containers other than MP4 name their streams."""
MAX_INDEX_BYTES: Final = 64_000_000
"""Of an MP4's index that are read; ten hours of video have some 20 MB."""
AUDIO_SIGNATURES: Final = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9", b"fLaC", b".snd", b"#!AMR")
"""The first bytes of files that can hold nothing but sound."""

Mp4Box = tuple[bytes, bytes]
"""The kind of a box, four letters, and its content."""


def is_audio_only(path: Path) -> bool:
    """Whether a file holds sound and no picture; False where the container does not tell."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER_BYTES)
            tracks = [_box_at(track, b"mdia", b"hdlr")[8:12] for track in _tracks(_movie_box(file))]
    except (OSError, struct.error, ValueError):
        return False
    if tracks:
        return b"soun" in tracks and b"vide" not in tracks
    if header.startswith(b"\x1aE\xdf\xa3"):
        return re.search(rb"A_[A-Z]", header) is not None and re.search(rb"V_[A-Z]", header) is None
    if header.startswith(b"OggS"):
        return re.search(rb"\x01vorbis|OpusHead|\x7fFLAC|Speex", header) is not None and b"\x80theora" not in header
    return header.startswith(AUDIO_SIGNATURES) or header[8:12] in (b"WAVE", b"AIFF", b"AIFC")


def edit_list_share(path: Path) -> float:
    """The share of its frames that an MP4 presents: one that was cut without re-encoding keeps others for the decoder alone.

    Returns:
        Above 0 to 1; 1 for other containers, and where no edit list says otherwise.
    """
    try:
        with path.open("rb") as file:
            movie = _movie_box(file)
        for track in _tracks(movie):
            if _box_at(track, b"mdia", b"hdlr")[8:12] != b"vide":
                continue
            edits = _box_at(track, b"edts", b"elst")
            if not edits:
                return 1.0
            movie_ticks_a_second, _ = _time_scale(_box_at(movie, b"mvhd"))
            ticks_a_second, ticks = _time_scale(_box_at(track, b"mdia", b"mdhd"))
            entry = ">Qqi" if edits[0] else ">Iii"
            presented = sum(length for length, begin, _ in struct.iter_unpack(entry, edits[8:]) if begin >= 0)
            return min(1.0, presented / movie_ticks_a_second / (ticks / ticks_a_second)) or 1.0
    except (OSError, struct.error, ValueError, ZeroDivisionError):
        pass
    return 1.0


def _time_scale(header: bytes) -> tuple[int, int]:
    """Of a movie's or a track's header: ticks a second, and the duration in ticks."""
    has_64_bits = header[:1] > b"\0"
    ticks_a_second, duration = struct.unpack_from(">IQ" if has_64_bits else ">II", header, 20 if has_64_bits else 12)
    return ticks_a_second, duration


def _movie_box(file: BinaryIO) -> bytes:
    """The content of the box that describes all tracks; empty where the file is no MP4."""
    place = 0
    while True:
        file.seek(place)
        head = file.read(16)
        if len(head) < 8 or (place == 0 and head[4:8] not in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")):
            return b""
        size, kind = struct.unpack_from(">I4s", head)
        header_size = 8
        if size == 1:
            (size,), header_size = struct.unpack_from(">Q", head, 8), 16
        if kind == b"moov":
            file.seek(place + header_size)
            return file.read(min(size - header_size, MAX_INDEX_BYTES))
        if size < header_size:
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


def _tracks(movie: bytes) -> list[bytes]:
    return [content for kind, content in _boxes(movie) if kind == b"trak"]


def _box_at(content: bytes, *path: bytes) -> bytes:
    """The content of the first box at the end of a path of kinds; empty where there is none."""
    for wanted in path:
        content = next((inside for kind, inside in _boxes(content) if kind == wanted), b"")
    return content
