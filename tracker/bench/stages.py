"""How long each stage of a live frame takes on this machine, measured on a drawn face."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import cv2
import numpy as np

from tracker.core.frame import Frame, Pixels, now
from tracker.core.sampling import SampleTimes
from tracker.core.session_readings import SessionReadings
from tracker.core.text import SHOWN_OR_NOBODY
from tracker.live.session import Session
from tracker.motion.budget import DEFAULT_MOTION_HZ, MotionBudget
from tracker.reports.trend import compute_trend
from tracker.reports.trend_svg import max_bins, trend_svg
from tracker.sources.synthetic import RESTING_FACE, draw_face
from tracker.vision.analyzer import Analyzer

FRAME_WIDTH, FRAME_HEIGHT = 1280, 720
"""Pixels."""
WARM_UP_FRAMES: Final = 5
"""Measured first, and left out of the figures."""
GALLERY_FACES: Final = 16
TREND_HOURS, TREND_HZ, TREND_WIDTH, TREND_HOLD = 8, 5, 1000, 50
"""Hours, observations a second, pixels, and observations for which a face keeps its expression."""
MAX_TRENDS: Final = 20
FRAME_SECONDS: Final = 0.1
"""Between two frames: a session at 10 Hz."""
STAGES: Final = {
    "decode": "decode a JPEG",
    "detect": "find faces and their landmarks (MediaPipe)",
    "classify": "classify one face",
    "gallery": f"classify {GALLERY_FACES} faces, a gallery",
    "own": "all steps of Mien itself: align, classify, follow, smooth",
    "observe": "frame to observation",
    "look": "watch how faces move, between two observations",
    "preview": "encode the preview",
    "search": "frame to observation while nobody is seen, at 10 Hz: the whole and ten parts",
    "trend": "compute and draw the trend of 8 hours at 5 Hz",
}
"""Each stage and what it does."""


@dataclass(frozen=True, slots=True)
class StageFigures:
    """How long a stage takes, in milliseconds: the median and the 95th percentile of its runs."""

    median_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class SessionCost:
    """What a live session takes of one core.

    Attributes:
        hz: Observations a second.
        looks: Frames a second that are only watched for movement, between the observations.
        readings_core: Share of one core for the observations, 1 being all of it.
        all_core: The same for the observations and the watched frames.
    """

    hz: float
    looks: float
    readings_core: float
    all_core: float


class StageTimer:
    """The durations of each stage, by the clock and of the processor, which a busy machine lengthens little; milliseconds."""

    def __init__(self) -> None:
        self.elapsed_ms: dict[str, list[float]] = {stage: [] for stage in STAGES}
        self.processor_ms: dict[str, list[float]] = {stage: [] for stage in STAGES}

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        """Add the duration of the block to a stage."""
        started, processor_started = time.perf_counter(), time.process_time()
        yield
        self.elapsed_ms[stage].append((time.perf_counter() - started) * 1000)
        self.processor_ms[stage].append((time.process_time() - processor_started) * 1000)

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, whose calls are added to a stage."""

        def call(*arguments: Any) -> Any:
            with self.timing(stage):
                return function(*arguments)

        return call

    def figures(self) -> dict[str, StageFigures]:
        """The figures of each stage, without WARM_UP_FRAMES."""
        kept = {stage: np.array(durations[WARM_UP_FRAMES:]) for stage, durations in self.elapsed_ms.items()}
        return {
            stage: StageFigures(round(float(np.median(each)), 2), round(float(np.percentile(each, 95)), 2))
            for stage, each in kept.items()
        }

    @property
    def limit_ratio(self) -> float:
        """How many times as long as MediaPipe alone, the limit, a whole observation takes, by the medians of the clock."""
        observe, detect = (median(self.elapsed_ms[stage][WARM_UP_FRAMES:]) for stage in ("observe", "detect"))
        return round(observe / detect, 2)

    def session_cost(self, hz: float) -> SessionCost:
        """What a session of so many observations a second takes of one core, by the medians of processor time."""
        observe, look = (median(self.processor_ms[stage][WARM_UP_FRAMES:]) / 1000 for stage in ("observe", "look"))
        looks = max(0.0, DEFAULT_MOTION_HZ - hz)
        return SessionCost(hz, looks, round(hz * observe, 3), round(hz * observe + looks * look, 3))


def measure_stages(analyzer: Analyzer, frames: int) -> StageTimer:
    """Measure each stage of STAGES on the calling thread.

    Args:
        analyzer: Detector and classifier as a live session has them; both are wrapped for timing.
        frames: How many frames are measured.

    Returns:
        The durations, WARM_UP_FRAMES more than ``frames`` of each stage.
    """
    timer = StageTimer()
    # In a gray frame nobody is found; the warm-up takes in the search of the whole first frame.
    session, gray = Session(analyzer), np.full((FRAME_HEIGHT, FRAME_WIDTH, 3), 128, np.uint8)
    for number in range(WARM_UP_FRAMES + frames):
        frame = Frame(gray, number * FRAME_SECONDS, number, now())
        with timer.timing("search"):
            session.observe(frame)
    _measure_trend(timer, WARM_UP_FRAMES + min(frames, MAX_TRENDS))
    detector, classifier, pixels = analyzer.detector, analyzer.classifier, drawn_frame()
    classify_gallery = timer.timed("gallery", classifier.classify)
    gallery = np.full((GALLERY_FACES, classifier.framing.side, classifier.framing.side), 128, np.uint8)
    detector.detect = timer.timed("detect", detector.detect)  # type: ignore[method-assign]
    classifier.classify = timer.timed("classify", classifier.classify)  # type: ignore[method-assign]
    session = Session(analyzer, budget=MotionBudget(DEFAULT_MOTION_HZ, None))
    for number in range(WARM_UP_FRAMES + frames):
        _measure_frame(timer, session, pixels, number)
        classify_gallery(gallery)
    return timer


def _measure_frame(timer: StageTimer, session: Session, pixels: Pixels, number: int) -> None:
    """What the live loop and the page's preview do with a frame."""
    t, jpeg = number * FRAME_SECONDS, cv2.imencode(".jpg", pixels)[1]
    with timer.timing("decode"):
        cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    frame = Frame(pixels, t, number, now())
    with timer.timing("observe"):
        session.observe(frame)
    timer.elapsed_ms["own"].append(timer.elapsed_ms["observe"][-1] - timer.elapsed_ms["detect"][-1])
    with timer.timing("look"):
        session.track_motion(Frame(pixels, t + FRAME_SECONDS / 2, number, now()))
    with timer.timing("preview"):
        cv2.imencode(".jpg", cv2.resize(pixels, (FRAME_WIDTH // 2, FRAME_HEIGHT // 2), interpolation=cv2.INTER_AREA))


def _measure_trend(timer: StageTimer, runs: int) -> None:
    """From the readings in memory to the drawing as a page gets it, a thousand pixels wide."""
    rng, t = np.random.default_rng(1), np.arange(TREND_HOURS * 3600 * TREND_HZ) / TREND_HZ
    words = np.repeat(rng.integers(0, len(SHOWN_OR_NOBODY) - 1, -(-len(t) // TREND_HOLD)), TREND_HOLD)[: len(t)].astype(
        np.uint8
    )
    confidence = rng.uniform(0.4, 1, len(t)).astype(np.float32)
    times = SampleTimes.of(t, TREND_HZ)
    readings = SessionReadings(
        times, np.arange(len(t)), np.ones(len(t), np.int64), words, confidence, np.zeros(len(t), np.uint8)
    )
    for _ in range(runs):
        with timer.timing("trend"):
            trend = compute_trend(readings, readings.begin, readings.end, max_bins(TREND_WIDTH))
            trend_svg(trend, TREND_WIDTH, readings.end)


def drawn_frame() -> Pixels:
    """[FRAME_HEIGHT, FRAME_WIDTH, 3] BGR: one drawn face in the middle."""
    face = draw_face(RESTING_FACE)
    height, width = face.shape[:2]
    face = cv2.resize(face, (width * FRAME_HEIGHT // height, FRAME_HEIGHT)).astype(np.uint8)
    border = (FRAME_WIDTH - face.shape[1]) // 2
    return np.asarray(cv2.copyMakeBorder(face, 0, 0, border, border, cv2.BORDER_REPLICATE), np.uint8)
