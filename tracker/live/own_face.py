"""Which of the faces in view is the own one: the one the session began with, and nobody else while it is away."""

from collections.abc import Callable, Sequence
from typing import Final

from tracker.core.face import FaceId
from tracker.core.geometry import Box
from tracker.core.sampling import FACE_MEMORY_SECONDS
from tracker.live.appearance import SAME_PERSON_SIMILARITY, SAME_PLACE_BONUS
from tracker.live.track import MAX_SAME_SIZE_RATIO, Person, Track

FEW_LOOKS_MARGIN: Final = 0.1
"""Divided by the number of looks, it is added to SAME_PERSON_SIMILARITY for somebody unknown: fewer looks have to agree
more before that face is taken for the own one."""
LARGER_FACE_SECONDS: Final = 3.0
"""Seconds after which a clearly larger face becomes the own one: it is the person, and a poster or a passer-by came first."""
LARGER_FACE_SECONDS_BESIDE_PERSON: Final = 30.0
"""Seconds for the same where the own face is known to be somebody: whoever leans in is mostly gone by then."""
KNOWN_PERSON_SECONDS: Final = 20.0
"""Seconds of movement after which the own face is known to be somebody, and not a picture."""
FIRST_LOOKS: Final = 3
"""Looks at somebody unknown that are taken one after another; later ones are a second apart."""


class OwnFace:
    """Follows one person among the tracks of a session, by what is known of them; the first is the largest face there is."""

    def __init__(self, next_id: Callable[[], FaceId]) -> None:
        self._next_id = next_id
        self.person: Person | None = None
        self._before: Person | None = None
        self._seen = 0.0
        self._rivals: dict[Track, float] = {}
        self._claimed: Box | None = None
        self._was_claimed = False

    def is_in(self, track: Track) -> bool:
        """Whether a track is the own face's."""
        return track.person is self.person

    def claim(self, box: Box) -> None:
        """The face at this place is the own one: a person says so, and size no longer counts. From the next observation on."""
        self._claimed = box

    def recall(self, track: Track) -> None:
        """An earlier run followed this one last."""
        self.person, self._seen = track.person, track.t

    def asks_for(self, track: Track, t: float, *, seen: bool) -> bool:
        """Whether somebody has to be looked at who may be, or become, the own face. seen: whether that one is in view."""
        due = track.person.appearance.looks < FIRST_LOOKS or t - track.asked >= 1
        return due and not self.is_in(track) and (not seen or self._stays_larger(track, t, LARGER_FACE_SECONDS))

    def may_follow_wrong_face(self, here: Sequence[Track], t: float) -> bool:
        """Whether somebody stays who may be the person: clearly larger than the own face, or there while it is away."""
        away = not any(self.is_in(track) for track in here)
        stay = [track for track in here if not self.is_in(track) and t - track.since >= LARGER_FACE_SECONDS]
        return self.person is not None and any(away or track in self._rivals for track in stay)

    def choose(self, here: Sequence[Track], t: float) -> None:
        """Decide by whoever is in view at time t (seconds), largest first."""
        larger: list[Track] = []
        if self.person is not None:
            # Those who are clearly larger than the own face is now and usually is.
            width = max([self.person.usual.width, *(track.box.width for track in here if self.is_in(track))])
            larger = [track for track in here if track.box.width >= MAX_SAME_SIZE_RATIO * width and not self.is_in(track)]
        self._rivals = {track: self._rivals.get(track, t) for track in larger}
        if self._claimed is not None:
            self._apply_claim(self._claimed, here, t)
            self._claimed = None
        elif self.person is None:
            self._take(here[:1], t)
        elif any(self.is_in(track) for track in here):
            self._seen = t
            self._take_larger(self.person, t)
        else:
            self._look_for(self.person, here, t)

    def _look_for(self, own: Person, here: Sequence[Track], t: float) -> None:
        """The own face is away: one of those who are here may be it, or who was it before, or the person who comes at last."""
        before, gone = self._before, t - self._seen > FACE_MEMORY_SECONDS
        if (back := _found(own, here)) is not None:
            back.person = own
        elif (
            before is not None
            and gone
            and before.movement.seconds > own.movement.seconds
            and (back := _found(before, here)) is not None
        ):
            back.person = before
            self.person, self._before = before, own
        else:
            self._take_larger(own, t)

    def _take_larger(self, own: Person, t: float) -> None:
        patience = LARGER_FACE_SECONDS if own.movement.seconds < KNOWN_PERSON_SECONDS else LARGER_FACE_SECONDS_BESIDE_PERSON
        larger = [track for track in self._rivals if self._stays_larger(track, t, patience)]
        if larger and not self._was_claimed:
            self._before = own
            self._take(larger[:1], t)

    def _stays_larger(self, track: Track, t: float, seconds: float) -> bool:
        return track in self._rivals and t - self._rivals[track] >= seconds

    def _take(self, tracks: Sequence[Track], t: float) -> None:
        for track in tracks:
            if track.person.id is None:
                track.person.id = self._next_id()
            self.person, self._seen = track.person, t

    def _apply_claim(self, box: Box, here: Sequence[Track], t: float) -> None:
        """Whoever is nearest, whatever else is in view; the same id only if it looks like the one who had it."""
        nearest = sorted((track for track in here if track.near(box)), key=lambda track: track.box.distance(box))[:1]
        away = not any(self.is_in(track) for track in here)
        if nearest and self.person is not None and away and _alike(self.person, nearest[0].person, -SAME_PLACE_BONUS):
            nearest[0].person = self.person
        elif nearest:
            self._before = None
            self._take(nearest, t)
        self._was_claimed = self._was_claimed or bool(nearest)


def _found(person: Person, here: Sequence[Track]) -> Track | None:
    """Somebody known, in one of those who are here; the largest if it may be several."""
    return next((track for track in here if track.person is person or _is(person, track)), None)


def _is(person: Person, track: Track) -> bool:
    """By look, for which less is asked at the usual place; without any looks by place and size."""
    home = person.usually_at(track.box)
    if not person.appearance.looks:
        return home
    looks = track.person.appearance.looks
    return looks > 0 and _alike(person, track.person, FEW_LOOKS_MARGIN / looks - (SAME_PLACE_BONUS if home else 0))


def _alike(one: Person, other: Person, margin: float) -> bool:
    similarity = one.appearance.similarity(other.appearance)
    return similarity is not None and similarity >= SAME_PERSON_SIMILARITY + margin
