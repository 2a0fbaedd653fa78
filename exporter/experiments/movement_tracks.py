"""Made-up tracks of faces that move: what each picture would show of a made-up person, and what that person did when."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import pi, sin
from random import Random
from typing import Final

import numpy as np

from tracker.core.face import Detection, Landmarks, Pose, Shape
from tracker.motion.blendshapes import both
from tracker.motion.signals import FACE_HEIGHT_POINTS, INNER_LIP_POINTS

REST_SECONDS: Final = 25.0
"""At the beginning, in which only blinks happen."""
PAUSE_SECONDS: Final = (3.0, 5.0)
"""Between two movements."""
REPEATS: Final = 2
"""Of each movement in one track."""
RAMP_SECONDS: Final = 0.3
"""In which a movement that is held comes and goes."""
JITTER, DROPPED = 0.2, 0.03
"""Share of the interval by which pictures are late at most, and share of the pictures that are missing."""
MESH_POINTS, FACE_HEIGHT = 478, 200.0
BLINK: Final = "blink"

SMILE, SQUINT, BROWS_UP = both("mouthSmile"), both("eyeSquint"), ("browInnerUp", *both("browOuterUp"))
BROWS_DOWN, PRESS, CLOSURE = both("browDown"), both("mouthPress"), both("eyeBlink")


Adds = Callable[[float], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the person does from start to end, in seconds.

    Attributes:
        name: Of a movement, or BLINK; "" is something that is none of the movements.
        start: When it begins.
        end: When it is over.
        adds: What it adds to blendshapes, to "yaw", "pitch" and "roll" (degrees) and to "lips" (heights of the face), at a
            time in seconds since its start.
    """

    name: str
    start: float
    end: float
    adds: Adds


@dataclass(frozen=True, slots=True)
class Track:
    """A person at rest, and what they do.

    rest: of blendshapes and angles. noise, drift: of blendshapes; angles have 20 and 60 times as many degrees. phase: of the
    drift, in seconds.
    """

    rest: Mapping[str, float]
    noise: float
    drift: float
    phase: float
    events: tuple[Event, ...]
    seconds: float

    def pictures(self, hz: float, seed: int) -> Iterator[tuple[float, Detection]]:
        """Time and face of each picture, about ``hz`` a second."""
        chance = Random(seed)  # nosec B311  # noqa: S311 - made-up faces are no secret
        for n in range(int(self.seconds * hz)):
            if chance.random() >= DROPPED:
                t = (n + JITTER * chance.random()) / hz
                yield t, self._face(t, chance)

    def _face(self, t: float, chance: Random) -> Detection:
        values = dict(self.rest)
        for event in self.events:
            if event.start <= t <= event.end:
                for name, more in event.adds(t - event.start).items():
                    values[name] = values.get(name, 0.0) + more
        drift = self.drift * sin((t + self.phase) / 20)
        angles = [values.pop(name) + 60 * drift + chance.gauss(0, 20 * self.noise) for name in ("yaw", "pitch", "roll")]
        lips = values.pop("lips") + chance.gauss(0, self.noise / 20)
        shapes = {name: min(1.0, max(0.0, value + drift + chance.gauss(0, self.noise))) for name, value in values.items()}
        points = np.zeros((MESH_POINTS, 2), np.float32)
        points[FACE_HEIGHT_POINTS[1]] = 0.0, FACE_HEIGHT
        points[INNER_LIP_POINTS[1]] = 0.0, max(0.0, lips) * FACE_HEIGHT
        return Detection(Landmarks(points), Shape(shapes, Pose(*angles)))


def made_up_track(seed: int) -> Track:
    """A person and what they do for some three minutes, always the same for a seed."""
    chance = Random(seed)  # nosec B311  # noqa: S311 - made-up faces are no secret
    vivid = chance.uniform(0.4, 1.2)
    drawn = [doing for doing in _doings(chance, vivid) for _ in range(REPEATS)]
    chance.shuffle(drawn)
    events, t = list[Event](), REST_SECONDS
    for name, seconds, adds in drawn:
        events.append(Event(name, t, t + seconds, adds))
        t += seconds + chance.uniform(*PAUSE_SECONDS)
    closed = [event for event in events if event.name in ("eyes_closed", "gaze_away", "yawn")]
    events += [blink for blink in _blinks(chance, t) if all(blink.end < c.start or blink.start > c.end for c in closed)]
    return Track(_rest(chance), chance.uniform(0.008, 0.025), chance.uniform(0, 0.04), chance.uniform(0, 60), tuple(events), t)


def _rest(chance: Random) -> dict[str, float]:
    """As neutral pictures of FER+ have them, from the first to the ninth tenth."""
    shapes = {
        SMILE: (0.0, 0.15),
        SQUINT: (0.05, 0.5),
        BROWS_UP: (0.0, 0.4),
        BROWS_DOWN: (0.0, 0.3),
        PRESS: (0.0, 0.13),
        CLOSURE: (0.02, 0.3),
        ("jawOpen",): (0.0, 0.1),
        both("eyeLookDown"): (0.05, 0.3),
    }
    rest = {name: value for names, ends in shapes.items() for value in [chance.uniform(*ends)] for name in names}
    rest |= dict.fromkeys((*both("eyeLookOut"), *both("eyeLookIn")), 0.1)
    return rest | {
        "yaw": chance.uniform(-12, 12),
        "pitch": chance.uniform(-15, 10),
        "roll": chance.uniform(-6, 6),
        "lips": 0.01,
    }


def _blinks(chance: Random, seconds: float) -> Iterator[Event]:
    a_minute, t = chance.uniform(8, 25), 1.0
    while t < seconds - 1:
        length, depth = chance.uniform(0.15, 0.35), chance.uniform(0.4, 0.65)
        yield Event(BLINK, t, t + length, _closing(depth, length))
        t += length + 0.6 + chance.expovariate(a_minute / 60)


def _closing(depth: float, length: float) -> Adds:
    return lambda s: dict.fromkeys(CLOSURE, depth * max(0.0, sin(pi * s / length)) ** 0.5)


def _swinging(axes: tuple[str, ...], degrees: float, hz: float) -> Adds:
    return lambda s: dict.fromkeys(axes, degrees * sin(2 * pi * hz * s))


def _talking(gap: float, hz: float) -> Adds:
    """Lips that part and close so many times a second, and a jaw that goes with them."""

    def adds(s: float) -> dict[str, float]:
        wave = sin(2 * pi * hz * s)
        return {"lips": gap * max(0.0, wave), "jawOpen": 4 * gap * abs(wave)}

    return adds


def _held(seconds: float, *parts: tuple[tuple[str, ...], float]) -> Adds:
    """Values that rise, stay, and fall."""

    def adds(s: float) -> dict[str, float]:
        share = max(0.0, min(1.0, s / RAMP_SECONDS, (seconds - s) / RAMP_SECONDS))
        return {name: size * share for names, size in parts for name in names}

    return adds


def _doings(chance: Random, vivid: float) -> Iterator[tuple[str, float, Adds]]:
    """Name, seconds, and what it adds, of each movement and of what looks like one."""
    u, long = chance.uniform, chance.uniform(1, 4)

    def held(name: str, seconds: float, *parts: tuple[tuple[str, ...], float]) -> tuple[str, float, Adds]:
        return name, seconds, _held(seconds, *parts)

    yield held("smile_mouth", long, (SMILE, u(0.35, 0.7) * vivid))
    yield held("smile_eyes", long, (SMILE, u(0.5, 0.8) * vivid), (SQUINT, u(0.25, 0.4) * vivid))
    yield held("brows_raised", long, (BROWS_UP, u(0.3, 0.6) * vivid))
    yield held("brows_lowered", long, (BROWS_DOWN, u(0.25, 0.5) * vivid), (SQUINT, 0.1))
    yield held("lips_pressed", long, (PRESS, u(0.2, 0.45) * vivid))
    yield held("jaw_dropped", u(1.2, 2.0), (("jawOpen",), u(0.3, 0.5) * vivid), (("lips",), 0.08))
    side = chance.choice(("Left", "Right"))
    yield held(
        "one_sided_mouth", long, ((f"mouthSmile{side}", f"mouthDimple{side}"), u(0.2, 0.4) * vivid), ((f"mouth{side}",), 0.1)
    )
    yield held("eyes_closed", u(2, 4), (CLOSURE, u(0.5, 0.7)))
    out, inn = chance.sample((("eyeLookOutLeft", "eyeLookInRight"), ("eyeLookInLeft", "eyeLookOutRight")), 2)
    turn = 1 if out[0] == "eyeLookOutLeft" else -1
    yield held("gaze_away", u(1.5, 4), (out, u(0.4, 0.7)), (inn, -0.1), (("yaw",), turn * u(8, 25)))
    yield held("gaze_away", u(1.5, 4), (both("eyeLookUp"), u(0.4, 0.7)), (both("eyeLookDown"), -0.2), (("pitch",), u(5, 15)))
    yield held("tilt", long, (("roll",), chance.choice((-1, 1)) * u(15, 25)))
    yield held("yawn", u(4, 6.5), (("jawOpen",), u(0.65, 0.85)), (CLOSURE, 0.25), (("lips",), 0.2))
    for name, axis, size in (("nod", "pitch", u(2.5, 10)), ("shake", "yaw", u(4, 18))):
        hz = u(1, 3)
        yield name, u(1.0, 1.8), _swinging((axis,), size, hz)
    syllables, gap = u(2.8, 5), u(0.02, 0.04)
    yield "talking", u(3, 6), _talking(gap, syllables)
    # None of the movements: a look down and back, a change of posture, lips that part.
    yield held("", 0.6, (("pitch",), -12.0))
    yield "", 6.0, _swinging(("pitch", "yaw"), 6.0, 1 / 6)
    yield held("", long, (("jawOpen",), 0.06), (("lips",), 0.02))
