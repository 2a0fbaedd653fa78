"""The store's figures: measured on real writing and reading."""

import pytest

from tracker.bench import store
from tracker.commands import bench


def test_the_figures_are_there_and_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A twentieth of the day: every figure that is explained, and a size that leaves the whole day below 100 MB."""
    monkeypatch.setattr(store, "DAY_ROWS", store.DAY_ROWS // 20)
    figures = store.measure_store()

    assert figures.keys() == store.FIGURE_LABELS.keys()
    assert figures["day_mb"] * 20 < 100
    assert min(figures.values()) > 0


def test_the_figures_are_told_in_words() -> None:
    """A line a figure, below the stages."""
    result = {"machine": {"system": "s", "cpus": 2, "python": "3"}, "frames": 1, "stages": {}, "store": {"day_mb": 52.0}}
    assert list(bench.in_words(result))[-1] == "     52.0 MB for 8 h at 5 Hz with four faces, without shapes"
