"""One recording that a page asked for: what is known of it at any time."""

from collections import deque
from dataclasses import dataclass
from typing import Final, Literal, Self, cast, get_args

from tracker.core.json_fields import Fields
from tracker.live.face_tracking import Faces

Kind = Literal["waiting", "analysing", "storing", "done", "failed", "cancelled", "interrupted", "elsewhere"]

ORDER: Final = "order.json"
KEPT: Final = ("id", "name", "video", "hz", "faces", "copied")
"""What is written down of a job: the rest shows in its files."""
PACE: Final = 40
"""News from which the time that is left is told: some twenty seconds of them."""
UNDER_WAY: Final = ("waiting", "analysing", "storing", "elsewhere")
INTERRUPTED: Final = "Mien was closed in the middle of it. It can go on where it stopped."
WAITS: Final = "Its copy waits for that for a week."
ELSEWHERE: Final = "Another Mien on this machine is at it; its own page tells how far it is."
GONE: Final = "There is no such recording here: it was removed."
TAKEN: Final = "Another Mien on this machine is at it: tell it there, on its own page."


@dataclass(frozen=True, slots=True)
class Job:
    """One recording. copied: the video is ours, and goes when it was looked at. done, total: frames, 0 where unknown.

    left: seconds, None where unknown. session: the id under which it was stored. message: a sentence, or empty.
    """

    id: str
    name: str
    video: str
    hz: float
    faces: Faces
    copied: bool
    kind: Kind = "waiting"
    message: str = ""
    done: int = 0
    total: int = 0
    left: float | None = None
    session: str | None = None

    @classmethod
    def read(cls, found: Fields) -> Self:
        """From its order; ValueError for anything else."""
        faces = found.text("faces")
        if faces not in get_args(Faces):
            raise ValueError(f"{found.path('faces')} should be one of {', '.join(get_args(Faces))}, found {faces!r}")
        return cls(
            id=found.text("id"),
            name=found.text("name"),
            video=found.text("video"),
            hz=found.number("hz"),
            faces=cast("Faces", faces),
            copied=found.flag("copied"),
        )


def without(message: str, job: Job) -> str:
    """A sentence that calls a copy by the name of what was copied."""
    return message.replace(job.video, job.name) if job.copied else message


def time_left(pace: "deque[tuple[float, int]]", total: int) -> float | None:
    """Seconds until the last frame, at the pace of the last news."""
    (since, had), (now, done) = pace[0], pace[-1]
    return (total - done) * (now - since) / (done - had) if total >= done > had else None
