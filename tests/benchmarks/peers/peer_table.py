"""Who is measured: each peer, how it is installed and driven, and what is known of the pictures that it was trained on."""

from dataclasses import dataclass
from typing import Final, Literal

UNKNOWN: Final = "not said"


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool that reads expressions.

    Attributes:
        name: Unique; also the name of its result.
        version: As pinned in its lock.
        kind: What runs it: Mien's own environment, a Python of its own, Node; "absent" is a peer that is listed and not run.
        trained_on: What is known of its training, and whether FER-2013's private split was among it.
        environment: The folder of its lock under locks/, "" for Mien.
        driver: A file in drivers/.
        arguments: More words for the driver.
        reason: Why an absent peer is not measured.
    """

    name: str
    version: str
    kind: Literal["mien", "python", "node", "absent"]
    trained_on: str
    environment: str = ""
    driver: str = ""
    arguments: tuple[str, ...] = ()
    reason: str = ""


MINI_XCEPTION: Final = (
    "mini-Xception of oarriaga/face_classification, on FER-2013; its public training program holds out the last 20 % of the"
    " rows, public and private split together, and keeps the epoch that is best on them. So the private split was chosen on, if"
    " not trained on."
)
DOWNLOADS: Final = "cannot be run offline: its weights are downloaded when it is first used"
PEERS: Final = (
    Peer(
        "mien",
        "this checkout",
        "mien",
        "FER-2013's training split with FER+'s votes, one head on another network's opinions of these pictures; chosen on the"
        " public split. 288 private pictures are pixel for pixel also in the training split, for everybody who trained on it.",
        driver="drive_mien.py",
    ),
    Peer(
        "fer", "25.10.3", "python", MINI_XCEPTION + " fer's own file may differ: its makers do not say.", "fer", "drive_fer.py"
    ),
    Peer(
        "facex", "1.1.0", "python", f"{UNKNOWN}; probably not FER-2013 alone, as it expects 200x200", "facex", "drive_facex.py"
    ),
    Peer(
        "face-api",
        "1.7.15",
        "node",
        "its makers name 'a variety of images from publicly available datasets as well as images scraped from the web'; whether"
        " FER-2013 is among them is not said",
        "face-api",
        "drive_face_api.mjs",
    ),
    Peer(
        "face-api, tiny detector",
        "1.7.15",
        "node",
        "as face-api; only the face detector differs",
        "face-api",
        "drive_face_api.mjs",
        ("tiny",),
    ),
    Peer("human", "3.3.6", "node", MINI_XCEPTION + " human names that project as its source.", "human", "drive_human.mjs"),
    Peer(
        "deepface",
        "0.0.103",
        "absent",
        "FER-2013",
        reason=f"{DOWNLOADS} (deepface/commons/weight_utils.py)",
    ),
    Peer(
        "hsemotion-onnx",
        "0.3.1",
        "absent",
        "AffectNet",
        reason=f"{DOWNLOADS} (hsemotion_onnx/facial_emotions.py)",
    ),
    Peer(
        "emotiefflib",
        "1.1.1",
        "absent",
        "AffectNet",
        reason=f"{DOWNLOADS} (emotiefflib/utils.py)",
    ),
    Peer(
        "py-feat",
        "2.1.5",
        "absent",
        "several data sets",
        reason=f"{DOWNLOADS} (feat/detector.py)",
    ),
    Peer(
        "rmn",
        "3.3.0",
        "absent",
        "FER-2013",
        reason="not tried: by its own description it downloads its weights when it is first used",
    ),
    Peer(
        "libreface",
        "0.2.0",
        "absent",
        "AffectNet",
        reason="not tried: by its own description it downloads its weights when it is first used",
    ),
    Peer(
        "facemood",
        "1.0.1",
        "absent",
        UNKNOWN,
        reason="has no call for a picture: its one function opens a camera and a window, and reads the whole frame as one face",
    ),
)
"""Mien first, against which the others' ratios are taken."""
