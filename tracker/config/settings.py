"""Every setting, once: its name, default and meaning, from which come the flags, the keys of mien.toml and README's table."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Final, Literal, get_args

import click
from msgspec import Meta, defstruct

from tracker.config.option_types import Amount
from tracker.core.address import Address
from tracker.core.errors import UsageError
from tracker.core.parsing import read_toml
from tracker.core.paths import PathType, path_of
from tracker.core.validation import converted


def about(meaning: str, kind: click.ParamType[Any] | None = None, alone: str | None = None) -> dict[str, object]:
    """What belongs to a setting; ``kind`` where click cannot tell it from the default; ``alone``: the flag without a value."""
    return {"meaning": meaning, "kind": kind, "alone": alone}


Retention = Literal["nothing", "session", "24h", "30d", "forever"]
"""For how long something is kept; session is until Mien closes."""
RETENTIONS: tuple[Retention, ...] = get_args(Retention)
Mode = Literal["work", "private"]
"""Where a person uses Mien; work is also education. In it, other people's faces have no expressions."""
MODES: tuple[Mode, ...] = get_args(Mode)

PATH_TYPE = PathType()


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose, or what holds when nothing was chosen."""

    source: str = field(
        default="0",
        metadata=about(
            "where frames come from: a camera's index, name or /dev path, screen (screen:2 is the second monitor,"
            " screen:X,Y,WIDTH,HEIGHT a region), a video file, a picture or a folder of them, an rtsp or http address, or fake"
            " (a drawn face; fake:meeting: four; fake:call: a call of five)"
        ),
    )
    hz: Annotated[float, Meta(ge=0, le=60)] = field(
        default=2.0,
        metadata=about("how often an observation is recorded, per second; 0 = every frame", Amount(0, 60)),
    )
    faces: Literal["own", "all"] = field(
        default="own",
        metadata=about(
            "own follows your own face, the one that is largest when the session begins, and nobody while it is away;"
            " all follows everybody",
            click.Choice(["own", "all"]),
        ),
    )
    mode: Mode | None = field(
        default=None,
        metadata=about(
            "where you are: work (also education: of other people's faces Mien says where they are and how they move, and no"
            " expression) or private; if not given, pages go by the answer given on them, and commands do not; without any"
            " answer, --faces all is as at work, and pictures of groups are read",
            click.Choice(MODES),
        ),
    )
    hand_on: str | None = field(
        default=None,
        metadata=about(
            "send the camera's picture, unchanged, to a virtual camera that a call can choose: its name or /dev path, or"
            " any (the first free one, also if only --hand-on is given); see docs/camera.md",
            click.STRING,
            alone="any",
        ),
    )
    hand_on_overlay: bool = field(
        default=False,
        metadata=about("draw Mien's emoji into the picture on the virtual camera; everybody in the call sees it"),
    )
    release: bool = field(
        default=False,
        metadata=about("close the camera between readings, at 1 Hz or less, so that other programs can use it"),
    )
    motion: str = field(
        default="on",
        metadata=about(
            "watch faces between two observations, for blinks, nods, shakes and talking: on (15 frames a second, as long as the"
            " machine keeps up), off, or a number of frames a second",
            click.STRING,
        ),
    )
    smoothing: Annotated[float, Meta(ge=0, le=60)] = field(
        default=1.0,
        metadata=about(
            "time constant of the smoothed scores, in seconds; another expression takes at most 0.7 of it; 0 = no smoothing",
            Amount(0, 60),
        ),
    )
    prior: str = field(
        default="default",
        metadata=about(
            "how common each expression is assumed to be: natural (as in everyday life), balanced (all alike), a number from 0"
            " to 1.5 between and beyond them, or default (live leans to natural, pictures to balanced)"
        ),
    )
    model: Path | None = field(default=None, metadata=about("the model file; the released one if not given", PATH_TYPE))
    landmarker: Path | None = field(
        default=None, metadata=about("MediaPipe's face_landmarker.task; the shipped one if not given", PATH_TYPE)
    )
    person: str | None = field(
        default=None,
        metadata=about(
            "the person whose fit of the model is applied, as made by `mien refit`; the released model if not given",
            click.STRING,
        ),
    )
    db: str | None = field(
        default=None,
        metadata=about(
            "where to store: sqlite:///file.db, postgresql+psycopg://user@host/name, or default (a file in your data folder);"
            " if not given, the dashboard uses default and a headless run stores nothing",
            click.STRING,
        ),
    )
    retention: Retention | None = field(
        default=None,
        metadata=about(
            "how long a headless run's session is kept, if it is stored: nothing, session (until Mien closes), 24h, 30d (if not"
            " given) or forever; the dashboard asks on its page instead",
            click.Choice(RETENTIONS),
        ),
    )
    host: str = field(default="127.0.0.1", metadata=about("the address the dashboard listens on"))
    port: Annotated[int, Meta(ge=0, le=65535)] = field(
        default=8765, metadata=about("the port the dashboard listens on; 0 = any free one", click.IntRange(0, 65535))
    )
    token: bool = field(
        default=True,
        metadata=about(
            "ask whoever opens the dashboard for the token that is in the printed address; without, every account of this"
            " machine gets in"
        ),
    )
    cert: Path | None = field(
        default=None,
        metadata=about("a certificate file (PEM), with --key: the dashboard is then served over https", PATH_TYPE),
    )
    key: Path | None = field(default=None, metadata=about("the private key file (PEM) of --cert", PATH_TYPE))
    zoom_panel: str | None = field(
        default=None,
        metadata=about(
            "the https origin, like https://mien.example.org, under which a certificate of yours or a tunnel serves the"
            " dashboard as Zoom's side panel; see docs/zoom-app.md",
            click.STRING,
        ),
    )
    public_origin: str | None = field(
        default=None,
        metadata=about(
            "the https origin, like https://mia.example.org, under which a reverse proxy passes the dashboard on; see"
            " docs/several-people.md",
            click.STRING,
        ),
    )

    message_queue: str | None = field(
        default=None,
        metadata=about(
            "where the dashboard publishes what it shows, for viewers: redis://user:password@127.0.0.1, rediss:// for another"
            " machine, or unix:// for a socket; see docs/several-people.md",
            click.STRING,
        ),
    )
    viewer: bool = field(
        default=False,
        metadata=about("show what another Mien of yours publishes to the same message queue, and watch nothing"),
    )

    def __post_init__(self) -> None:
        """Source, database and queue show themselves without a secret from here on; ``Address.whole`` opens them."""
        object.__setattr__(self, "source", Address(self.source))
        if self.db is not None:
            object.__setattr__(self, "db", Address(self.db))
        if self.message_queue is not None:
            object.__setattr__(self, "message_queue", Address(self.message_queue))


SETTING_NAMES = tuple(entry.name for entry in fields(Settings))
WRITTEN_AS_NUMBERS: Final = ("source", "prior", "motion")
"""Texts that may be written as numbers: a camera's index, a prior, frames a second."""


def markdown_table() -> str:
    """README's table of settings."""
    rows = [f"| `{entry.name}` | {_shown(entry.default)} | {entry.metadata['meaning']} |" for entry in fields(Settings)]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def _shown(default: object) -> str:
    return "" if default is None else f"`{default}`"


def read_config(path: Path) -> Mapping[str, object]:
    """The settings of a TOML file, as they are written there.

    Raises:
        UsageError: There is no such file, it is no TOML, or it has a key that is no setting or a value that its flag would
            refuse, also where the command at hand has no use for it.
    """
    try:
        table = read_toml(path)
    except FileNotFoundError as error:
        raise UsageError(f"There is no settings file {path}.") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"The settings file {path} cannot be read: {error}.") from error
    kinds = [(entry.name, _kind_in_file(entry), None) for entry in fields(Settings)]
    try:
        found = converted(table, defstruct("SettingsFile", kinds, forbid_unknown_fields=True), "")
    except ValueError as error:
        raise UsageError(f"{path}: {error}.") from error
    for name in ("model", "landmarker", "cert", "key"):
        given = getattr(found, name)
        try:
            if given is not None:
                path_of(given)
        except UsageError as error:
            raise UsageError(f"{path}: {name}: {error}") from error
    return table


def _kind_in_file(entry: Field[Any]) -> Any:
    """The type of a setting's value in TOML, which has no null and no paths."""
    if entry.name in WRITTEN_AS_NUMBERS:
        return str | int | float
    kind: Any = entry.type
    if NoneType in get_args(kind):
        (kind,) = set(get_args(kind)) - {NoneType}
    return str if kind is Path else kind
