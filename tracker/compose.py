"""The composition root: the one place that names the concrete detector and classifier."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final, Literal

from tracker.config.model_files import landmarker_model, released_model
from tracker.config.settings import Settings
from tracker.vision.analyzer import Analyzer

if TYPE_CHECKING:
    from tracker.batch.analyze_recording import Recording
    from tracker.model.classifier import OnnxClassifier

MAX_FACES: Final = {"live": 10, "picture": 32}
"""MediaPipe's mesh costs about 5 ms a face: a live loop stops at a meeting room, a group picture may take its time."""


def open_classifier(choices: Settings, use: Literal["live", "picture"], *, mine: bool = False) -> "OnnxClassifier":
    """A model file with the fit of the person who was named; ``use`` decides what the prior "default" means.

    mine: on the pages. Where nobody was named, the fit that is in effect for the person at this machine; who was named and has
    none yet begins with the released model, because their verdicts are what a first fit is made of.
    """
    from tracker.core.person import ME
    from tracker.model.classifier import OnnxClassifier
    from tracker.personal.fit_files import versions
    from tracker.personal.select_fit import in_effect, named

    prior = use if choices.prior == "default" else choices.prior
    classifier = OnnxClassifier(released_model(choices.model), prior)
    if choices.person is not None and (versions(choices.person) or not mine):
        classifier.fit, remark = named(choices.person, classifier.sha256)
        if remark is not None:
            logging.getLogger(__name__).warning("mien: %s", remark)
    elif mine:
        classifier.fit = in_effect(choices.person or ME, classifier.sha256)
    return classifier


@contextmanager
def open_analyzer(choices: Settings, use: Literal["live", "picture"], *, mine: bool = False) -> Iterator[Analyzer]:
    """An analyzer for one thread, with ``open_classifier``'s model. MissingError when a file is not there."""
    from tracker.vision.landmarker import Landmarker

    classifier = open_classifier(choices, use, mine=mine)
    with Landmarker(landmarker_model(choices.landmarker), MAX_FACES[use]) as detector:
        yield Analyzer(detector, classifier)


def analyzer_for(recording: "Recording") -> AbstractContextManager[Analyzer]:
    """An analyzer for the thread that goes through a recording, with its settings."""
    return open_analyzer(recording.choices, "live", mine=recording.mine)
