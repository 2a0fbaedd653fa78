"""Mien, measured as its peers are."""

from collections.abc import Callable
from contextlib import ExitStack
from itertools import count

from answering import Found, Pixels, Step, answer

from tracker.compose import open_analyzer
from tracker.config.settings import Settings
from tracker.core.face import Face
from tracker.core.frame import Frame, now
from tracker.live.session import Session
from tracker.vision.analyzer import Analyzer
from tracker.vision.single_image import analyze_picture

HEAD = "fer2013"
"""The model's own answer to what FER-2013's labels ask; what is shown follows FER+'s votes."""


class Mien:
    """A live session for clips, with smoothing; the page for pictures for all others."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._live: Analyzer = self._open.enter_context(open_analyzer(Settings(), "live"))
        self._pictures: Analyzer | None = None

    def _analyzer(self) -> Analyzer:
        if self._pictures is None:
            self._pictures = self._open.enter_context(open_analyzer(Settings(), "picture"))
        return self._pictures

    def clip(self, hz: float) -> Step:
        session, numbers = Session(self._live, faces="own"), count()
        session.observe_at(hz)

        def step(pixels: Pixels) -> Found:
            number = next(numbers)
            readings = session.observe(Frame(pixels, number / hz, number, now())).readings
            return [{**described(each.face), "word": each.words.expression} for each in readings]

        return step

    def frames(self) -> Step:
        analyzer = self._analyzer()
        return lambda pixels: [described(face) for face in analyze_picture(analyzer, pixels)]

    def crops(self) -> Step:
        classify: Callable[[Pixels], Face] = self._analyzer().classify_crop

        def step(pixels: Pixels) -> Found:
            face = classify(pixels)
            best, own = (scores.ranked()[0][0] for scores in (face.prediction.scores, face.prediction.heads[HEAD]))
            return [{**described(face), "word": best, "head": own}]

        return step


def described(face: Face) -> dict[str, object]:
    """A face as an answer has it."""
    return {"box": [face.box.x, face.box.y, face.box.width, face.box.height], "word": face.words.expression}


if __name__ == "__main__":
    answer(Mien)
