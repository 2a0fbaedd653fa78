"""How fast a call's gallery is observed on this machine, measured on drawn faces that move, all of whom agreed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import numpy as np

from tracker.core.clock import start_clock
from tracker.core.frame import Frame, Pixels, now
from tracker.live.call import Call
from tracker.live.call_session import CallSession
from tracker.readings.rules import load_rules
from tracker.sources.synthetic import RESTING_FACE, draw_face
from tracker.sources.synthetic_gallery import draw_gallery
from tracker.vision.analyzer import Analyzer
from tracker.vision.meeting_tiles import find_tiles

FRAME_SIZE: Final = (1280, 720)
"""Pixels."""
FRAME_SECONDS: Final = 0.5
"""Between two frames: 2 observations a second."""
WARM_UP_FRAMES: Final = 3
"""Measured first, and left out: the first frame is searched whole."""
GALLERY_STAGES: Final = {
    "tiles": "find the tiles of the gallery, every two seconds",
    "landmarks": "search each tile for its face and landmarks (MediaPipe), on several cores",
    "classify": "classify all faces, in one batch",
    "other": "all other steps of Mien: which tile is which, mask, align, movements, possible readings, smooth",
    "observe": "frame to observation",
}
"""Each stage and what it does."""


@dataclass(frozen=True, slots=True)
class GalleryFigures:
    """What a gallery of so many costs.

    Attributes:
        faces: In the picture, each in a tile of its own, all of them moving.
        found: How many the slowest frame for them had.
        per_second: Observations a second by the clock, each of all faces, by the median.
        processor_per_second: As many as one core would make: by the processor's time, whatever else the machine does.
        processor_ms: The processor's median milliseconds for each of GALLERY_STAGES, of all cores together.
    """

    faces: int
    found: int
    per_second: float
    processor_per_second: float
    processor_ms: dict[str, float]


def measure_gallery(analyzer: Analyzer, faces: int, frames: int) -> GalleryFigures:
    """Measure how fast a gallery is observed, with possible readings, on the calling thread.

    Args:
        analyzer: Detectors and classifier as a live session has them; both are wrapped for timing.
        faces: How many tiles, each with a face.
        frames: How many frames are measured.
    """
    took: dict[str, list[float]] = {stage: [] for stage in GALLERY_STAGES}
    spent: dict[str, float] = {}
    by_clock: list[float] = []

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            started = time.process_time()
            result = function(*arguments)
            spent[stage] += (time.process_time() - started) * 1000
            return result

        return call

    detectors, classifier = analyzer.detectors, analyzer.classifier
    detectors.search_each = timed("landmarks", detectors.search_each)  # type: ignore[method-assign]
    classifier.classify = timed("classify", classifier.classify)  # type: ignore[method-assign]
    call, found = Call("private", "tiles"), faces
    call.switch_meanings(on=True)
    session = CallSession(analyzer, call, rules=load_rules())
    session.observe(Frame(gallery_at(faces, 0.0), 0.0, 0, now()))
    for person, tile in enumerate(call.view.tiles, start=1):
        call.agree(person, f"Person {person}")
        call.confirm(call.view.layout, tile.tile, person)
    for number in range(1, 1 + WARM_UP_FRAMES + frames):
        pixels = gallery_at(faces, number * FRAME_SECONDS)
        spent.update(dict.fromkeys(GALLERY_STAGES, 0.0))
        timed("tiles", find_tiles)(pixels)
        frame = Frame(pixels, number * FRAME_SECONDS, number, now())
        elapsed = start_clock()
        observation = timed("observe", session.observe)(frame)
        clock_ms = elapsed() * 1000
        spent["other"] = spent["observe"] - spent["landmarks"] - spent["classify"]
        if number > WARM_UP_FRAMES:
            found = min(found, len(observation.readings))
            by_clock.append(clock_ms)
            for stage, milliseconds in spent.items():
                took[stage].append(milliseconds)
    medians = {stage: round(median(each), 2) for stage, each in took.items()}
    return GalleryFigures(faces, found, round(1000 / median(by_clock), 2), round(1000 / medians["observe"], 2), medians)


def gallery_at(faces: int, t: float) -> Pixels:
    """[720, 1280, 3] BGR: a gallery of drawn faces, each before a wall of its own, which sway with time t (seconds)."""
    walls = np.random.default_rng(1).integers(60, 230, (faces, 3), np.uint8)
    videos = []
    for number, wall in enumerate(walls):
        video = draw_face(RESTING_FACE, t + number * 0.7)
        video[np.abs(video.astype(np.int16) - video[0, 0]).max(axis=2) < 8] = wall
        videos.append(video)
    return draw_gallery(videos, FRAME_SIZE)
