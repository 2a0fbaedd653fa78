"""The public origin: the https name under which a reverse proxy passes the dashboard on, as of several people on a server."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from web.security.https_origin import is_sent_to, parse_https_host

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@dataclass(frozen=True, slots=True)
class PublicOrigin:
    """Where the proxy answers; host: its name, with its port unless that is 443."""

    host: str

    @classmethod
    def at(cls, origin: str) -> Self:
        """Read an origin as ``--public-origin`` takes it; UsageError if it is not ``https://host`` or ``https://host:port``."""
        return cls(parse_https_host(origin, "--public-origin", "a proxy must encrypt what it passes on"))

    @property
    def origin(self) -> str:
        """As the Origin header of its requests has it."""
        return f"https://{self.host}"

    @property
    def address(self) -> str:
        """What a person opens."""
        return self.origin

    def received(self, environ: "WSGIEnvironment") -> bool:
        """Whether a request came by this origin, by its Host header."""
        return is_sent_to(self.host, environ)
