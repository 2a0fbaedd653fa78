"""Small files that would take all memory: each is refused or read in a reduced size, in a process of its own."""

import io
import json
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

LIMIT: Final = 1_500_000
"""Kilobytes at most, the models and everything else of the process included."""
HUNDRED: Final = 10_000
"""Pixels a side of 100 megapixels."""

LOOK: Final = """
import json, resource, sys
from pathlib import Path
from tracker.vision import single_image
from tracker.compose import open_analyzer
from tracker.config.settings import Settings

# Small faces are looked for in small parts: that takes time and no memory.
single_image.tiles_of = lambda *_: []
with open_analyzer(Settings(), "picture") as analyzer:
    for path in map(Path, sys.argv[1:]):
        report = single_image.report_picture(analyzer, path.name, path)
        told = getattr(report, "error", None) or [report.width, report.height]
        print(json.dumps({"name": path.name, "told": told}))
status = Path("/proc/self/status")
if status.exists():
    # Not ru_maxrss, which on Linux begins with the size of whoever started this process.
    print(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")))
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def png(width: int, height: int, kind: int, row: int, *, depth: int = 8, rows: int | None = None) -> bytes:
    """A blank PNG: ``row`` bytes a line, of which fewer may follow than it claims."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    packer, line = zlib.compressobj(1), bytes(row + 1)
    data = b"".join([*(packer.compress(line) for _ in range(height if rows is None else rows)), packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def packed(kind: str, mode: str, side: int, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (side, side)).save(buffer, kind, **options)
    return buffer.getvalue()


def claiming(picture: bytes, mark: bytes, form: str, side: int) -> bytes:
    """The same file with another size, which stands after these bytes."""
    place = picture.index(mark) + len(mark)
    return picture[:place] + struct.pack(form, side, side) + picture[place + struct.calcsize(form) :]


def sentences() -> Iterator[tuple[str, bytes]]:
    """Files that are refused by their claimed size, or as damaged."""
    yield "palette.png", png(64, 64, 3, 64)
    yield "thread.png", png(99_999_999, 1, 2, 3 * 99_999_999, rows=0)
    yield "claims.png", png(20_000, 20_000, 2, 60_000, rows=0)
    yield "short.png", png(HUNDRED, HUNDRED, 6, 4 * HUNDRED, rows=4)[:-30]
    yield "claims.avif", claiming(packed("AVIF", "RGB", 64), b"ispe\0\0\0\0", ">II", HUNDRED)
    yield "claims.webp", packed("WEBP", "RGB", HUNDRED, lossless=True, quality=0, method=0)
    yield "claims.bmp", claiming(packed("BMP", "RGB", 64), b"\x28\0\0\0", "<ii", HUNDRED)
    yield "claims.ppm", b"P6 10000 10000 255\n" + bytes(100)


def readable() -> Iterator[tuple[str, bytes]]:
    """Files that are whole and large."""
    yield "whole.gif", packed("GIF", "P", HUNDRED, transparency=0)
    yield "whole.jpg", packed("JPEG", "L", HUNDRED, quality=30)
    yield "colours.png", png(HUNDRED, HUNDRED, 6, 4 * HUNDRED)
    yield "deep.png", png(HUNDRED, HUNDRED, 0, 2 * HUNDRED, depth=16)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell a process's peak this way.")
def test_no_picture_takes_all_the_memory(tmp_path: Path) -> None:
    """Twelve files one after the other: each is refused or has its true size, and never 1.5 GB are in use."""
    refused, whole = dict(sentences()), dict(readable())
    for name, data in (refused | whole).items():
        (tmp_path / name).write_bytes(data)
    run = [sys.executable, "-c", LOOK, *(str(tmp_path / name) for name in refused | whole)]
    done = subprocess.run(run, capture_output=True, text=True, check=True)

    *lines, peak = map(json.loads, done.stdout.splitlines())
    told = {line["name"]: line["told"] for line in lines}
    assert {name: told[name] for name in refused if not isinstance(told[name], str)} == {}
    assert [told[name] for name in whole] == [[HUNDRED, HUNDRED]] * len(whole)
    assert peak < LIMIT
