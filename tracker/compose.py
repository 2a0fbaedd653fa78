"""The composition root: opens the classifier, and the analyzer of it and the detector, that ``mien`` and the pages use."""

import logging
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from tracker.config.model_files import RELEASED_INT8, landmarker_model, released_model
from tracker.config.settings import Settings
from tracker.vision.analyzer import Analyzer

if TYPE_CHECKING:
    from tracker.batch.analyze_recording import Recording
    from tracker.model.classifier import OnnxClassifier

Use = Literal["live", "picture"]

MAX_FACES: Final[dict[Use, int]] = {"live": 10, "picture": 32}
"""MediaPipe's mesh costs about 5 ms a face: live, a meeting room is enough; a group picture may take its time."""
MAX_HELPERS: Final = 2
"""Processor cores beside the first one that search the tiles of a meeting or a picture: a call needs the others."""


def open_classifier(settings: Settings, use: Use, *, mine: bool = False) -> "OnnxClassifier":
    """Open the model file with a person's fit.

    Args:
        settings: model: the file, which is then run as it is; None for the released model, which is run as its 8-bit copy;
            person: whose fit to apply; prior.
        use: What the prior "default" means.
        mine: For the pages. If nobody is named, the fit that is in effect for the person at this machine is applied; if the
            person who is named has none yet, the released model is, as a first fit is made of verdicts on it.

    Raises:
        MissingError: The model file is not there.
        UsageError: The person who is named has no fit, unless ``mine``.
    """
    from tracker.core.person import ME
    from tracker.personal.fit_files import versions
    from tracker.personal.select_fit import fit_for_named, fit_in_effect

    prior = use if settings.prior == "default" else settings.prior
    classifier = _open_model_file(settings.model, prior)
    if settings.person is not None and (versions(settings.person) or not mine):
        classifier.fit, remark = fit_for_named(settings.person, classifier.sha256)
        if remark is not None:
            logging.getLogger(__name__).warning("mien: %s", remark)
    elif mine:
        classifier.fit = fit_in_effect(settings.person or ME, classifier.sha256)
    return classifier


def _open_model_file(given: Path | None, prior: str) -> "OnnxClassifier":
    """The file that is named, else the released one's 8-bit copy, else the released one."""
    from tracker.model.classifier import OnnxClassifier

    path = released_model(given)
    copy = path.with_name(RELEASED_INT8)
    if given is None and copy.is_file():
        classifier = OnnxClassifier(copy, prior)
        if classifier.sha256 == sha256(path.read_bytes()).hexdigest():
            return classifier
        logging.getLogger(__name__).warning(
            "mien: %s was not made from %s, so it is not used. Make it anew with 'mien export --int8'.", copy, path
        )
    return OnnxClassifier(path, prior)


@contextmanager
def open_analyzer(settings: Settings, use: Use, *, mine: bool = False, alone: bool = False) -> Iterator[Analyzer]:
    """An analyzer for one thread, with the model of ``open_classifier``; arguments and errors are the same.

    alone: whether it takes one landmark model and one core at most, also where more would be faster.
    """
    from tracker.vision.landmarker import Landmarker

    classifier = open_classifier(settings, use, mine=mine)
    open_detector = partial(Landmarker, landmarker_model(settings.landmarker), MAX_FACES[use])
    helpers = 0 if alone else min(MAX_HELPERS, (os.cpu_count() or 1) - 1)
    with open_detector() as detector:
        analyzer = Analyzer(detector, classifier, [open_detector] * helpers)
        with analyzer.detectors:
            yield analyzer


def analyzer_for(recording: "Recording") -> AbstractContextManager[Analyzer]:
    """An analyzer with a recording's settings, for the thread that analyses it."""
    return open_analyzer(recording.choices, "live", mine=recording.mine)
