"""Whether ``mien bench --page`` finds its way about the page that it measures."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tracker.bench.page_latency import measure_page_latency


@pytest.mark.browser
def test_the_page_is_measured() -> None:
    """The demo is started on a dashboard of its own, and each result that is shown counts."""
    # In a thread of its own: other tests' browsers leave an event loop in this one, and playwright wants none.
    with ThreadPoolExecutor(1) as pool:
        latency = pool.submit(measure_page_latency, 2, hz=5.0).result()

    assert (latency.results, latency.hz) == (2, 5.0)
    assert 0 < latency.median_ms <= latency.p95_ms
