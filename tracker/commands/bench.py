"""``mien bench``: how long each stage takes on this machine."""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from tracker.commands.options import settings_options
from tracker.commands.terminal import show, show_json
from tracker.config.settings import Settings

if TYPE_CHECKING:
    from tracker.core.frame import Pixels
    from tracker.live.session import Session

WIDTH, HEIGHT = 1280, 720
WARM_UP: Final = 5
GALLERY: Final = 16
PAGES: Final = {2.0: 40, 5.0: 60}
"""How often a second -> results that are measured."""
STAGES: Final = {
    "decode": "decode a JPEG",
    "detect": "find faces and their landmarks (MediaPipe)",
    "classify": "classify one face",
    "gallery": f"classify {GALLERY} faces, a gallery",
    "own": "everything of ours: align, classify, follow, smooth",
    "observe": "frame to observation",
    "look": "look at how faces move, between two observations",
    "preview": "encode the preview",
    "search": "frame to observation while nobody is seen, at 10 Hz: the whole and ten parts",
}


@click.command(name="bench")
@settings_options("hz", "prior", "model", "landmarker")
@click.option("--frames", default=100, show_default=True, type=click.IntRange(10), help="How many frames are measured.")
@click.option("--store", is_flag=True, help="Measure the database, too: a day of meetings, about a minute.")
@click.option("--page", is_flag=True, help="Measure from a grabbed frame to the page that shows it, too: half a minute.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(choices: Settings, frames: int, *, store: bool, page: bool, as_json: bool) -> None:
    """Measure the speed of each stage, on a drawn face in a 1280x720 frame."""
    watches = measure(choices, frames)
    result = {"machine": machine(), "frame": [WIDTH, HEIGHT], "frames": frames, "stages": watches.summary()}
    result["effort"] = effort(watches, choices.hz)
    if store:
        result["store"] = of_the_store()
    if page:
        result["page"] = of_the_page()
    show_json(result) if as_json else show(*in_words(result))


def effort(watches: "Watches", hz: float) -> dict[str, float]:
    """Shares of one core that a session of so many observations a second takes, alone and with the looks between them."""
    from statistics import median

    from tracker.motion.budget import DEFAULT_MOTION_HZ

    reading, look = (median(watches.worked[name][WARM_UP:]) / 1000 for name in ("observe", "look"))
    looks = max(0.0, DEFAULT_MOTION_HZ - hz)
    return {
        "hz": hz,
        "looks": looks,
        "readings_core": round(hz * reading, 3),
        "all_core": round(hz * reading + looks * look, 3),
    }


def of_the_store() -> dict[str, float]:
    """The database's figures."""
    from functools import partial

    from tqdm import tqdm

    from tracker.bench.store import measure_store

    return measure_store(partial(tqdm, desc="a day", disable=not sys.stderr.isatty()))


def of_the_page() -> list[dict[str, Any]]:
    """At each of the usual frequencies."""
    from tracker.bench.page_latency import measure_page_latency

    return [measure_page_latency(results, hz) for hz, results in PAGES.items()]


def machine() -> dict[str, Any]:
    """What the figures hold for."""
    return {"system": platform.platform(terse=True), "cpus": os.cpu_count(), "python": platform.python_version()}


class Watches:
    """Durations by stage, in milliseconds; and what the processor did in them, which a busy machine does not lengthen much."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = {stage: [] for stage in STAGES}
        self.worked: dict[str, list[float]] = {stage: [] for stage in STAGES}

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        """Add the time that the block takes."""
        started, working = time.perf_counter(), time.process_time()
        yield
        self.taken[stage].append((time.perf_counter() - started) * 1000)
        self.worked[stage].append((time.process_time() - working) * 1000)

    def around(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        def timed(*given: Any) -> Any:
            with self.timing(stage):
                return function(*given)

        return timed

    def summary(self) -> dict[str, dict[str, float]]:
        """Median and 95th percentile of each stage, without the warm-up."""
        import numpy as np

        kept = {stage: np.array(durations[WARM_UP:]) for stage, durations in self.taken.items()}
        return {
            stage: {"median_ms": round(float(np.median(each)), 2), "p95_ms": round(float(np.percentile(each, 95)), 2)}
            for stage, each in kept.items()
        }


def measure(choices: Settings, frames: int) -> Watches:
    """How long each stage takes, measured on one thread that does nothing else."""
    import numpy as np

    from tracker.compose import open_analyzer
    from tracker.live.session import Session
    from tracker.motion.budget import DEFAULT_MOTION_HZ, MotionBudget

    watches, pixels = Watches(), drawn_frame()
    with open_analyzer(choices, "live") as analyzer:
        search(watches, Session(analyzer), frames)
        detector, classifier = analyzer.detector, analyzer.classifier
        framing, gallery = classifier.framing, watches.around("gallery", classifier.classify)
        detector.detect = watches.around("detect", detector.detect)  # type: ignore[method-assign]
        classifier.classify = watches.around("classify", classifier.classify)  # type: ignore[method-assign]
        session = Session(analyzer, budget=MotionBudget(DEFAULT_MOTION_HZ, None))
        for number in range(WARM_UP + frames):
            one_frame(watches, session, pixels, number)
            gallery(np.full((GALLERY, framing.side, framing.side), 128, np.uint8))
    return watches


def search(watches: Watches, session: "Session", frames: int) -> None:
    """Look for small faces in a gray frame, as the live loop does; the warm-up takes in the first frame's whole search."""
    import numpy as np

    from tracker.core.frame import Frame, now

    for number in range(WARM_UP + frames):
        frame = Frame(np.full((HEIGHT, WIDTH, 3), 128, np.uint8), number / 10, number, now())
        with watches.timing("search"):
            session.observe(frame)


def one_frame(watches: Watches, session: "Session", pixels: "Pixels", number: int) -> None:
    """What the live loop and the page's preview do with a frame."""
    import cv2

    from tracker.core.frame import Frame, now

    jpeg = cv2.imencode(".jpg", pixels)[1]
    with watches.timing("decode"):
        cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    frame = Frame(pixels, number / 10, number, now())
    with watches.timing("observe"):
        session.observe(frame)
    watches.taken["own"].append(watches.taken["observe"][-1] - watches.taken["detect"][-1])
    with watches.timing("look"):
        session.look(Frame(pixels, number / 10 + 0.05, number, now()))
    with watches.timing("preview"):
        cv2.imencode(".jpg", cv2.resize(pixels, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA))


def drawn_frame() -> "Pixels":
    """[720, 1280, 3] BGR: one drawn face in the middle."""
    import cv2
    import numpy as np

    from tracker.sources.synthetic import RESTING_FACE, draw_face

    face = draw_face(RESTING_FACE)
    height, width = face.shape[:2]
    face = cv2.resize(face, (width * HEIGHT // height, HEIGHT)).astype(np.uint8)
    side = (WIDTH - face.shape[1]) // 2
    return np.asarray(cv2.copyMakeBorder(face, 0, 0, side, side, cv2.BORDER_REPLICATE), np.uint8)


def in_words(result: dict[str, Any]) -> Iterator[str]:
    """The figures as a table."""
    machine = result["machine"]
    yield f"{machine['system']}, {machine['cpus']} CPUs, Python {machine['python']}; {result['frames']} frames of 1280x720"
    yield f"{'median':>9} {'p95':>9}"
    for stage, taken in result["stages"].items():
        yield f"{taken['median_ms']:>6.1f} ms {taken['p95_ms']:>6.1f} ms  {STAGES[stage]}"
    if "effort" in result:
        cost = result["effort"]
        yield f"{cost['readings_core']:>9.0%} of one core for {cost['hz']:g} observations a second"
        yield f"{cost['all_core']:>9.0%} of one core for these and {cost['looks']:g} looks a second between them"
    if "store" in result:
        from tracker.bench.store import FIGURE_LABELS

        yield from (f"{value:>9,} {FIGURE_LABELS[name]}" for name, value in result["store"].items())
    for each in result.get("page", []):
        what = f"grabbed to shown on a page, at {each['hz']:g} Hz ({each['results']} results)"
        yield f"{each['median_ms']:>6.1f} ms {each['p95_ms']:>6.1f} ms  {what}"
