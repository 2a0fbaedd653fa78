"""One recording that a page asked for: its order, and what is known of it at any time."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self

from msgspec import Meta

from tracker.config.settings import Mode
from tracker.live.face_tracking import Faces

JobKind = Literal["waiting", "analysing", "storing", "done", "failed", "cancelled", "interrupted", "elsewhere"]
UNDER_WAY: Final[Sequence[JobKind]] = ("waiting", "analysing", "storing", "elsewhere")

ORDER_FILE: Final = "order.json"
MAX_HZ: Final = 60.0
PACE_REPORTS: Final = 40
"""Reports from which the time that is left is estimated: some twenty seconds of them."""
INTERRUPTED: Final = "Mien was closed during the analysis. It can be resumed where it stopped."
COPY_WAITS: Final = "The copy of the video is kept for that for a week."
ELSEWHERE: Final = "Another Mien on this machine is analysing it; that one's page shows its progress."
REMOVED: Final = "There is no such recording here; it was removed."
TAKEN: Final = "Another Mien on this machine is analysing it. Use that one's page."


@dataclass(frozen=True)
class Order:
    """What a page asked for, as its file ``order.json`` keeps it.

    Attributes:
        id: Names the recording's folder.
        name: Of the video, for people.
        video: Its path; bytes of it that are no text are Python's surrogates.
        hz: Observations a second; 0 is every frame.
        faces: Whose faces are followed.
        copied: The video is a copy of ours, which is deleted once it was analysed.
        mode: Where the person said that they use Mien; None where nobody answered.
    """

    id: str
    name: str
    video: str
    hz: Annotated[float, Meta(ge=0, le=MAX_HZ)]
    faces: Faces
    copied: bool
    mode: Mode | None = None

    def __post_init__(self) -> None:
        if "\0" in self.video:
            raise ValueError("video is not a path: it contains a NUL")


@dataclass(frozen=True)
class Job(Order):
    """An order and how far it is.

    Attributes:
        kind: What happens to it now.
        message: A sentence for people, or empty.
        done: Frames analysed.
        total: Frames of the video, 0 where unknown.
        left: Seconds until it is done, None where unknown.
        session: The id under which it was stored, None before that.
    """

    kind: JobKind = "waiting"
    message: str = ""
    done: int = 0
    total: int = 0
    left: float | None = None
    session: str | None = None

    @classmethod
    def of(cls, order: Order, kind: JobKind, message: str = "") -> Self:
        """An order that was found in the folder."""
        return cls(order.id, order.name, order.video, order.hz, order.faces, order.copied, order.mode, kind, message)

    @property
    def order(self) -> Order:
        """The order alone."""
        return Order(self.id, self.name, self.video, self.hz, self.faces, self.copied, self.mode)

    def in_its_name(self, message: str) -> str:
        """A sentence that names a copy by the file that was copied."""
        return message.replace(self.video, self.name) if self.copied else message


def seconds_left(pace: "deque[tuple[float, int]]", total: int) -> float | None:
    """Until the last frame, at the pace of the last reports.

    Args:
        pace: (monotonic seconds, frames done) at each of them, oldest first.
        total: Frames of the video, 0 where unknown.

    Returns:
        Seconds, or None where nothing can be said yet.
    """
    (since, had), (now, done) = pace[0], pace[-1]
    return (total - done) * (now - since) / (done - had) if total >= done > had else None
