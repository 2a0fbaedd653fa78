"""Which face is which: faces keep their id from frame to frame while they stay near where they were."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, Literal, NamedTuple

from tracker.face import Detection, FaceId
from tracker.geometry import Box
from tracker.rhythm import BEATS

Faces = Literal["own", "all"]

NEAR: Final = 1.0
"""How far a face may have moved, in its own widths: at 2 Hz somebody who leans over moves about so far."""
GROWTH: Final = 2.0
"""How much wider or narrower the same face may have become between two frames."""
MEMORY: Final = 3.0
"""Seconds after which a face that is gone is forgotten, and its id with it; longer where it is looked for more seldom."""


@dataclass(slots=True)
class Track:
    """Where a face was seen last, and when."""

    id: FaceId
    box: Box
    t: float


class Followed(NamedTuple):
    """A detection and who it is."""

    id: FaceId
    detection: Detection


class Follower:
    """Ids for detections, nearest pairs first; ``own`` keeps to one face: the largest at first, then the same."""

    def __init__(self, faces: Faces = "own") -> None:
        self._faces = faces
        self._tracks: list[Track] = []
        self._memory = MEMORY
        self._ids = count(1)

    def look_every(self, usual: float) -> None:
        """Seconds between two looks: a face that is looked for seldom is remembered from one look to the next."""
        self._memory = max(MEMORY, BEATS * usual)

    def follow(self, detections: Sequence[Detection], t: float) -> list[Followed]:
        """Who is who at time t (seconds); detections come largest first, and so do the answers."""
        self._tracks = [track for track in self._tracks if t - track.t <= self._memory]
        matched = self._match([detection.landmarks.box for detection in detections])
        chosen = [(matched.get(index), detection) for index, detection in enumerate(detections)]
        if self._faces == "own":
            # Somebody else in the picture is not followed while the own face is remembered.
            chosen = [pair for pair in chosen if pair[0]] if self._tracks else chosen[:1]
        return [self._seen(track, detection, t) for track, detection in chosen]

    def refind(self, detections: Sequence[Detection], t: float) -> list[Followed]:
        """Those among detections who are known already; nobody new is taken up."""
        self._tracks = [track for track in self._tracks if t - track.t <= self._memory]
        matched = self._match([detection.landmarks.box for detection in detections])
        return [self._seen(track, detections[index], t) for index, track in matched.items()]

    def places(self, t: float) -> list[Box]:
        """Where those were seen last who are remembered at time t."""
        return [track.box for track in self._tracks if t - track.t <= self._memory]

    def recall(self, face: FaceId, box: Box, t: float) -> None:
        """Take over where a face was seen at time t, by an earlier run; later faces have higher numbers."""
        self._tracks = [track for track in self._tracks if track.id != face and t - track.t <= self._memory]
        self._tracks.append(Track(face, box, t))
        self._ids = count(max(next(self._ids), face + 1))

    def _match(self, boxes: Sequence[Box]) -> dict[int, Track]:
        pairs = [
            (track.box.distance(box), index, track)
            for track in self._tracks
            for index, box in enumerate(boxes)
            if track.box.distance(box) <= NEAR and 1 / GROWTH <= track.box.width / box.width <= GROWTH
        ]
        matched: dict[int, Track] = {}
        taken: set[FaceId] = set()
        for _, index, track in sorted(pairs, key=lambda pair: pair[0]):
            if index not in matched and track.id not in taken:
                matched[index] = track
                taken.add(track.id)
        return matched

    def _seen(self, track: Track | None, detection: Detection, t: float) -> Followed:
        if track is None:
            track = Track(FaceId(next(self._ids)), detection.landmarks.box, t)
            self._tracks.append(track)
        track.box, track.t = detection.landmarks.box, t
        return Followed(track.id, detection)
