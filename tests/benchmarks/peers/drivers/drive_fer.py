"""``fer`` as its README uses it: ``FER().detect_emotions``, with OpenCV's Haar cascade and the TFLite model."""

from answering import Found, Pixels, Step, answer
from fer.fer import FER


class Fer:
    """It keeps nothing between frames: a clip is pictures."""

    def __init__(self) -> None:
        self._fer = FER()

    def clip(self, hz: float) -> Step:
        del hz
        return self.frames()

    def frames(self) -> Step:
        return lambda pixels: [described(face) for face in self._fer.detect_emotions(pixels)]

    def crops(self) -> Step:
        # A box without the border that the library adds to a detector's.
        border = 10

        def step(pixels: Pixels) -> Found:
            height, width = pixels.shape[:2]
            boxes = [(border, border, width - 2 * border, height - 2 * border)]
            return [described(face) for face in self._fer.detect_emotions(pixels, boxes)]

        return step


def described(face: dict[str, dict[str, float]]) -> dict[str, object]:
    """A face as an answer has it."""
    return {"box": [int(value) for value in face["box"]], "word": max(face["emotions"], key=face["emotions"].__getitem__)}


if __name__ == "__main__":
    answer(Fer)
