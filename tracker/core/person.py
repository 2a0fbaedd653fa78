"""What a person may be called: a name is also a folder's."""

import re
from typing import Final

from tracker.core.errors import UsageError

ME: Final = "me"
"""The person at this machine, until they give names."""
ALLOWED: Final = re.compile(r"[^\W_](?:[\w .-]{0,38}[\w-])?")
"""Letters and digits of any script, with spaces, dots, hyphens and underscores between them; 40 at most."""
RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Devices, not folders, on Windows."""


def require_name(name: str) -> str:
    """The name itself; UsageError when it cannot be a folder's everywhere."""
    if not ALLOWED.fullmatch(name) or RESERVED.fullmatch(name):
        raise UsageError(
            f"{name[:60]!r} is no name for a person here: use up to 40 letters and digits, with spaces, dots, hyphens and"
            " underscores between them."
        )
    return name
