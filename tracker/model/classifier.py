"""From crops to scores: a model file behind its contract, run by onnxruntime."""

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tracker.core.errors import ModelError
from tracker.core.face import Floats, Prediction
from tracker.core.scores import Scores
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.contract import KEY, ModelContract
from tracker.model.correction import PersonalFit
from tracker.model.feature_statistics import Statistics
from tracker.model.framing import Framing
from tracker.model.onnx_runtime import onnxruntime, runtime_errors
from tracker.model.preprocess import network_input
from tracker.model.prior import Numbers, softmax

FEATURES: Final = "features"
QUIET: Final = 3
"""onnxruntime's log level "error": what matters reaches the person as a ModelError."""
RUNTIME_ERRORS: Final = (
    runtime_errors.EPFail,
    runtime_errors.Fail,
    runtime_errors.InvalidArgument,
    runtime_errors.InvalidGraph,
    runtime_errors.InvalidProtobuf,
    runtime_errors.NotImplemented,
    runtime_errors.RuntimeException,
    # Of its own words, when they quote a name that is no text.
    UnicodeDecodeError,
)
"""Everything a model file can make onnxruntime raise; these share no base class of their own."""

Crops = npt.NDArray[np.uint8]
"""[N, side, side] gray, 0-255."""


class OnnxClassifier:
    """A model file that classifies face crops.

    Attributes:
        contract: What the file says of itself.
        sha256: Hash of the file's bytes, in hexadecimal.
        prior: The prior that was asked for; ``PriorAdjustment.tau`` lists the names.
        tau: What that prior means in this file, 0 to MAX_TAU.
        threshold: Probability below which a reading says ``unclear``.
        fit: The personal fit that is applied to the shown scores, made for this very file; None for the released model. Any
            thread may replace it: ``classify`` reads it once a batch.
    """

    def __init__(self, path: Path, prior: str = "default", *, threads: int = 1, fit: PersonalFit | None = None) -> None:
        content = _content(path)
        self._path, self._session = path, _opened(path, content, threads)
        self.sha256 = sha256(content).hexdigest()
        self.contract = _contract_of(path, self._session)
        self.prior, self.tau = prior, self.contract.shown.tau(prior)
        self.threshold = self.contract.shown.at(self.tau).threshold
        self.fit = fit
        self._outputs = [*self.contract.heads, *([] if self.contract.features is None else [FEATURES])]
        self._input = self._input_that_fits(path)
        self._check_outputs(path)

    @property
    def framing(self) -> Framing:
        """Where its crops show a face."""
        return self.contract.crop

    @property
    def statistics(self) -> Statistics | None:
        """Of its features; None in a file that has none."""
        return self.contract.statistics

    def _input_that_fits(self, path: Path) -> str:
        inputs, side = self._session.get_inputs(), self.contract.side
        found = [f"{entry.type} {entry.shape}" for entry in inputs]
        if len(inputs) != 1 or inputs[0].type != "tensor(float)" or inputs[0].shape[1:] != [1, side, side]:
            raise _misfit(path, f"one input of floats [N, 1, {side}, {side}]", f"{' and '.join(found)}")
        return str(inputs[0].name)

    def _check_outputs(self, path: Path) -> None:
        """Run it once on blank crops: widths are then as they are, not as the file says; two, so N must be free."""
        names = [entry.name for entry in self._session.get_outputs()]
        if not set(self._outputs) <= set(names):
            raise _misfit(path, f"outputs named {', '.join(self._outputs)}", ", ".join(names))
        expected = {name: (2, len(head.labels)) for name, head in self.contract.heads.items()}
        if self.contract.features is not None:
            expected[FEATURES] = (2, self.contract.features)
        blank = np.zeros((2, self.contract.side, self.contract.side), np.uint8)
        found = {name: value.shape for name, value in self._run(blank)}
        if found != expected:
            raise _misfit(path, f"outputs {expected} for two faces", str(found))

    def _run(self, crops: Crops) -> list[tuple[str, Floats]]:
        """Each output with its name; ModelError where the network stops, or gives what nobody can count with."""
        try:
            values = self._session.run(self._outputs, {self._input: network_input(crops, self.contract.scaling)})
        except RUNTIME_ERRORS as error:
            raise ModelError(f"{self._path}: it cannot judge {len(crops)} faces at once ({error}). Export it again.") from error
        for name, value in zip(self._outputs, values, strict=True):
            self._require_numbers(name, value)
        return list(zip(self._outputs, values, strict=True))

    def _require_numbers(self, name: str, value: Any) -> None:
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
            raise _misfit(self._path, f"floats in {name}", f"{getattr(value, 'dtype', type(value).__name__)}")
        if not np.isfinite(value).all():
            raise ModelError(
                f"{self._path}: what it gives as {name} is not a finite number for every face. The file is damaged, or went"
                " wrong when it was trained: take it anew from its maker."
            )

    def logits(self, crops: Crops) -> dict[str, Floats]:
        """Each output of the network as it is: head -> [N, labels], and ``features`` -> [N, n] where it has some."""
        return dict(self._run(crops))

    def shown(self, logits: dict[str, Floats]) -> Numbers:
        """[N, 7] the distribution that is shown, from what ``logits`` gave."""
        return self._shown(logits, self.fit)

    def _shown(self, logits: dict[str, Floats], fit: PersonalFit | None) -> Numbers:
        seven = self.contract.calibrated(self.contract.seven(logits), self.tau)
        if fit is None:
            return softmax(seven)
        if fit.correction.width != self.contract.features:
            raise ModelError(
                f"Fit {fit.version} of {fit.person} reads {fit.correction.width} features, and {self._path} has"
                f" {self.contract.features or 'none'}. Fit anew with 'mien refit --person {fit.person}'."
            )
        return softmax(seven + fit.correction.of(logits[FEATURES]))

    def classify(self, crops: Crops) -> list[Prediction]:
        """One prediction a crop, in order; none for none."""
        if not len(crops):
            return []
        logits = self.logits(crops)
        # Read once: another thread may let another fit take effect.
        fit = self.fit
        heads = {name: softmax(logits[name], head.temperature) for name, head in self.contract.heads.items()}
        shown = self._shown(logits, fit)
        for name, values in {**heads, "what is shown": shown}.items():
            # Temperatures are the file's, too.
            self._require_numbers(name, values)
        features = logits.get(FEATURES, np.empty((len(crops), 0), np.float32))
        return [
            Prediction(
                scores=Scores.of(EXPRESSIONS, row),
                heads={name: Scores.of(self.contract.heads[name].labels, rows[number]) for name, rows in heads.items()},
                features=features[number],
                fit=fit,
            )
            for number, row in enumerate(shown)
        ]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: there is no model file that can be read here ({error.strerror}).") from error


def _opened(path: Path, content: bytes, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = QUIET
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"], enable_fallback=0)
    except RUNTIME_ERRORS as error:
        raise ModelError(f"{path}: not an ONNX file that can be run here ({error}). Take it anew from its maker.") from error


def _contract_of(path: Path, session: Any) -> ModelContract:
    metadata = session.get_modelmeta().custom_metadata_map
    if KEY not in metadata:
        raise ModelError(
            f"{path}: expected a contract (labels, input, calibration) in its metadata under '{KEY}', found "
            f"{', '.join(metadata) or 'no metadata'}. 'mien export' writes files that have one."
        )
    return ModelContract.from_json(metadata[KEY], path)


def _misfit(path: Path, expected: str, found: str) -> ModelError:
    return ModelError(f"{path}: its contract promises {expected}, found {found}. Export the model again.")
