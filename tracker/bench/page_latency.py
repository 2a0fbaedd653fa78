"""From the moment a frame is grabbed to the moment a page shows its result: measured in a browser, on its own dashboard."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from tracker.core.errors import MissingError

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
PAGE_TIMEOUT_MS: Final = 60_000
"""Milliseconds for a page to show something at all."""
WARM_UP_RESULTS: Final = 3
COLLECT_DELAYS_SCRIPT: Final = (
    """addEventListener("shown", ({detail: {at, shown}}) => (window.delays ??= []).push(shown - Date.parse(at)))"""
)
"""A row tells when its frame was grabbed, the page when it was painted: one machine, one clock."""


def measure_page_latency(results: int, hz: float) -> dict[str, Any]:
    """Milliseconds {median_ms, p95_ms} over so many results of the drawn face; MissingError without a browser to drive."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise MissingError("The page is measured in a real browser, driven by playwright: pip install playwright.") from error
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise MissingError(f"The page is measured in a real browser; none of {', '.join(BROWSERS)} was found.")
    with temporary_dashboard() as address, sync_playwright() as play:
        # A sandbox cannot be had by root, and the page is ours.
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        # The page forbids scripts made of text, which is how the driver waits.
        page = browser.new_page(bypass_csp=True)
        page.add_init_script(COLLECT_DELAYS_SCRIPT)
        page.goto(address)
        page.get_by_role("radio", name="The demo").check()
        page.get_by_label("How often").select_option(f"{hz:g}")
        page.get_by_role("button", name="Start").click()
        wanted = WARM_UP_RESULTS + results
        page.wait_for_function(f"window.delays?.length >= {wanted}", timeout=PAGE_TIMEOUT_MS + wanted / hz * 2000)
        delays = np.array(page.evaluate("window.delays"))[WARM_UP_RESULTS:]
        browser.close()
    return {
        "median_ms": round(float(np.median(delays)), 1),
        "p95_ms": round(float(np.percentile(delays, 95)), 1),
        "results": len(delays),
        "hz": hz,
    }


@contextmanager
def temporary_dashboard() -> Iterator[str]:
    """The address of a dashboard in a process of its own, which keeps nothing."""
    with tempfile.TemporaryDirectory() as folder:
        mien = str(Path(sys.executable).with_name("mien"))
        command = [mien, "--no-browser", "--port", "0", "--db", f"sqlite:///{folder}/mien.db"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                said = process.stdout.readline() if process.stdout else ""
                addresses = re.findall(r"http://\S+", said)
                if not addresses:
                    raise MissingError(f"The dashboard did not start: it said {said.strip()!r}. Try 'mien' by itself.")
                yield addresses[0]
            finally:
                process.terminate()
                process.wait()
