"""What the user says of a foreign network: labels, size, scaling and layout, from flags or a TOML file."""

from pathlib import Path
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import asdict

from exporter.data.labels import FER2013_HEAD, FERPLUS_HEAD
from tracker.core.errors import UsageError
from tracker.core.labelled_folders import VERDICT_OF_FOLDER
from tracker.core.parsing import read_toml
from tracker.core.validation import converted
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS_SHOWN_AS
from tracker.model.preprocess import Scaling

Layout = Literal["nchw", "nhwc"]
NCHW: Final = "nchw"
NHWC: Final = "nhwc"
LAYOUTS: Final = (NCHW, NHWC)


class Description(Struct, frozen=True, forbid_unknown_fields=True):
    """What the user said; None where nothing was said.

    Attributes:
        labels: Of the network's answers, in their order.
        size: Pixels on each side of a crop.
        scaling: The numbers that a black and a white pixel become.
        layout: nchw: [N, 1, size, size], as in PyTorch; nhwc: [N, size, size, 1], as in Keras.

    Raises:
        UsageError: The layout or the scaling is impossible.
    """

    labels: tuple[str, ...] | None = None
    size: int | None = None
    scaling: tuple[float, float] | None = None
    layout: Layout | None = None

    def __post_init__(self) -> None:
        # Flags come here unchecked.
        if self.layout not in (None, *LAYOUTS):
            raise UsageError(f"layout is {' or '.join(LAYOUTS)}, found {self.layout!r}.")
        if self.scaling is not None and not self.scaling[0] < self.scaling[1]:
            raise UsageError(f"scaling is what black and white become, as 0 1 or -1 1; found {self.scaling}.")

    def or_else(self, other: "Description") -> "Description":
        """This description, completed by another one."""
        return Description(**{**asdict(other), **{key: value for key, value in asdict(self).items() if value is not None}})

    def preprocessing(self) -> Scaling:
        """How bytes become the network's input; UsageError where no scaling was given."""
        if self.scaling is None:
            raise UsageError("Say which numbers a black and a white pixel become, as --scaling 0 1, -1 1 or 0 255.")
        black, white = self.scaling
        return Scaling(mean=-black / (white - black), std=1 / (white - black))

    def head(self) -> tuple[str, list[int]]:
        """Which of our heads the labels make, and the column of each of that head's labels.

        With contempt it is FER+'s eight, without it FER-2013's seven; labels of nothing that Mien knows are left out.
        """
        if self.labels is None:
            raise UsageError(f"Say what the network's answers mean, in order, as --labels {','.join(EXPRESSIONS)}.")
        names = [label.strip().lower() for label in self.labels]
        found = [VERDICT_OF_FOLDER.get(name, name) for name in names]
        twice = sorted({name for name in found if found.count(name) > 1})
        missing = [name for name in EXPRESSIONS if name not in found]
        if twice or missing:
            problem = f"{', '.join(twice)} twice" if twice else f"no {', '.join(missing)}"
            raise UsageError(
                f"The labels {', '.join(self.labels)} have {problem}: each of {', '.join(EXPRESSIONS)} is needed once."
            )
        if "contempt" in found:
            return FERPLUS_HEAD, [found.index(shown_as) for shown_as in FERPLUS_SHOWN_AS.values()]
        return FER2013_HEAD, [found.index(name) for name in EXPRESSIONS]


def read_description(path: Path) -> Description:
    """From a TOML file with some of the keys labels, size, scaling, layout; UsageError for anything else."""
    try:
        return converted(read_toml(path), Description, "")
    except (OSError, ValueError) as error:
        example = 'labels = ["angry", ...], size = 48, scaling = [0, 1], layout = "nhwc"'
        raise UsageError(f"{path}: {error}. Expected is a TOML file with some of {example}.") from error
