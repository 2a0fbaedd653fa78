"""Where FER-2013's pictures show a face."""

from typing import Final

from tracker.model.framing import EYES, Framing

FER_FRAMING: Final = Framing(
    48,
    left_eye=(15.2, 19.1),
    right_eye=(32.7, 18.9),
    mouth_left=(16.9, 37.2),
    mouth_right=(31.5, 37.0),
    anchors=EYES,
)
"""Medians over 14,000 of its pictures, measured with the landmarker. Aligned by its eyes a face is as large as by eyes and
mouth: 0.99 times, in the median of 1,738 pictures."""
