"""Zoom's side panel: the https origin under which Zoom loads the dashboard, and the two pages that Zoom opens."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from flask import Blueprint, render_template

from tracker.core.errors import UsageError
from web.dependencies import Dependencies

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ORIGIN_PATTERN: Final = re.compile(r"https://(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:(?P<port>[0-9]{1,5}))?/?")
HTTPS_PORT: Final = 443
"""Browsers leave this port out of the Host and the Origin header."""
LARGEST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class ZoomPanel:
    """The panel's origin.

    Attributes:
        host: the name of the host, with its port unless that is 443.
        webhook_token: the "Secret Token" of the Zoom app whose webhook is received at this origin; None for no webhook.
    """

    host: str
    webhook_token: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, origin: str, webhook_token: str | None = None) -> Self:
        """Read an origin as ``--zoom-panel`` takes it.

        Args:
            origin: ``https://host`` or ``https://host:port``, in any case.
            webhook_token: As the attribute.

        Raises:
            UsageError: if it is anything else.
        """
        found = ORIGIN_PATTERN.fullmatch(origin.strip().lower())
        port = int(found["port"] or HTTPS_PORT) if found else 0
        if not found or not 0 < port <= LARGEST_PORT:
            raise UsageError(
                f"{origin!r} is not an https origin. --zoom-panel takes https:// and a name, with a port if needed and no path,"
                " for example https://mien.example.org: Zoom loads its panels over https only."
            )
        return cls(found["host"] if port == HTTPS_PORT else f"{found['host']}:{port}", webhook_token)

    @property
    def origin(self) -> str:
        """As the Origin header of the panel's requests has it."""
        return f"https://{self.host}"

    @property
    def address(self) -> str:
        """The address that is entered at Zoom as the app's home."""
        return f"{self.origin}/panel"

    def received(self, environ: "WSGIEnvironment") -> bool:
        """Whether a request came by this origin, by its Host header."""
        return self.host == str(environ.get("HTTP_HOST", "")).lower().removesuffix(f":{HTTPS_PORT}")


def zoom_panel_blueprint(dependencies: Dependencies) -> Blueprint:
    """The panel, and the page to which Zoom leads after the app was added; registered only with ``--zoom-panel``."""
    blueprint = Blueprint("zoom_panel", __name__)

    @blueprint.get("/panel")
    def page() -> str:
        return render_template("zoom-panel.html", settings=dependencies.settings)

    @blueprint.get("/panel/installed")
    def installed() -> str:
        """Zoom adds a code to this address, which stands for access to the account. Mien needs none and does not read it."""
        return render_template("zoom-panel-installed.html")

    return blueprint
