"""``facex`` as its README uses it: a classifier's ``predict`` for pictures, with OpenCV's Haar cascade."""

from pathlib import Path

import cv2
import facex
import numpy as np
from answering import Found, Pixels, Step, answer

WORDS = {"anger": "angry", "sadness": "sad", "surprised": "surprise"}
"""Its names for three of our words; the others are the same."""


class Facex:
    """It keeps nothing between frames: a clip is pictures. One classifier instead of its pool, which loads five."""

    def __init__(self) -> None:
        self._classifier = facex.EmotionClassifier(str(Path(facex.__file__).parent / "assets" / "model_optimized.tflite"))

    def clip(self, hz: float) -> Step:
        del hz
        return self.frames()

    def frames(self) -> Step:
        return lambda pixels: [described(face["bbox"], face["emot"]) for face in self._classifier.predict(pixels)]

    def crops(self) -> Step:
        def step(pixels: Pixels) -> Found:
            gray = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
            return [described((0, 0, *gray.shape[::-1]), self._classifier.detect_emotion(gray))]

        return step


def described(box: tuple[int, ...], scores: dict[str, float]) -> dict[str, object]:
    """A face as an answer has it."""
    best = max(scores, key=scores.__getitem__)
    return {"box": [int(value) for value in box], "word": WORDS.get(best, best)}


if __name__ == "__main__":
    answer(Facex)
