"""What a person wants to be told, in a file of their settings folder: it holds nothing that was seen."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from platformdirs import user_config_path

from tracker.core.errors import MissingError, UsageError
from tracker.core.parsing import read_json
from tracker.core.private_files import private_folder, write_private
from tracker.core.records import JsonObject
from tracker.core.validation import converted
from tracker.live.alerts import Alert, limited_alerts


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """on: whether any alert is given at all. cues: as the file calls the alerts, which stay while they are off."""

    on: bool
    cues: tuple[Alert, ...]

    def __post_init__(self) -> None:
        limited_alerts(self.cues)

    @classmethod
    def of(cls, given: object) -> Self:
        """From JSON {on, cues}; UsageError for anything else."""
        try:
            return converted(given, cls, "it")
        except ValueError as error:
            raise UsageError(f"Alerts are an object with on, true or false, and cues, a list of alerts: {error}.") from error

    def as_dict(self) -> JsonObject:
        """As JSON, each alert also with the sentence that is said."""
        return {"on": self.on, "cues": [asdict(alert) | {"sentence": alert.sentence} for alert in self.cues]}

    @property
    def wanted(self) -> Sequence[Alert]:
        """The alerts to watch for."""
        return self.cues if self.on else ()


NO_ALERTS: Final = AlertSettings(on=False, cues=())


def cues_file(folder: Path | None = None) -> Path:
    """Where they are kept; ``folder``: else the user's settings folder."""
    return (folder or user_config_path("mien")) / "cues.json"


def load_alert_settings(folder: Path | None = None) -> AlertSettings:
    """What is kept; none where nothing is. UsageError names a file that holds something else."""
    path = cues_file(folder)
    try:
        return AlertSettings.of(read_json(path))
    except FileNotFoundError:
        return NO_ALERTS
    except (OSError, ValueError, UsageError) as error:
        raise UsageError(f"The alerts in {path} cannot be read ({error}). Repair that file, or delete it.") from error


def save_alert_settings(settings: AlertSettings, folder: Path | None = None) -> None:
    """In place of those before; MissingError where they cannot be kept."""
    path = cues_file(folder)
    try:
        private_folder(path.parent)
        written = path.with_suffix(".new")
        write_private(written, json.dumps(settings.as_dict(), indent=2, ensure_ascii=False))
        written.replace(path)
    except OSError as error:
        raise MissingError(f"The alerts cannot be saved in {path} ({error}). Make that folder writable.") from error
