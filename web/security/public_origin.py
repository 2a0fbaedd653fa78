"""The public origin: the https name under which a reverse proxy passes the dashboard on, as of several people on a server."""

from dataclasses import dataclass
from typing import Self

from web.security.https_origin import HttpsOrigin, parse_https_host


@dataclass(frozen=True, slots=True)
class PublicOrigin(HttpsOrigin):
    """Where the proxy answers."""

    @classmethod
    def at(cls, origin: str) -> Self:
        """Read an origin as ``--public-origin`` takes it; UsageError if it is not ``https://host`` or ``https://host:port``."""
        return cls(parse_https_host(origin, "--public-origin", "a proxy must encrypt what it passes on"))

    @property
    def address(self) -> str:
        """What a person opens."""
        return self.origin
