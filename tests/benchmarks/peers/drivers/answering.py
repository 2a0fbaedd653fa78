"""What each peer's driver in Python does alike: it answers tasks, one JSON line each, and times the peer alone.

A task is {"task": "frames", "clip" or "crops", "file": raw RGB bytes, "shape": [n, height, width], "hz": pictures a second}.
The answer is {"ms": [n], "faces": [n] lists of {"box": [x, y, width, height], "word": one of EXPRESSIONS or "unclear"}}; a crop
is its one face. Reading and turning a picture is not timed: it is handed over as the peer wants it. Besides the peer only numpy
is needed.
"""

import json
import os
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Found = list[dict[str, Any]]
Step = Callable[[Pixels], Found]


class Peer(Protocol):
    """A tool that is measured; pictures are [height, width, 3] BGR."""

    def clip(self, hz: float) -> Step:
        """What finds and reads the faces of a clip's frames, one after another, as a user of a camera would have it."""

    def frames(self) -> Step:
        """What finds and reads the faces of pictures that have nothing to do with each other."""

    def crops(self) -> Step:
        """What reads a picture that is nothing but a face; only this is called ``ms a face``."""


def answer(open_peer: Callable[[], Peer]) -> None:
    """Open the peer and answer the tasks on stdin until it ends. What the peer prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = open_peer()
    for line in sys.stdin:
        task = json.loads(line)
        count, height, width = task["shape"]
        steps = {"clip": lambda: peer.clip(task["hz"]), "frames": peer.frames, "crops": peer.crops}  # noqa: B023 - called at once
        step = steps[task["task"]]()
        milliseconds, faces = [], []
        with open(task["file"], "rb") as file:  # noqa: PTH123 - a driver has nothing but the peer's own libraries
            for _ in range(count):
                rgb = np.frombuffer(file.read(height * width * 3), np.uint8).reshape(height, width, 3)
                pixels = np.ascontiguousarray(rgb[..., ::-1])
                started = perf_counter()
                found = step(pixels)
                milliseconds.append((perf_counter() - started) * 1000)
                faces.append(found)
        answers.write(json.dumps({"ms": milliseconds, "faces": faces}) + "\n")
        answers.flush()
