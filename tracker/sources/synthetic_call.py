"""The drawn call as a source: a gallery of five drawn people that follows a script; it needs no camera and shows nobody."""

from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from tracker.core.frame import Pixels
from tracker.sources.synthetic import SyntheticSource
from tracker.sources.synthetic_call_script import call_order, pose_at, speaker_at
from tracker.sources.synthetic_gallery import GalleryStyle, draw_gallery, gallery_places
from tracker.sources.synthetic_person import draw_person

CALL_SIZE: Final = (1280, 720)
"""Pixels, as a call's window on a screen."""
LABEL_ENLARGEMENT: Final = 4
"""Names are drawn so much larger first: OpenCV's letters are rough when small."""


def draw_call(t: float) -> Pixels:
    """Draw the gallery.

    Args:
        t: Seconds since the call began.

    Returns:
        [720, 1280, 3] BGR.
    """
    people, speaker = call_order(t), speaker_at(t)
    places = gallery_places(len(people), CALL_SIZE)
    videos = []
    for person, place in zip(people, places, strict=True):
        _, _, width, height = place.rounded()
        video = draw_person(person, pose_at(person.name, t), (width, height))
        label = _label(person.name)
        video[height - label.shape[0] - 8 : height - 8, 8 : 8 + label.shape[1]] = label
        videos.append(video)
    lit = next((number for number, person in enumerate(people) if person.name == speaker), None)
    return draw_gallery(videos, CALL_SIZE, GalleryStyle(lit=lit))


@lru_cache
def _label(name: str) -> Pixels:
    """A name, white on dark."""
    font, scale, thick = cv2.FONT_HERSHEY_SIMPLEX, 0.5 * LABEL_ENLARGEMENT, 5
    (width, height), _ = cv2.getTextSize(name, font, scale, thick)
    margin = 6 * LABEL_ENLARGEMENT
    label = np.full((height + 2 * margin, width + 2 * margin, 3), (52, 46, 44), np.uint8)
    cv2.putText(label, name, (margin, height + margin), font, scale, (245, 245, 245), thick, cv2.LINE_AA)
    size = label.shape[1] // LABEL_ENLARGEMENT, label.shape[0] // LABEL_ENLARGEMENT
    return np.asarray(cv2.resize(label, size, interpolation=cv2.INTER_AREA), np.uint8)


class SyntheticCallSource(SyntheticSource):
    """The drawn call, as a window of a meeting app shows it."""

    def _picture_at(self, t: float) -> Pixels:
        return draw_call(t)
