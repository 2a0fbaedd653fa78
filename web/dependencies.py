"""The dependencies of the pages, which tests replace: analyzers, the list of cameras, settings, storage."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.config.settings import Mode, Settings
from web.storage import Storage

if TYPE_CHECKING:
    from tracker.sources.camera_names import Camera
    from tracker.vision.analyzer import Analyzer

OpenAnalyzer = Callable[[str], "AbstractContextManager[Analyzer]"]
"""An analyzer with a prior, which belongs to the thread that opens it."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What ``create_app`` is given.

    Attributes:
        open_live: Opens the analyzer of a session.
        open_picture: Opens the analyzer of single pictures.
        list_cameras: Cameras of this machine; any thread may call.
        settings: What the pages offer first.
        storage: The store.
        look_seconds: For how long each expression is shown while calibrating.
    """

    open_live: OpenAnalyzer
    open_picture: OpenAnalyzer
    list_cameras: "Callable[[], list[Camera]]"
    settings: Settings
    storage: Storage
    look_seconds: float = 10.0


def effective_mode(settings: Settings, storage: Storage) -> Mode | None:
    """Where Mien is used: as whoever started it said, else as was answered on a page; None is work for others."""
    return settings.mode or storage.mode


def dependencies_for(settings: Settings) -> Dependencies:
    """The dependencies of the real dashboard; opens the storage."""
    from tracker.compose import open_analyzer
    from tracker.sources.cameras import list_cameras

    return Dependencies(
        open_live=lambda prior: open_analyzer(replace(settings, prior=prior), "live", mine=True),
        # A landmark model takes 50 MB for as long as the dashboard runs, and a session may be under way.
        open_picture=lambda prior: open_analyzer(replace(settings, prior=prior), "picture", mine=True, alone=True),
        list_cameras=list_cameras,
        settings=settings,
        storage=Storage(settings.db),
    )
