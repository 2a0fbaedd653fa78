"""The figures of `mien bench`: the store's, measured on real writing and reading, and their report."""

from dataclasses import asdict

import pytest

from tracker.bench import store
from tracker.bench.gallery import GALLERY_STAGES, GalleryFigures, measure_gallery
from tracker.bench.stages import SessionCost, StageFigures
from tracker.commands.bench import BenchReport, Machine, format_report
from tracker.vision.analyzer import Analyzer


def test_the_figures_are_there_and_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fortieth of the day: every figure that is explained, and a size that leaves the whole day below 100 MB."""
    monkeypatch.setattr(store, "DAY_ROWS", store.DAY_ROWS // 40)
    figures = asdict(store.measure_store())

    assert figures.keys() == store.FIGURE_LABELS.keys()
    assert figures["day_mb"] * 40 < 100
    assert min(figures.values()) > 0


def test_the_report_explains_each_figure() -> None:
    """A line a figure: the stages first, then a session's cost, the store, and a gallery."""
    report = BenchReport(
        machine=Machine("s", 2, "3"),
        frame=(1280, 720),
        frames=1,
        stages={"decode": StageFigures(1.0, 2.0)},
        limit_ratio=1.3,
        effort=SessionCost(2.0, 13.0, 0.1, 0.4),
        store=store.StoreFigures(9_000, 52.0, 0.5, 0.1, 900.0, 90.0),
        gallery=GalleryFigures(25, 24, 2.5, 3.0, {"tiles": 20.0}),
    )
    lines = list(format_report(report))
    assert lines[2] == "   1.0 ms    2.0 ms  decode a JPEG"
    assert lines[3] == "     1.30 times MediaPipe alone: frame to observation, in this run"
    assert lines[4] == "      10% of one core for 2 observations a second"
    assert lines[-4].endswith("25 faces, of which 24 or more were found in each frame:")
    assert lines[-3] == "      2.5 observations a second by the clock"
    assert lines[-1].startswith("  20.0 ms of the processor  find the tiles")
    assert lines[-9] == "     52.0 MB for 8 h at 5 Hz with four faces, without shapes"


def test_everybody_in_a_drawn_gallery_is_followed(analyzer: Analyzer) -> None:
    """Each stage has a figure, and no frame misses a face."""
    figures = measure_gallery(analyzer, 4, 2)

    assert figures.found == figures.faces == 4
    assert figures.processor_ms.keys() == GALLERY_STAGES.keys()
    assert min(figures.processor_ms.values()) > 0
