"""The https origin under which Zoom's side panel loads the dashboard."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from tracker.core.errors import UsageError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ORIGIN: Final = re.compile(r"https://(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:(?P<port>[0-9]{1,5}))?/?")
HTTPS_PORT: Final = 443
"""Browsers leave this one out of the Host and the Origin header."""
LARGEST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class ZoomPanel:
    """host: of the origin, with its port unless that is 443."""

    host: str

    @classmethod
    def at(cls, origin: str) -> Self:
        """From https://host or https://host:port; UsageError for anything else."""
        found = ORIGIN.fullmatch(origin.strip().lower())
        port = int(found["port"] or HTTPS_PORT) if found else 0
        if not found or not 0 < port <= LARGEST_PORT:
            raise UsageError(
                f"{origin!r} is no https origin. --zoom-panel takes https:// and a name, with a port if need be and no path,"
                " for example https://mien.example.org: Zoom loads its panels over https only."
            )
        return cls(found["host"] if port == HTTPS_PORT else f"{found['host']}:{port}")

    @property
    def origin(self) -> str:
        return f"https://{self.host}"

    @property
    def address(self) -> str:
        """What Zoom is told to load."""
        return f"{self.origin}/panel"

    def is_meant_by(self, environ: "WSGIEnvironment") -> bool:
        """Whether a request came by this origin: its Host header says so."""
        return self.host == str(environ.get("HTTP_HOST", "")).lower().removesuffix(f":{HTTPS_PORT}")
