"""What a person asks of a live session, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from tracker.config.settings import Mode
from tracker.core.address import Address
from tracker.core.errors import UsageError
from tracker.core.notes import NOTHING_SAID, Notes
from tracker.core.records import JsonObject, timestamp
from tracker.core.vocabulary import CALL_DEMO_SOURCE, ZOOM_SOURCE
from tracker.live.face_tracking import Faces
from tracker.motion.budget import DEFAULT_MOTION_HZ, MAX_MOTION_HZ
from tracker.sources.intermittent import require_intermittent_rate
from tracker.sources.screen import is_screen

BROWSER: Final = "browser"
"""The source whose frames the page pushes: of its own camera."""
WINDOW: Final = "window"
"""The source whose frames the page pushes: of a window that a person shares with it."""
PUSHED_SOURCES: Final = (BROWSER, WINDOW)
"""One page gives the frames; while that page is away, the session waits for it."""
MAX_HZ: Final = 60.0
"""No webcam is faster."""

WorkerStatus = Literal["watching", "lost", "stopped", "finished", "failed"]
StateKind = Literal["idle", "starting", "paused"] | WorkerStatus
ACTIVE_STATES: Final[Sequence[StateKind]] = ("starting", "watching", "paused", "lost")
"""While there is something to pause or stop; the page has them from here."""


def shows_call(source: str) -> bool:
    """Whether a source shows a call: whoever is in it is somewhere else, and does not see that they are watched."""
    return is_screen(source) or source in (WINDOW, ZOOM_SOURCE, CALL_DEMO_SOURCE)


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """What to watch.

    source: as ``tracker.sources.factory`` takes it, one of PUSHED_SOURCES, or ZOOM_SOURCE. hz: observations a second, 0 is
    every frame. hand_on: the virtual camera that gets each frame, overlay: with an emoji. release: the camera is closed between
    samples. motion: frames a second, between two observations, on which movement is watched; 0 is none. practice: for the
    practice mirror alone: never stored, and no alert is given. mode: where the person is, which decides whether others have
    expressions; None, where nobody answered, is work.
    """

    source: str
    hz: float = 2.0
    faces: Faces = "own"
    hand_on: str | None = None
    overlay: bool = False
    release: bool = False
    motion: float = DEFAULT_MOTION_HZ
    practice: bool = False
    mode: Mode | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", Address(self.source))
        if not self.source.strip():
            raise UsageError("Choose a source first: a camera, a file, or the demo.")
        if not 0 <= self.hz <= MAX_HZ:
            raise UsageError(f"There may be 0 (every frame) to {MAX_HZ:.0f} observations a second, not {self.hz}.")
        if self.faces not in ("own", "all"):
            raise UsageError(f"Faces are own or all, not {self.faces!r}.")
        if not 0 <= self.motion <= MAX_MOTION_HZ:
            raise UsageError(f"Motion is sampled 0 to {MAX_MOTION_HZ:.0f} times a second, not {self.motion}.")
        if self.source in (*PUSHED_SOURCES, ZOOM_SOURCE) and (self.release or self.hand_on is not None):
            raise UsageError(
                f"The source {self.source} can neither be sent to a virtual camera nor closed between readings: only what Mien"
                " opens on this machine can."
            )
        if self.source == ZOOM_SOURCE and self.faces != "all":
            raise UsageError("Zoom's stream shows the others in a meeting: start it with the faces of all.")
        if self.release:
            require_intermittent_rate(self.hz, self.hand_on)

    @property
    def is_call(self) -> bool:
        """Whether others are watched whose consent is needed first: everybody on a call, as a screen or a stream shows it."""
        return self.faces == "all" and shows_call(self.source)


@dataclass(frozen=True, slots=True)
class LiveState:
    """How the session stands, true at any time.

    message: a sentence for the person, or empty. session: its id, once it observes. started_at: when it was asked for; from its
    first moment on the wall clock at t = 0. recorded: t is a file's own time, which no clock tells. because: why it is paused.
    may_follow_wrong_face: somebody stays in view who may be the person at this machine, and is not followed.
    """

    kind: StateKind
    message: str = ""
    session: str | None = None
    request: SessionRequest | None = None
    started_at: datetime | None = None
    recorded: bool = False
    because: str = ""
    notes: Notes = NOTHING_SAID
    may_follow_wrong_face: bool = False

    @property
    def active(self) -> bool:
        """Whether there is something to pause or stop."""
        return self.kind in ACTIVE_STATES

    def as_dict(self) -> JsonObject:
        """As JSON for the page."""
        request: JsonObject = {
            name: None if self.request is None else getattr(self.request, name)
            for name in ("source", "hz", "faces", "motion", "hand_on", "release", "practice", "is_call")
        }
        return {
            "kind": self.kind,
            "message": self.message,
            "session": self.session,
            **request,
            "started_at": None if self.started_at is None else timestamp(self.started_at),
            "recorded": self.recorded,
            "paused_because": self.because,
            "puzzled": self.may_follow_wrong_face,
            **self.notes.as_dict(),
        }


IDLE: Final = LiveState("idle")
