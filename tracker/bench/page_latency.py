"""How long it takes from grabbing a frame to showing its result on a page: measured in a browser, on its own dashboard."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from tracker.core.errors import MissingError

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "chromium-headless-shell")
"""Programs that playwright can drive, in the order in which they are tried."""
PAGE_TIMEOUT_MS: Final = 60_000
"""For a page to show its first result."""
WARM_UP_RESULTS: Final = 3
"""Shown first, and left out of the figures."""
COLLECT_DELAYS_SCRIPT: Final = (
    """addEventListener("shown", ({detail: {at, shown}}) => (window.delays ??= []).push(shown - Date.parse(at)))"""
)
"""A row says when its frame was grabbed, the page when the row was painted: one machine has one clock."""


@dataclass(frozen=True, slots=True)
class PageLatency:
    """From grabbing a frame to painting its result, in milliseconds.

    Attributes:
        median_ms: Half of the results took less.
        p95_ms: 95 % of the results took less.
        results: How many were measured.
        hz: Observations a second.
    """

    median_ms: float
    p95_ms: float
    results: int
    hz: float


def measure_page_latency(results: int, hz: float) -> PageLatency:
    """Start a dashboard and a browser, and measure how long the results of the synthetic face take.

    Args:
        results: How many are measured.
        hz: Observations a second, one of those that the page offers.

    Raises:
        MissingError: Without playwright or a browser, or when the dashboard does not start.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise MissingError("The page is measured in a real browser, driven by playwright: pip install playwright.") from error
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser_path is None:
        raise MissingError(f"The page is measured in a real browser; none of {', '.join(BROWSERS)} was found.")
    with temporary_dashboard() as address, sync_playwright() as play:
        # Root has no sandbox, and the page is ours.
        browser = play.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        # The page forbids scripts made of text, which playwright needs to wait.
        page = browser.new_page(bypass_csp=True)
        page.add_init_script(COLLECT_DELAYS_SCRIPT)
        page.goto(address)
        page.locator("#more-choices > summary").click()
        page.get_by_role("radio", name="The demo").check()
        page.get_by_label("How often").select_option(f"{hz:g}")
        page.get_by_role("button", name="Start").click()
        shown = WARM_UP_RESULTS + results
        page.wait_for_function(f"window.delays?.length >= {shown}", timeout=PAGE_TIMEOUT_MS + shown / hz * 2000)
        delays = np.array(page.evaluate("window.delays"))[WARM_UP_RESULTS:]
        browser.close()
    return PageLatency(
        median_ms=round(float(np.median(delays)), 1),
        p95_ms=round(float(np.percentile(delays, 95)), 1),
        results=len(delays),
        hz=hz,
    )


@contextmanager
def temporary_dashboard() -> Iterator[str]:
    """Run a dashboard in a process of its own with a temporary store; yield its address.

    Raises:
        MissingError: When it does not start.
    """
    with tempfile.TemporaryDirectory() as folder:
        mien = str(Path(sys.executable).with_name("mien"))
        command = [mien, "--no-browser", "--port", "0", "--db", f"sqlite:///{folder}/mien.db"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                output = process.stdout.readline() if process.stdout else ""
                addresses = re.findall(r"http://\S+", output)
                if not addresses:
                    raise MissingError(f"The dashboard did not start: it said {output.strip()!r}. Try 'mien' by itself.")
                yield addresses[0]
            finally:
                process.terminate()
                process.wait()
