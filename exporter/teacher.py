"""What an earlier network makes of the training pictures, mixed into what the next one is taught.

One annotator's label, and even ten votes, say less of a picture than both together with a network that has seen all the
others (Furlanello et al., "Born-Again Neural Networks", ICML 2018).
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from exporter.checkpoint import load_weights
from exporter.data import Floats, Lesson
from exporter.network import Network, answers
from tracker.shown import softmax


def softened(taught: Lesson, teacher: Path, share: float) -> Lesson:
    """The lesson with so much (0 to 1) of the teacher's opinion in its targets; ModelError for another network's weights.

    A picture and its mirror image are asked about together. Where nobody voted the teacher alone is heard.
    """
    network = Network()
    load_weights(network, teacher)
    mirrored = np.ascontiguousarray(taught.images[:, :, ::-1])
    both = zip(answers(network, taught.images), answers(network, mirrored), strict=True)
    fer2013, ferplus = ((softmax(one) + softmax(other)) / 2 for one, other in both)
    return Lesson(taught.images, mixed(taught.fer2013, fer2013, share), mixed(taught.ferplus, ferplus, share))


def mixed(own: Floats, opinion: npt.NDArray[np.float64], share: float) -> Floats:
    """[N, labels] both distributions blended, the opinion alone where there is no target of its own."""
    silent = own.sum(axis=1, keepdims=True) == 0
    return np.where(silent, opinion, (1 - share) * own + share * opinion)
