"""Which face is which from frame to frame, by place, size and appearance."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Final, Literal, NamedTuple

from tracker.core.face import Detection, FaceId
from tracker.core.geometry import Box
from tracker.core.sampling import FACE_MEMORY_SECONDS, GAP_FACTOR
from tracker.live.appearance import SAME_MOMENT_BONUS, SAME_PERSON_SIMILARITY, SAME_PLACE_BONUS, AppearanceVector
from tracker.live.own_face import OwnFace
from tracker.live.track import Person, Track
from tracker.vision.meeting_layout import Tile

Faces = Literal["own", "all"]

PERSON_MEMORY_SECONDS: Final = 900.0
"""Seconds for which everybody's look is remembered with ``all``; the own face's for as long as the session lasts."""
SAME_MOMENT_SECONDS: Final = 1.0
"""Seconds within which a face at the same place counts as the same one more easily; two observations a second are usual."""
INTERVALS_AVERAGED: Final = 5
"""Intervals between observations whose median says how often observations come."""
NO_APPEARANCES: Final[Mapping[int, AppearanceVector | None]] = {}


class TrackedFace(NamedTuple):
    """A detection and who it is; place: which it is among the detections that were given."""

    id: FaceId
    detection: Detection
    place: int


class FaceTracker:
    """Ids for detections: everybody's with ``all``; with ``own`` one face's, nobody's while it is away (``own_face.py``).

    An observation is ``candidates``, then ``follow`` with their looks; without looks place and size decide.
    """

    def __init__(self, faces: Faces = "own") -> None:
        self._last = 0
        self._own = OwnFace(self._next_id) if faces == "own" else None
        self._tracks: list[Track] = []
        self._usual = 0.0
        self._intervals: deque[float] = deque(maxlen=INTERVALS_AVERAGED)
        self._t: float | None = None
        self._tiles: tuple[Tile, ...] = ()

    def arrange(self, tiles: tuple[Tile, ...]) -> None:
        """The layout of the meeting that is watched changed: faces are expected where their tiles are now."""
        self._tiles = tiles
        for track in self._tracks:
            track.arrange(tiles)

    def set_interval(self, usual: float) -> None:
        """Seconds between two observations as they were asked for; that a source gives fewer is noticed."""
        self._usual = usual

    def candidates(self, detections: Sequence[Detection], t: float) -> list[int]:
        """Which detections have to be looked at: the own face, and others only where one of them may be it."""
        if self._own is None:
            return list(range(len(detections)))
        if self._own.person is None:
            return list(range(len(detections)))[:1]
        self._measure(t)
        matched = self._match(detections, t, NO_APPEARANCES)
        seen = any(self._own.is_in(track) for track in matched.values())
        new = [] if seen else [index for index in range(len(detections)) if index not in matched]
        own = self._own
        return new + [index for index, it in matched.items() if own.is_in(it) or own.asks_for(it, t, seen=seen)]

    def follow(
        self, detections: Sequence[Detection], t: float, looks: Mapping[int, AppearanceVector | None] = NO_APPEARANCES
    ) -> list[TrackedFace]:
        """Who is who at time t (seconds); looks: by index, of those that were looked at.

        Detections come largest first, and so do the answers.
        """
        self._measure(t)
        matched = self._match(detections, t, looks)
        for track in self._tracks:
            track.present = False
        here = []
        for index, detection in enumerate(detections):
            if index not in matched:
                box = detection.landmarks.box
                matched[index] = Track(Person(self._next_id() if self._own is None else None, box), box, t, t)
                self._tracks.append(matched[index])
            here.append(matched[index])
        for index, track in enumerate(here):
            centre = detections[index].landmarks.box.centre
            track.tile = next((tile for tile in self._tiles if tile.box.around(*centre)), None)
            track.see(detections[index], t)
            if index in looks:
                track.asked = t
                track.person.appearance.learn(looks[index])
        if self._own is not None:
            self._own.choose(here, t)
        found = [track.person for track in here]
        kept = []
        for track in self._tracks:
            remembered = PERSON_MEMORY_SECONDS if self._own is None and track.person.appearance.looks else self._memory
            if track.present or (track.person not in found and t - track.t <= remembered):
                kept.append(track)
        self._tracks = kept
        return self._named(enumerate(here), detections)

    def refind(self, detections: Sequence[Detection], t: float) -> list[TrackedFace]:
        """Those among detections who are followed, by place alone: nobody is taken up, given up or found again."""
        matched = self._match(detections, t, NO_APPEARANCES, present=True)
        for index, track in matched.items():
            track.see(detections[index], t)
        return self._named(matched.items(), detections)

    @property
    def away(self) -> bool:
        """Whether the own face is not in view, though there is one: then it is looked for also while somebody else is seen."""
        own = self._own
        return own is not None and own.person is not None and not any(own.is_in(track) for track in self._here())

    @property
    def in_view(self) -> tuple[Box, ...]:
        """Everybody whom the newest observation showed: the own face first, then the largest."""
        own = self._own
        here = sorted(self._here(), key=lambda track: (own is not None and not own.is_in(track), -track.box.area))
        return tuple(track.box for track in here)

    @property
    def may_follow_wrong_face(self) -> bool:
        """Whether somebody stays in view who may be the person at this machine, and is not followed."""
        return self._own is not None and self._own.may_follow_wrong_face(self._here(), self._t or 0.0)

    def places(self, t: float, *, everybody: bool = False) -> list[Box]:
        """Where those are expected at time t who are followed, or everybody who was seen of late."""
        expected = [track for track in self._tracks if track.placed and t - track.t <= self._memory]
        return [track.box for track in expected if everybody or track.person.id is not None]

    def claim(self, box: Box) -> None:
        """With ``own``: a person says that the face at this place is theirs. It counts from the next observation on."""
        if self._own is not None:
            self._own.claim(box)

    def recall(self, face: FaceId, box: Box, t: float) -> None:
        """Take over where a face was seen at time t, by an earlier run; later faces have higher numbers."""
        track = next((track for track in self._tracks if track.person.id == face), None)
        if track is None:
            track = Track(Person(face, box), box, t, t)
            self._tracks.append(track)
        track.move(box, t)
        for each in self._tracks:
            each.present = each.t == t
        if self._own is not None:
            self._own.recall(track)
        self._last = max(self._last, face)

    def learn(self, face: FaceId, look: AppearanceVector | None) -> None:
        """What a face looked like that was recalled."""
        for track in self._tracks:
            if track.person.id == face:
                track.person.appearance.learn(look)

    @property
    def _memory(self) -> float:
        """Seconds; a face that is looked for seldom is expected back from one observation to the next."""
        return max(FACE_MEMORY_SECONDS, GAP_FACTOR * self._usual, GAP_FACTOR * median(self._intervals or [0.0]))

    def _measure(self, t: float) -> None:
        """How often observations come, by those that came."""
        if self._t is not None and t > self._t:
            self._intervals.append(t - self._t)
        self._t = t

    def _here(self) -> list[Track]:
        return [track for track in self._tracks if track.present]

    def _match(
        self, detections: Sequence[Detection], t: float, looks: Mapping[int, AppearanceVector | None], *, present: bool = False
    ) -> dict[int, Track]:
        """Who is where, the surest pairs first. present: only those of the newest observation."""
        boxes = [each.landmarks.box for each in detections]
        pairs = [
            (score, index, number)
            for number, track in enumerate(self._tracks)
            if track.present or not present
            for index, box in enumerate(boxes)
            if (score := self._match_score(track, box, t, looks.get(index))) is not None
        ]
        matched: dict[int, Track] = {}
        taken: set[int] = set()
        for _, index, number in sorted(pairs, key=lambda pair: (-pair[0], *pair[1:])):
            if index not in matched and number not in taken:
                matched[index] = self._tracks[number]
                taken.add(number)
        return matched

    def _match_score(self, track: Track, box: Box, t: float, look: AppearanceVector | None) -> float | None:
        """How surely the face at a box is a track's, as a cosine; None if it is not."""
        similarity = track.person.appearance.similarity(look)
        expected = track.near(box) if track.present or similarity is not None else track.person.usually_at(box)
        if expected and track.placed and t - track.t <= self._memory:
            moment = track.present and track.person.id is not None and t - track.t <= SAME_MOMENT_SECONDS
            place = SAME_MOMENT_BONUS if moment else SAME_PLACE_BONUS
            likely = SAME_PERSON_SIMILARITY if similarity is None else similarity
            return likely + place * (1 - track.box.distance(box)) if likely + place >= SAME_PERSON_SIMILARITY else None
        # With ``own`` nobody is found again at a first glance: that is decided after some looks.
        return similarity if self._own is None and similarity is not None and similarity >= SAME_PERSON_SIMILARITY else None

    def _next_id(self) -> FaceId:
        self._last += 1
        return FaceId(self._last)

    def _named(self, found: Iterable[tuple[int, Track]], detections: Sequence[Detection]) -> list[TrackedFace]:
        """Those who are followed, by index."""
        own = self._own
        who = {
            index: track.person.id
            for index, track in sorted(found, key=lambda pair: pair[0])
            if own is None or own.is_in(track)
        }
        return [TrackedFace(face, detections[index], index) for index, face in who.items() if face is not None]
