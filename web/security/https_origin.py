"""An https origin under which something in front of Mien, a proxy or a tunnel, serves the dashboard."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.core.errors import UsageError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ORIGIN_PATTERN: Final = re.compile(r"https://(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:(?P<port>[0-9]{1,5}))?/?")
HTTPS_PORT: Final = 443
"""Browsers leave this port out of the Host and the Origin header."""
LARGEST_PORT: Final = 65535


def parse_https_host(origin: str, flag: str, why: str) -> str:
    """The host of an origin, with its port unless that is 443.

    Args:
        origin: ``https://host`` or ``https://host:port``, in any case.
        flag: The option that takes it, for the error.
        why: Why it has to be https, for the error.

    Raises:
        UsageError: It is anything else.
    """
    found = ORIGIN_PATTERN.fullmatch(origin.strip().lower())
    port = int(found["port"] or HTTPS_PORT) if found else 0
    if not found or not 0 < port <= LARGEST_PORT:
        raise UsageError(
            f"{origin!r} is not an https origin. {flag} takes https:// and a name, with a port if needed and no path,"
            f" for example https://mien.example.org: {why}."
        )
    return found["host"] if port == HTTPS_PORT else f"{found['host']}:{port}"


@dataclass(frozen=True, slots=True)
class HttpsOrigin:
    """Where a proxy or a tunnel answers; host: its name, with its port unless that is 443, as ``parse_https_host`` gives it."""

    host: str

    @property
    def origin(self) -> str:
        """As the Origin header of its requests has it."""
        return f"https://{self.host}"

    def received(self, environ: "WSGIEnvironment") -> bool:
        """Whether a request came by this origin, by its Host header."""
        return self.host == str(environ.get("HTTP_HOST", "")).lower().removesuffix(f":{HTTPS_PORT}")
