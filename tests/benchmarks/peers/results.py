"""What was measured of one peer, kept as one JSON file a peer, so that a run goes on where it stopped."""

from pathlib import Path
from typing import Final

import msgspec

from tests.benchmarks.peers.peer_table import Peer

Z_95: Final = 1.96
"""Standard deviations to both ends of a 95 % interval."""


class Share(msgspec.Struct, frozen=True):
    """right of n pictures."""

    right: int
    n: int

    @property
    def value(self) -> float:
        """0 to 1."""
        return self.right / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval, 0 to 1."""
        square = Z_95**2 / self.n
        middle = (self.value + square / 2) / (1 + square)
        half = Z_95 * (self.value * (1 - self.value) / self.n + square / 4 / self.n) ** 0.5 / (1 + square)
        return middle - half, middle + half


class Flicker(msgspec.Struct, frozen=True):
    """A clip's word changes: of its largest face, between frames one after another that both have a face.

    seconds: for how long there was such a pair. still: whether nothing changes in it but noise and sway.
    """

    clip: str
    changes: int
    seconds: float
    found: int
    frames: int
    still: bool

    @property
    def per_minute(self) -> float | None:
        """Changes a minute; None where no face was found."""
        return None if self.seconds == 0 else self.changes * 60 / self.seconds


class Gallery(msgspec.Struct, frozen=True):
    """How many faces were found in a picture, of so many that are in it (None where nobody counted)."""

    picture: str
    found: int
    faces: int | None


class PeerResult(msgspec.Struct, frozen=True):
    """One peer's figures; those that could not be measured are None, and ``reason`` says why, if it was not for want of data.

    Attributes:
        peer: Its name in PEERS.
        version: As pinned.
        measured: Date and machine.
        given: As ``material.given``; empty in results of an older kind, which are taken as they are.
        frame_ms: Median of a 720p frame of a clip with one face, from pixels to the word.
        picture_ms: The same for that frame as a picture of its own, with nothing taken over from others.
        face_ms: Median of reading a crop, without searching for a face.
        start_s: From starting the program to its first answer, median of several.
        memory_mb: Peak resident memory of the process and its children until the end of the clip.
        installed_mb: Of all that was installed for it, without Python or Node themselves.
        labels: Right by FER-2013's own labels on its private split.
        votes: Right by the majority of ten people's votes (FER+), where there is one among the seven.
        head: Only Mien: right by FER-2013's labels with the model's head for them.
        galleries: Of the pictures that were given.
        flicker: Of each clip.
    """

    peer: str
    version: str
    measured: str = ""
    reason: str | None = None
    given: str = ""
    frame_ms: float | None = None
    picture_ms: float | None = None
    face_ms: float | None = None
    start_s: float | None = None
    memory_mb: float | None = None
    installed_mb: float | None = None
    labels: Share | None = None
    votes: Share | None = None
    head: Share | None = None
    galleries: tuple[Gallery, ...] = ()
    flicker: tuple[Flicker, ...] = ()

    @property
    def still_flicker(self) -> float | None:
        """Changes a minute over all still clips in which a face was found."""
        still = [clip for clip in self.flicker if clip.still]
        seconds = sum(clip.seconds for clip in still)
        return None if seconds == 0 else sum(clip.changes for clip in still) * 60 / seconds


def read_result(folder: Path, peer: Peer) -> PeerResult | None:
    """What was measured before of this version; None where nothing was, or a file is of an earlier kind."""
    try:
        result = msgspec.json.decode(_path(folder, peer).read_bytes(), type=PeerResult)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None
    return result if result.version == peer.version else None


def write_result(folder: Path, peer: Peer, result: PeerResult) -> None:
    """Keep what was measured."""
    path = _path(folder, peer)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result)) + b"\n")


def _path(folder: Path, peer: Peer) -> Path:
    return folder / "results" / f"{peer.name}.json"
