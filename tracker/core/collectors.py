"""Searches compiled libraries for collectors: code that reports to its maker how a program is used.

Python code can be read and switched off; a compiled library may start to report with any update, as MediaPipe did in
0.10.35 and onnxruntime in 1.29.
"""

import mmap
import re
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Final

MARKS: Final = (
    b"events.data.microsoft",  # Microsoft's 1DS, as in onnxruntime
    b"applicationinsights",
    b"dc.services.visualstudio",
    b"https://play.goo",  # Google's Clearcut; MediaPipe puts the address together from pieces, this is the first
    b"clearcut",
    b"Clearcut",
    b"firelog",
    b"app-measurement",
    b"google-analytics",
    b"crashlytics",
    b"opentelemetry",
    b"sentry.io",
    b"sentry_sdk",
    b"segment.io",
    b"segment.com",
    b"posthog",
    b"mixpanel",
    b"amplitude.com",
    b"bugsnag",
    b"datadoghq",
    b"newrelic",
    b"api.rollbar",
    b"honeycomb.io",
    b"statsig",
    b"scarf.sh",
)
"""Addresses and names of collectors as they stand in a binary. A library without one may still report somewhere else:
``tests/test_nothing_leaves.py`` watches the connections themselves."""
_ANY: Final = re.compile(b"|".join(map(re.escape, MARKS)))
_COMPILED: Final = re.compile(r"\.(so|pyd|dll|dylib)(\.|$)")


def is_compiled(name: str) -> bool:
    """Whether a file of this name is a compiled library, on any system."""
    return _COMPILED.search(Path(name).name) is not None


def marks_in(binary: bytes | mmap.mmap) -> set[str]:
    """Which marks of collectors stand in a library's bytes."""
    return {found.decode() for found in _ANY.findall(binary)}


def collectors_of(package: str) -> dict[str, list[str]]:
    """Compiled files of an installed package -> marks of collectors in them; empty if it has none or is not installed."""
    try:
        listed = files(package) or []
    except PackageNotFoundError:
        return {}
    paths = [Path(str(file.locate())) for file in listed if is_compiled(file.name)]
    found = {}
    for path in paths:
        if not path.is_file() or not path.stat().st_size:
            continue
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as binary:
            marks = marks_in(binary)
        if marks:
            found[str(path)] = sorted(marks)
    return found
