"""The script of the drawn call: who is in it, who agreed to be analysed, and what each of them does when. All of it is data."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from tracker.sources.synthetic_person import DrawnPerson, FacePose

CALL_PEOPLE: Final = (
    DrawnPerson("Ana", (150, 178, 222), (42, 52, 74), "long", (176, 168, 128), (120, 92, 158), "plant", (96, 92, 186)),
    DrawnPerson("Ben", (168, 196, 236), (52, 96, 168), "short", (206, 216, 222), (150, 112, 70), "shelf", (112, 112, 196)),
    DrawnPerson("Chidi", (90, 120, 168), (28, 28, 34), "curly", (104, 152, 206), (198, 202, 206), "lamp", (74, 70, 140)),
    DrawnPerson(
        "Dana", (178, 206, 240), (120, 180, 216), "bun", (142, 104, 92), (96, 150, 110), "plant", (110, 104, 206), glasses=True
    ),
    DrawnPerson(
        "Emil", (160, 188, 228), (150, 152, 156), "sides", (104, 120, 88), (92, 88, 146), "lamp", (110, 116, 190), beard=True
    ),
)
"""In the order of their tiles."""
CALL_NAMES: Final = tuple(person.name for person in CALL_PEOPLE)
AGREED: Final = ("Ana", "Ben", "Chidi")
"""Those who said yes to being analysed; the others stay masked."""

Action = Literal["nods", "shakes the head", "smiles", "looks confused", "looks surprised", "looks away", "yawns", "talks"]

RESTING_POSE: Final = FacePose(smile=0.06)
HELD_POSES: Final[dict[Action, FacePose]] = {
    "smiles": FacePose(smile=0.9, jaw=0.13, eyes=0.42),
    "looks confused": FacePose(brows=-0.9, eyes=0.2, tilt=20),
    "looks surprised": FacePose(brows=1.0, eyes=0.95, jaw=0.5),
    "looks away": FacePose(gaze=0.9, turn=14, smile=0.06),
    "yawns": FacePose(jaw=1.15, eyes=0.12, brows=0.3),
}
"""What a face holds while it does something; the other actions move all the time."""
TRANSITION_SECONDS: Final = 0.5
"""From rest to what is held, and back."""
NOD_HZ, NOD_DEGREES = 1.6, 14.0
"""The head goes down and up again so often a second, and so far."""
SHAKE_HZ, SHAKE_DEGREES = 1.3, 15.0
TALK_HZ, TALK_JAW = 4.0, 0.3
"""Syllables a second, and how far the mouth opens."""
BLINK_INTERVAL_SECONDS, BLINK_SECONDS = 4.2, 0.16
SWAY_DEGREES: Final = 1.2
"""How far a head at rest moves, slowly."""


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One line of the script. begins: seconds from the script's begin. seconds: for which it lasts."""

    begins: float
    seconds: float
    name: str
    does: Action


SCRIPT: Final = (
    ScriptLine(14.0, 2.5, "Ana", "nods"),
    ScriptLine(18.0, 5.0, "Ben", "smiles"),
    ScriptLine(24.0, 6.0, "Chidi", "looks confused"),
    ScriptLine(31.0, 4.0, "Emil", "talks"),
    ScriptLine(36.0, 3.5, "Ana", "looks surprised"),
    ScriptLine(41.0, 2.4, "Ben", "shakes the head"),
    ScriptLine(44.0, 5.5, "Dana", "yawns"),
    ScriptLine(50.0, 5.0, "Chidi", "looks away"),
)
"""It begins with rest: a face's rest is known after ten still seconds. When it is over it begins again."""
SCRIPT_SECONDS: Final = 60.0
SWAPPED: Final = ("Ben", "Dana")
"""One who agreed and one who did not: they stand in each other's place in every second turn of the script."""


def call_order(t: float) -> tuple[DrawnPerson, ...]:
    """Who is in which tile at time t (seconds), in reading order."""
    if int(t // SCRIPT_SECONDS) % 2 == 0:
        return CALL_PEOPLE
    one, other = (next(person for person in CALL_PEOPLE if person.name == name) for name in SWAPPED)
    places = {one: other, other: one}
    return tuple(places.get(person, person) for person in CALL_PEOPLE)


def speaker_at(t: float) -> str | None:
    """Who talks at time t (seconds)."""
    t %= SCRIPT_SECONDS
    return next((line.name for line in SCRIPT if line.does == "talks" and line.begins <= t < line.begins + line.seconds), None)


def pose_at(name: str, t: float) -> FacePose:
    """What a person of the call does at time t (seconds).

    Args:
        name: One of CALL_NAMES.
        t: Since the call began, 0 or more.
    """
    ahead = CALL_NAMES.index(name) * 0.83
    sway = math.sin((t + ahead) * 0.6)
    resting = replace(RESTING_POSE, tilt=SWAY_DEGREES * sway, turn=SWAY_DEGREES * math.sin((t + ahead) * 0.37))
    within = t % SCRIPT_SECONDS
    line = next((each for each in SCRIPT if each.name == name and each.begins <= within < each.begins + each.seconds), None)
    pose = _acting(resting, line, within - line.begins) if line else resting
    is_blinking = (t + ahead) % BLINK_INTERVAL_SECONDS < BLINK_SECONDS
    return replace(pose, eyes=0.0) if is_blinking else pose


def _acting(resting: FacePose, line: ScriptLine, t: float) -> FacePose:
    """t: seconds since the line began."""
    if line.does in HELD_POSES:
        share = min(1.0, t / TRANSITION_SECONDS, (line.seconds - t) / TRANSITION_SECONDS)
        return resting.towards(HELD_POSES[line.does], share)
    return MOVING[line.does](resting, t)


def _nodding(resting: FacePose, t: float) -> FacePose:
    return replace(resting, bow=NOD_DEGREES * _to_and_back(t, NOD_HZ))


def _shaking(resting: FacePose, t: float) -> FacePose:
    return replace(resting, turn=resting.turn + SHAKE_DEGREES * math.sin(2 * math.pi * SHAKE_HZ * t))


def _talking(resting: FacePose, t: float) -> FacePose:
    return replace(resting, jaw=TALK_JAW * _to_and_back(t, TALK_HZ))


def _to_and_back(t: float, hz: float) -> float:
    """0 to 1 and back, so often a second."""
    return (1 - math.cos(2 * math.pi * hz * t)) / 2


MOVING: Final[dict[Action, Callable[[FacePose, float], FacePose]]] = {
    "nods": _nodding,
    "shakes the head": _shaking,
    "talks": _talking,
}
