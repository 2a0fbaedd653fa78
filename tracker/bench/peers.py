"""Starts the comparison with other tools, whose code lies beside the tests and is not installed with Mien."""

import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from tracker.core.errors import MissingError

CHECKOUT: Final = Path(__file__).resolve().parents[2]
BENCHMARK: Final = Path("tests") / "benchmarks" / "peers"


def run_peers(words: Iterable[str], checkout: Path = CHECKOUT) -> int:
    """Run the comparison in a process of its own, with its options as words; return its exit code.

    Raises:
        MissingError: Mien was installed without its tests, as from a wheel.
    """
    if not (checkout / BENCHMARK).is_dir():
        raise MissingError(
            f"The comparison with other tools is not installed with Mien. It lies in its repository, in {BENCHMARK.as_posix()}."
            " In a clone, run 'make test' once, which installs what it needs; then '.venv/bin/mien bench --peers'."
        )
    with subprocess.Popen([sys.executable, "-m", "tests.benchmarks.peers", *words], cwd=checkout) as process:
        while True:
            # Ctrl-C reaches it as well. It ends its peer and deletes its pictures; killed, it would leave gigabytes.
            with suppress(KeyboardInterrupt):
                return process.wait()
