"""Whatever is typed or lies in a file: our own parsers understand it, or refuse it in their own way, and at once."""

import struct
from collections.abc import Callable
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import Final

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.config.option_types import SESSION_TIME, Amount
from tracker.core.address import redacted, without_secrets
from tracker.core.clock import start_clock
from tracker.core.errors import MienError
from tracker.core.parsing import parse_json
from tracker.live.alerts import Alert
from tracker.sources.containers import edit_list_share, is_audio_only
from tracker.sources.factory import choose_source

TYPED: Final = st.text(st.characters(), max_size=60) | st.text("0123456789.:-+eE_ naifNAIF", max_size=20)
KINDS: Final = (b"moov", b"trak", b"mdia", b"mdhd", b"hdlr", b"mvhd", b"edts", b"elst", b"ftyp", b"mdat", b"free")


@given(TYPED)
@example("1e308:1e308")
@example("9" * 5000)
@example("\u0663:\u0660\u0660")
def test_a_time_and_an_amount_are_finite_or_refused(text: str) -> None:
    """Seconds and colons, and what only looks so; an amount also lies in its range."""
    with suppress(click.BadParameter):
        assert isfinite(SESSION_TIME.convert(text, None, None))
    with suppress(click.BadParameter):
        assert 0 <= Amount(0, 60).convert(text, None, None) <= 60


@given(
    TYPED | st.builds("{}{}".format, st.sampled_from(["/", "./", "~", "http://", "screen:", "fake:", "/dev/", "C:\\"]), TYPED)
)
@example("a" * 5000)
@example("\0")
@example("~nobody/\0")
@example("9" * 5000)
def test_any_word_for_a_source_is_one_or_is_a_sentence(word: str) -> None:
    """A camera, a path, an address or none of them; nothing is opened."""
    with suppress(MienError):
        choose_source(word, start_clock(), lambda _: None)


@given(TYPED)
def test_a_cue_in_one_line_is_one_or_is_a_sentence(text: str) -> None:
    """As the command line has it."""
    with suppress(MienError):
        assert Alert.parse(text).sentence


@given(st.binary(max_size=200) | st.text('[]{},:"\\u0123456789eE+-. ntrufalse', max_size=80).map(str.encode))
def test_any_bytes_are_json_or_a_value_error(data: bytes) -> None:
    """And nothing else."""
    with suppress(ValueError):
        parse_json(data)


def boxes(inside: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """One after the other; every so often of a size that is a lie."""
    sizes = st.none() | st.sampled_from([0, 1, 7, 8, 9, 2**31, 2**32 - 1])
    return st.lists(st.builds(box, st.sampled_from(KINDS), inside, sizes), max_size=4).map(b"".join)


def box(kind: bytes, content: bytes, size: int | None = None) -> bytes:
    return struct.pack(">I4s", len(content) + 8 if size is None else size, kind) + content


def film(edits: bytes, media: bytes = b"\0" * 12 + struct.pack(">II", 1000, 5000)) -> bytes:
    """An MP4 with one picture track."""
    track = box(b"mdia", box(b"hdlr", b"\0" * 8 + b"vide") + box(b"mdhd", media)) + box(b"edts", box(b"elst", edits))
    return box(b"ftyp", b"isom") + box(b"moov", box(b"mvhd", b"\0" * 12 + struct.pack(">II", 1000, 5000)) + box(b"trak", track))


EDITS: Final = st.builds(
    lambda version, count, rest: bytes([version, 0, 0, 0]) + struct.pack(">I", count) + rest,
    st.integers(0, 255), st.integers(0, 2**32 - 1), st.binary(max_size=80),
)  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("films") / "film.mp4"


@given(st.data())
def test_any_film_has_a_share_that_is_shown(path: Path, data: st.DataObject) -> None:
    """Boxes in boxes, lying sizes, edit lists of any kind: a share above 0 and up to 1, and sound or not."""
    films = st.builds(film, EDITS, st.binary(max_size=40)) | EDITS.map(film)
    path.write_bytes(
        data.draw(
            films | st.recursive(st.binary(max_size=24), boxes, max_leaves=8).map(lambda rest: box(b"ftyp", b"isom") + rest)
        )
    )
    assert 0 < edit_list_share(path) <= 1
    assert is_audio_only(path) in (True, False)


MANY: Final = 200_000
LONG: Final[dict[str, Callable[[Path], object]]] = {
    "boxes": lambda path: edit_list_share(written(path, box(b"ftyp", b"isom") + box(b"free", b"") * MANY)),
    "tracks": lambda path: edit_list_share(written(path, box(b"ftyp", b"isom") + box(b"moov", box(b"trak", b"") * MANY))),
    "edits": lambda path: edit_list_share(written(path, film(b"\0" * 8 + struct.pack(">Iii", 1, 0, 1) * MANY))),
    "word": lambda _: without_secrets(f"a://b {'a' * MANY}"),
    "strokes": lambda _: without_secrets("a://" * (MANY // 4) + "@"),
    "marks": lambda _: redacted(f"http://{'-' * MANY}@:"),
    "names": lambda _: redacted(f"http://host/pass={'_a' * (MANY // 2)}"),
    "passes": lambda _: redacted(f"http://host/{'pass' * (MANY // 4)}"),
}


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.timeout(20)
@pytest.mark.parametrize("what", LONG)
def test_nothing_long_takes_long(what: str, path: Path) -> None:
    """What is read once more from each of its letters or boxes would take hours here."""
    LONG[what](path)
