"""The results as a table for a terminal, for Markdown, and as JSON, with how many times Mien's figure each one is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from tests.benchmarks.peers.results import Gallery, PeerResult, Share

MIEN: Final = "mien"
ABSENT: Final = "-"


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of the table.

    value: the number that is compared with Mien's. words: how it is written without that.
    """

    title: str
    value: Callable[[PeerResult], float | None]
    words: Callable[[PeerResult], str]


def share_words(share: Share | None) -> str:
    """A share in percent with its interval, and of how many if they are fewer than all."""
    if share is None:
        return ABSENT
    low, high = share.interval
    return f"{share.value * 100:.1f} % ({low * 100:.1f}-{high * 100:.1f}, n {share.n:,})"


def _amount(unit: str, digits: int, of: Callable[[PeerResult], float | None]) -> Callable[[PeerResult], str]:
    def words(result: PeerResult) -> str:
        value = of(result)
        return ABSENT if value is None else f"{value:,.{digits}f} {unit}".rstrip()

    return words


def _gallery(name: str) -> Callable[[PeerResult], str]:
    def words(result: PeerResult) -> str:
        found: Gallery | None = next((each for each in result.galleries if name in each.picture), None)
        return ABSENT if found is None else f"{found.found} of {found.faces}"

    return words


def labelled(result: PeerResult) -> Share | None:
    """What answers FER-2013's labels: of Mien its head for them, as it shows what FER+'s voters saw."""
    return result.head or result.labels


def _nothing(_: PeerResult) -> None:
    return None


COLUMNS: Final = (
    Column("a frame", lambda r: r.frame_ms, _amount("ms", 1, lambda r: r.frame_ms)),
    Column("a picture", lambda r: r.picture_ms, _amount("ms", 1, lambda r: r.picture_ms)),
    Column("a face", lambda r: r.face_ms, _amount("ms", 1, lambda r: r.face_ms)),
    Column("start", lambda r: r.start_s, _amount("s", 1, lambda r: r.start_s)),
    Column("memory", lambda r: r.memory_mb, _amount("MB", 0, lambda r: r.memory_mb)),
    Column("installed", lambda r: r.installed_mb, _amount("MB", 0, lambda r: r.installed_mb)),
    Column("FER-2013's labels", _nothing, lambda r: share_words(labelled(r))),
    Column("votes of ten", _nothing, lambda r: share_words(r.votes)),
    Column("Solvay 1927", _nothing, _gallery("solvay")),
    Column("Zoom gallery", _nothing, _gallery("zoom_gallery")),
    Column("flicker a minute", _nothing, _amount("", 1, lambda r: r.still_flicker)),
)


def rows(results: Sequence[PeerResult]) -> list[list[str]]:
    """The cells of each peer that was measured, its name first; amounts have in brackets how many times Mien's they are."""
    mien = next((result for result in results if result.peer == MIEN), None)
    return [[f"{result.peer} {result.version}", *_cells(result, mien)] for result in results if result.reason is None]


def _cells(result: PeerResult, mien: PeerResult | None) -> Iterator[str]:
    for column in COLUMNS:
        value, own = column.value(result), None if mien is None else column.value(mien)
        factor = f" (x{value / own:.2g})" if value and own and result is not mien else ""
        yield column.words(result) + factor


def format_table(results: Sequence[PeerResult]) -> Iterator[str]:
    """Yield the lines for a terminal: a block for each figure, as eleven columns are wider than a terminal."""
    measured = [result for result in results if result.reason is None]
    for number, column in enumerate(COLUMNS, 1):
        yield column.title
        for row in rows(results):
            yield f"  {row[0]:<36} {row[number]}"
    for result in results:
        if result.reason is not None:
            yield f"{result.peer} {result.version}: {result.reason}"
    yield from (f"{result.peer}: measured {result.measured}" for result in measured)


def format_markdown(results: Sequence[PeerResult]) -> Iterator[str]:
    """Yield the lines of a Markdown table, and of a list of those that were not measured."""
    table = rows(results)
    yield "| | " + " | ".join(row[0] for row in table) + " |"
    yield "|---" * (len(table) + 1) + "|"
    for number, column in enumerate(COLUMNS, 1):
        yield f"| {column.title} | " + " | ".join(row[number] for row in table) + " |"
    yield ""
    for result in results:
        if result.reason is not None:
            yield f"- {result.peer} {result.version}: {result.reason}"


def as_json(results: Sequence[PeerResult]) -> str:
    """One JSON array with everything that was measured."""
    return msgspec.json.encode(results).decode()
