"""One watch from start to stop: which face is which, and how calmly its expressions change. One thread owns it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final
from uuid import uuid4

from tracker.analyzer import Analyzer
from tracker.clock import start_clock
from tracker.face import Face, FaceId, Observation, Reading
from tracker.follow import Faces, Followed, Follower
from tracker.frame import Frame
from tracker.geometry import Box
from tracker.motion import Motions
from tracker.motions.budget import Budget
from tracker.motions.effort import Effort, Efforts
from tracker.pace import Ticks
from tracker.rhythm import beat
from tracker.rows import Row
from tracker.scores import Scores, put_into_words
from tracker.search import Search
from tracker.smooth import Smoother
from tracker.vocabulary import EMOJI, EXPRESSIONS, UNCLEAR

LONGEST: Final = 32_767
"""Milliseconds for a frame, as many as two bytes hold: half a minute, after which nobody asks how long exactly."""


class Session:
    """The memory of one run; ``smoothing`` in seconds, ``budget`` for looks between observations, none if not given."""

    def __init__(
        self, analyzer: Analyzer, *, faces: Faces = "own", smoothing: float = 1.0, budget: Budget | None = None
    ) -> None:
        self.id = str(uuid4())
        self.analyzer = analyzer
        self._search = Search(analyzer.detector, everybody=faces == "all")
        self._follower = Follower(faces)
        self._smoother = Smoother(smoothing)
        self._budget = budget or Budget(0)
        self._motions, self._efforts = Motions(self._budget), Efforts()

    def observe_at(self, hz: float) -> None:
        """So many observations a second are to be expected; by that it is measured who is forgotten."""
        self._follower.look_every(beat(hz))

    def go_through(self, frames: Iterable[Frame], hz: float, after: int = -1) -> Iterator[Observation]:
        """What so many frames a second say (0: all of them); at those between, it only looks how faces move.

        Frames up to number ``after`` were observed by an earlier run.
        """
        ticks = Ticks(hz)
        self.observe_at(hz)
        for frame in frames:
            due = ticks.due(frame.t)
            if frame.number <= after:
                continue
            if due:
                yield self.observe(frame)
            else:
                self.look(frame)

    def observe(self, frame: Frame) -> Observation:
        """What a frame says; only the faces that are followed are classified, all in one batch."""
        elapsed = start_clock()
        detections = self._search.detect(frame.pixels, frame.t, self._follower.places(frame.t))
        followed = self._follower.follow(detections, frame.t)
        self._see(followed, frame.t)
        faces = self.analyzer.judge(frame.pixels, [each.detection for each in followed])
        readings = tuple(self._reading(each.id, face, frame.t) for each, face in zip(followed, faces, strict=True))
        self._efforts.add(frame.t, elapsed(), look=False)
        return Observation(frame.t, frame.at, frame.number, readings, min(round(elapsed() * 1000), LONGEST))

    def look(self, frame: Frame) -> None:
        """Watch how faces move between two observations, as often as the budget has it: landmarks only, of known faces."""
        places = self._follower.places(frame.t)
        if not places or not self._budget.due(frame.t):
            return
        elapsed = start_clock()
        self._see(self._follower.refind(self._search.again(frame.pixels, places), frame.t), frame.t)
        self._budget.spend(elapsed(), frame.t)
        self._efforts.add(frame.t, elapsed(), look=True)

    def effort(self, t: float) -> Effort | None:
        """What the last seconds before t took: observations and looks a second, and the share of one core; and looks wanted."""
        told = self._efforts.told(t)
        return told and told | {"wanted": self._budget.wanted(t)}

    def _see(self, followed: Iterable[Followed], t: float) -> None:
        for each in followed:
            self._motions.see(each.id, each.detection, t)

    def recall(self, row: Row) -> None:
        """Take over what an earlier run of this session wrote of a frame: who was where, and their calm scores."""
        for face in row["faces"]:
            self._follower.recall(FaceId(face["id"]), Box(*face["box"]), row["t"])
            if face["quality"]["ok"]:
                smooth = Scores.of(EXPRESSIONS, [face["smooth"][name] for name in EXPRESSIONS])
                self._smoother.recall(FaceId(face["id"]), smooth, row["t"])

    def _reading(self, who: FaceId, face: Face, t: float) -> Reading:
        """A face that cannot be judged leaves the average as it was: bad light is not an expression."""
        motion = self._motions.take(who)
        if not face.quality.ok:
            words = replace(face.words, expression=UNCLEAR, emoji=EMOJI[UNCLEAR])
            return Reading(who, face, self._smoother.remembered(who) or face.prediction.scores, words, motion)
        smooth = self._smoother.smooth(who, face.prediction.scores, t)
        return Reading(who, face, smooth, put_into_words(smooth, self.analyzer.classifier.threshold), motion)
