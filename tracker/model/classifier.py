"""From face crops to scores: a model file behind its contract, run by onnxruntime."""

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tracker.core.errors import ModelError
from tracker.core.face import Floats, Prediction
from tracker.core.scores import Scores
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.contract import METADATA_KEY, ModelContract
from tracker.model.correction import PersonalFit
from tracker.model.feature_statistics import FeatureStatistics
from tracker.model.framing import Framing
from tracker.model.onnx_runtime import onnxruntime, runtime_errors
from tracker.model.preprocess import network_input
from tracker.model.prior import Numbers, softmax

FEATURES_OUTPUT: Final = "features"
LOG_ERRORS_ONLY: Final = 3
"""A log level of onnxruntime: what matters reaches the person as a ModelError."""
ONNXRUNTIME_ERRORS: Final = (
    runtime_errors.EPFail,
    runtime_errors.Fail,
    runtime_errors.InvalidArgument,
    runtime_errors.InvalidGraph,
    runtime_errors.InvalidProtobuf,
    runtime_errors.NotImplemented,
    runtime_errors.RuntimeException,
    # When its own message quotes a name that is no text.
    UnicodeDecodeError,
)
"""Everything a model file can make onnxruntime raise; these share no base class of their own."""

Crops = npt.NDArray[np.uint8]
"""[N, side, side] gray, 0-255."""


class OnnxClassifier:
    """A model file that classifies face crops.

    Attributes:
        contract: What the file says of itself.
        path: The file that was opened.
        sha256: Hash of the model file's bytes, in hexadecimal. An 8-bit copy has the hash of the file it was made from: it is
            the same model, and fits and stored readings belong to both.
        prior: The prior that was asked for; ``PriorAdjustment.tau`` lists the names.
        tau: What that prior means in this file, 0 to MAX_TAU.
        threshold: Probability below which a reading says ``unclear``.
        fit: The personal fit that is applied to the shown scores, made for this very file; None for the released model. Any
            thread may replace it: ``classify`` reads it once a batch.
    """

    def __init__(self, path: Path, prior: str = "default", *, threads: int = 1, fit: PersonalFit | None = None) -> None:
        """Open a model file and check it against its contract.

        Args:
            path: The ONNX file.
            prior: What ``PriorAdjustment.tau`` understands.
            threads: Of onnxruntime for one batch.
            fit: The personal fit to begin with.

        Raises:
            ModelError: When the file cannot be read or run, or is not what its contract says.
            UsageError: When there is no such prior.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path}: there is no model file that can be read here ({error.strerror}).") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = LOG_ERRORS_ONLY
        try:
            self._session: Any = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"], enable_fallback=0
            )
        except ONNXRUNTIME_ERRORS as error:
            raise ModelError(
                f"{path}: not an ONNX file that can be run here ({error}). Take it anew from its maker."
            ) from error
        self.path = path
        self.contract = self._read_contract()
        self.sha256 = self.contract.quantised_from or sha256(content).hexdigest()
        self.prior, self.tau = prior, self.contract.shown.tau(prior)
        self.threshold = self.contract.shown.operating_point(self.tau).threshold
        self._calibration = self.contract.shown.calibration(self.tau)
        self.fit = fit
        self._outputs = [*self.contract.heads, *([] if self.contract.features is None else [FEATURES_OUTPUT])]
        self._input = self._check_input()
        self._check_outputs()

    @property
    def framing(self) -> Framing:
        """Where its crops show a face."""
        return self.contract.crop

    @property
    def statistics(self) -> FeatureStatistics | None:
        """Of its features in training; None in a file that has none."""
        return self.contract.statistics

    def _read_contract(self) -> ModelContract:
        metadata = self._session.get_modelmeta().custom_metadata_map
        if METADATA_KEY not in metadata:
            raise ModelError(
                f"{self.path}: expected a contract (labels, input, calibration) in its metadata under '{METADATA_KEY}', found "
                f"{', '.join(metadata) or 'no metadata'}. 'mien export' writes files that have one."
            )
        return ModelContract.from_json(metadata[METADATA_KEY], self.path)

    def _check_input(self) -> str:
        """The name of the one input; ModelError where it is not as the contract says."""
        inputs, side = self._session.get_inputs(), self.contract.side
        found = [f"{entry.type} {entry.shape}" for entry in inputs]
        if len(inputs) != 1 or inputs[0].type != "tensor(float)" or inputs[0].shape[1:] != [1, side, side]:
            raise self._mismatch(f"one input of floats [N, 1, {side}, {side}]", f"{' and '.join(found)}")
        return str(inputs[0].name)

    def _check_outputs(self) -> None:
        """Run the network once on blank crops, which shows the true widths; on two, so that N must be free."""
        names = [entry.name for entry in self._session.get_outputs()]
        if not set(self._outputs) <= set(names):
            raise self._mismatch(f"outputs named {', '.join(self._outputs)}", ", ".join(names))
        expected = {name: (2, len(head.labels)) for name, head in self.contract.heads.items()}
        if self.contract.features is not None:
            expected[FEATURES_OUTPUT] = (2, self.contract.features)
        blank = np.zeros((2, self.contract.side, self.contract.side), np.uint8)
        found = {name: value.shape for name, value in self.logits(blank).items()}
        if found != expected:
            raise self._mismatch(f"outputs {expected} for two faces", str(found))

    def _mismatch(self, expected: str, found: str) -> ModelError:
        return ModelError(f"{self.path}: its contract promises {expected}, found {found}. Export the model again.")

    def logits(self, crops: Crops) -> dict[str, Floats]:
        """Run the network.

        Args:
            crops: [N, side, side] gray, 0-255.

        Returns:
            Each output as it is: head -> [N, labels], and FEATURES_OUTPUT -> [N, width] where the file has features.

        Raises:
            ModelError: When the network stops, or an output is not a finite number.
        """
        try:
            values = self._session.run(self._outputs, {self._input: network_input(crops, self.contract.scaling)})
        except ONNXRUNTIME_ERRORS as error:
            raise ModelError(
                f"{self.path}: it cannot classify {len(crops)} faces at once ({error}). Export it again."
            ) from error
        for name, value in zip(self._outputs, values, strict=True):
            self._require_finite(name, value)
        return dict(zip(self._outputs, values, strict=True))

    def _require_finite(self, name: str, value: Any) -> None:
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
            raise self._mismatch(f"floats in {name}", f"{getattr(value, 'dtype', type(value).__name__)}")
        if not np.isfinite(value).all():
            raise ModelError(
                f"{self.path}: what it gives as {name} is not a finite number for every face. The file is damaged, or went"
                " wrong when it was trained: take it anew from its maker."
            )

    def shown_scores(self, logits: dict[str, Floats]) -> Numbers:
        """[N, 7] probabilities of EXPRESSIONS that are shown, with the fit of this moment, from what ``logits`` returned.

        Raises:
            ModelError: When the fit reads other features than the file has.
        """
        return self._shown_scores(logits, self.fit)

    def _shown_scores(self, logits: dict[str, Floats], fit: PersonalFit | None) -> Numbers:
        calibrated = self._calibration.calibrated(self.contract.shown_logits(logits))
        if fit is None:
            return softmax(calibrated)
        if fit.correction.width != self.contract.features:
            raise ModelError(
                f"Fit {fit.version} of {fit.person} reads {fit.correction.width} features, and {self.path} has"
                f" {self.contract.features or 'none'}. Fit anew with 'mien refit --person {fit.person}'."
            )
        return softmax(calibrated + fit.correction.logits(logits[FEATURES_OUTPUT]))

    def classify(self, crops: Crops) -> list[Prediction]:
        """Classify face crops in one batch.

        Args:
            crops: [N, side, side] gray, 0-255; N may be 0.

        Returns:
            One prediction for each crop, in their order.

        Raises:
            ModelError: When the network or the fit does not give finite numbers.
        """
        if not len(crops):
            return []
        logits = self.logits(crops)
        # Read once: another thread may replace it.
        fit = self.fit
        heads = {name: softmax(logits[name], head.temperature) for name, head in self.contract.heads.items()}
        shown = self._shown_scores(logits, fit)
        # Temperatures come from the file, too.
        for name, values in {**heads, "what is shown": shown}.items():
            self._require_finite(name, values)
        features = logits.get(FEATURES_OUTPUT, np.empty((len(crops), 0), np.float32))
        return [
            Prediction(
                scores=Scores.of(EXPRESSIONS, row),
                heads={name: Scores.of(self.contract.heads[name].labels, rows[number]) for name, rows in heads.items()},
                features=features[number],
                fit=fit,
            )
            for number, row in enumerate(shown)
        ]
