"""What a face can be seen to do: the kinds of movements, with their words and the pictures a second that they need."""

from dataclasses import dataclass
from typing import Final

from tracker.motion.budget import DEFAULT_MOTION_HZ, MIN_COUNTING_HZ

FEW_HZ: Final = 2.0
"""Pictures a second for what a face holds for a second or longer: two in a row show that it is held."""
GESTURE_HZ: Final = 10.0
"""For nods and shakes, which go to and fro up to three times a second: three pictures each time. On made-up tracks they are
told as well as at 15, and less well at 5 (models/MOVEMENTS.md)."""
MIN_RATE_SHARE: Final = MIN_COUNTING_HZ / DEFAULT_MOTION_HZ
"""Of the rate that a movement needs: cameras give a few pictures less than they promise."""


@dataclass(frozen=True, slots=True)
class MovementKind:
    """A movement that a face can make.

    Attributes:
        name: Its id, in snake case.
        words: As a person says it, after a name: "Ann ...".
        meaning: What exactly counts, in one sentence.
        needed_hz: Pictures a second from which it can be told.
    """

    name: str
    words: str
    meaning: str
    needed_hz: float = FEW_HZ

    @property
    def min_hz(self) -> float:
        """Pictures a second below which it is unknown: a few less than ``needed_hz``."""
        return self.needed_hz * MIN_RATE_SHARE


MOVEMENTS: Final = (
    MovementKind("smile_mouth", "smiles with the mouth", "The corners of the mouth go up, and the eyes stay as at rest."),
    MovementKind("smile_eyes", "smiles with mouth and eyes", "The corners of the mouth go up, and the eyes narrow with them."),
    MovementKind("brows_raised", "raises the brows", "The brows are higher than at rest."),
    MovementKind("brows_lowered", "lowers the brows", "The brows are lower than at rest, as when frowning."),
    MovementKind("lips_pressed", "presses the lips together", "The lips are pressed together more than at rest."),
    MovementKind("jaw_dropped", "has the mouth open", "The jaw hangs lower than at rest, and the mouth is not talking."),
    MovementKind("nose_wrinkled", "wrinkles the nose", "The sides of the nose and the upper lip are drawn up."),
    MovementKind(
        "one_sided_mouth", "moves one corner of the mouth", "One corner of the mouth is drawn up or back, not the other."
    ),
    MovementKind("eyes_closed", "has the eyes closed", "Both eyes are closed for longer than a blink, or look far down."),
    MovementKind("blinking", "blinks often", "Blinks are many, and more than is usual for this person.", DEFAULT_MOTION_HZ),
    MovementKind("gaze_away", "looks away", "Head and eyes together point away from where this person usually looks."),
    MovementKind("nod", "nods", "The head goes down and up again.", GESTURE_HZ),
    MovementKind("shake", "shakes the head", "The head turns to one side and back, and to the other.", GESTURE_HZ),
    MovementKind("tilt", "tilts the head", "The head leans to one shoulder more than at rest."),
    MovementKind(
        "talking", "moves the mouth as in talking", "The lips part and close as fast as in speech.", DEFAULT_MOTION_HZ
    ),
    MovementKind("yawn", "yawns", "The mouth opens wide and stays so for seconds."),
    MovementKind("turned_away", "is turned away", "The head is turned so far that the face cannot be read."),
    MovementKind("covered", "is covered", "Something hides the eyes or the mouth."),
)
"""In the order in which they are listed to people. The store keeps a bit for each, in this order: new ones come at the end."""
