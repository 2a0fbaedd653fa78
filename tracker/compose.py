"""The composition root: the one place that names the concrete detector and classifier."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from tracker.analyzer import Analyzer
from tracker.assets import landmarker_model, released_model
from tracker.settings import Choices

MOST_FACES: Final = {"live": 10, "picture": 32}
"""MediaPipe's mesh costs about 5 ms a face: a live loop stops at a meeting room, a group picture may take its time."""


@contextmanager
def open_analyzer(choices: Choices, use: Literal["live", "picture"]) -> Iterator[Analyzer]:
    """An analyzer for one thread; ``use`` decides what the prior "default" means. MissingError when a file is not there."""
    from tracker.classifier import OnnxClassifier
    from tracker.landmarker import Landmarker

    prior = use if choices.prior == "default" else choices.prior
    classifier = OnnxClassifier(released_model(choices.model), prior)
    with Landmarker(landmarker_model(choices.landmarker), MOST_FACES[use]) as detector:
        yield Analyzer(detector, classifier)
