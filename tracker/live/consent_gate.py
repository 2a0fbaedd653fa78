"""The gate before face detection: which tiles of a meeting may be seen, and frames where all else is masked."""

from collections.abc import Mapping
from threading import Lock
from typing import Final

from tracker.core.errors import UsageError
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.vision.mask import mask_frame

USER: Final = 0
"""Stands for the user in place of the number of a consent entry, which begins at 1: their own face needs no entry."""
SAME_PLACE: Final = 0.02
"""Of a tile's longer side: an edge that moved less is the same edge, found a little differently."""


class ConsentGate:
    """Says who may be seen in one session; everybody is masked until somebody says who they are. Any thread may call it.

    A layout is where the tiles are. When it changes, all tiles are masked until each is confirmed again; so nobody comes to
    stand on a place that another person's consent opened.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._layout = 0
        self._tiles: dict[int, Box] = {}
        self._standing = {USER}
        self._people: dict[int, int] = {}

    def agree(self, consent: int) -> None:
        """A consent entry stands; its person is seen once it is known in which tile they are."""
        with self._lock:
            self._standing.add(consent)

    def revoke(self, consent: int) -> None:
        """A consent entry was revoked: its person is masked from the next frame on."""
        with self._lock:
            self._standing.discard(consent)
            self._people = {tile: who for tile, who in self._people.items() if who != consent}

    def see(self, tiles: Mapping[int, Box]) -> int:
        """Take in where the tiles are now.

        Args:
            tiles: The number of each tile -> its place in pixels of the frame.

        Returns:
            The number of the layout, another one whenever it changed; ``confirm`` names the one that it is about.
        """
        with self._lock:
            return self._see(tiles)

    def confirm(self, layout: int, tile: int, who: int) -> None:
        """The user says who is in a tile; wherever that person was before is masked.

        Args:
            layout: The layout that the user looked at.
            tile: The tile's number in it.
            who: The number of their consent entry, or USER.

        Raises:
            UsageError: The layout changed meanwhile, there is no such tile, or there is no standing entry of that number.
        """
        with self._lock:
            self._require(layout, tile, who)
            self._people = {other: there for other, there in self._people.items() if there != who} | {tile: who}

    def doubt(self, tile: int) -> None:
        """Somebody else may be in this tile, though the layout is the same; it is masked until it is confirmed again."""
        with self._lock:
            self._people.pop(tile, None)

    def renumber(self) -> None:
        """Somebody may have moved in a layout whose places stay: what is confirmed of it as it was comes too late."""
        with self._lock:
            self._layout += 1

    @property
    def seen(self) -> Mapping[int, int]:
        """Tile -> who is seen there, the number of a consent entry or USER; all other tiles are masked."""
        with self._lock:
            return dict(self._people)

    def mask(self, pixels: Pixels, tiles: Mapping[int, Box]) -> Pixels:
        """A frame as a detector may get it: ``see``, then all but the tiles that may be seen is filled.

        Args:
            pixels: [height, width, 3] uint8; it is left as it is.
            tiles: As in ``see``.

        Returns:
            A frame of the same size of its own.
        """
        with self._lock:
            self._see(tiles)
            return mask_frame(pixels, tiles, self._people.keys())

    def _see(self, tiles: Mapping[int, Box]) -> int:
        if not _is_same_layout(self._tiles, tiles):
            self._layout, self._tiles, self._people = self._layout + 1, dict(tiles), {}
        return self._layout

    def _require(self, layout: int, tile: int, who: int) -> None:
        if layout != self._layout:
            raise UsageError("The tiles have moved meanwhile. Look again who is where, and confirm it then.")
        if tile not in self._tiles:
            raise UsageError(f"There is no tile {tile} on the screen. Look again who is where, and confirm it then.")
        if who not in self._standing:
            raise UsageError(f"No consent stands under the number {who}. Ask the person, and add an entry.")


def _is_same_layout(before: Mapping[int, Box], now: Mapping[int, Box]) -> bool:
    return before.keys() == now.keys() and all(_is_same_place(before[tile], now[tile]) for tile in now)


def _is_same_place(before: Box, now: Box) -> bool:
    """Compared with the place at the layout's beginning, so that a tile can't wander off in small steps."""
    most = SAME_PLACE * max(before.width, before.height)
    edges = ((box.x, box.y, box.x + box.width, box.y + box.height) for box in (before, now))
    return all(abs(one - other) <= most for one, other in zip(*edges, strict=True))
