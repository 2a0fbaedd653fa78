"""Zoom's side panel: the https origin under which Zoom loads the dashboard, and the two pages that Zoom opens."""

from dataclasses import dataclass, field
from typing import Self

from flask import Blueprint, render_template

from web.dependencies import Dependencies
from web.security.https_origin import HttpsOrigin, parse_https_host


@dataclass(frozen=True, slots=True)
class ZoomPanel(HttpsOrigin):
    """The panel's origin.

    Attributes:
        webhook_token: the "Secret Token" of the Zoom app whose webhook is received at this origin; None for no webhook.
    """

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
        return cls(parse_https_host(origin, "--zoom-panel", "Zoom loads its panels over https only"), webhook_token)

    @property
    def address(self) -> str:
        """The address that is entered at Zoom as the app's home."""
        return f"{self.origin}/panel"


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
