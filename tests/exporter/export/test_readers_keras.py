"""A Keras file becomes a model file, on torch and without anybody's code."""

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.lazily import keras, layers
from tracker.cli import main
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier

os.environ["KERAS_BACKEND"] = "torch"
pytestmark = [
    pytest.mark.training,
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(find_spec("keras") is None, reason="Keras is not installed: python -m pip install keras h5py"),
]

SAID = ("--labels", ",".join(EXPRESSIONS), "--scaling", "-1", "1")


def plain() -> Any:
    """As in a first course: convolution, normalisation, pooling, dropout, dense."""
    inside = [layers.Conv2D(4, 3, activation="relu"), layers.BatchNormalization(), layers.MaxPooling2D(), layers.Dropout(0.5)]
    return keras.Sequential([keras.Input((16, 16, 1)), *inside, layers.Flatten(), layers.Dense(7, activation="softmax")])


def xception() -> Any:
    """As the small Xception of emotion recognition: separable convolutions beside a shortcut, a closing mean."""
    crops = keras.Input((16, 16, 1))
    maps = layers.Conv2D(4, 3, use_bias=False)(crops)
    shortcut = layers.Conv2D(8, 1, strides=2, padding="same")(maps)
    maps = layers.BatchNormalization()(layers.SeparableConv2D(8, 3, padding="same")(maps))
    maps = layers.add([layers.MaxPooling2D(3, strides=2, padding="same")(maps), shortcut])
    means = layers.GlobalAveragePooling2D()(layers.Conv2D(7, 3, padding="same")(maps))
    return keras.Model(crops, layers.Activation("softmax")(means))


def export(file: Path, *said: str) -> Result:
    return CliRunner().invoke(main, ["export", str(file), "--output", str(file.with_name("out.onnx")), *said])


@pytest.mark.slow
@pytest.mark.parametrize(("build", "suffix"), [(plain, ".h5"), (plain, ".keras"), (xception, ".hdf5"), (xception, ".keras")])
def test_what_keras_says_the_file_says(build: Any, suffix: str, tmp_path: Path) -> None:
    """Channel last and softmaxed, as Keras is, in either format: the same probabilities from bytes on."""
    keras.utils.set_random_seed(3)
    model = build()
    keras.saving.save_model(model, tmp_path / f"model{suffix}")

    done = export(tmp_path / f"model{suffix}", *SAID)

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["answers"] == "probabilities"
    crops = np.random.default_rng(4).integers(0, 256, (5, 16, 16), np.uint8)
    expected = model.predict((crops[..., None] / 127.5 - 1).astype(np.float32), verbose=0)
    found = [prediction.scores.values for prediction in OnnxClassifier(tmp_path / "out.onnx").classify(crops)]
    assert np.abs(np.array(found) - expected).max() < 1e-5


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
def test_layers_with_code_of_their_maker_are_refused(suffix: str, tmp_path: Path) -> None:
    """A lambda, which is code, and a class that only its maker has: neither is run, and the sentence says what to do."""

    class Own(layers.Layer):  # type: ignore[misc]  # Keras has no types
        def call(self, crops: Any) -> Any:
            return crops

    for name, layer in {"lambda": layers.Lambda(lambda crops: crops * 2), "own": Own()}.items():
        model = keras.Sequential([keras.Input((16, 16, 1)), layer, layers.Flatten(), layers.Dense(7)])
        keras.saving.save_model(model, tmp_path / f"{name}{suffix}")

        done = export(tmp_path / f"{name}{suffix}", *SAID)

        assert done.exit_code == 3
        assert "Custom layers and lambdas are never run here" in done.stderr
        assert "tf2onnx" in done.stderr
        assert not (tmp_path / "out.onnx").exists()


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
def test_what_is_no_keras_file_is_refused(suffix: str, tmp_path: Path) -> None:
    """Any bytes under such a name."""
    (tmp_path / f"model{suffix}").write_bytes(b"no model")

    assert "Keras cannot read this model" in export(tmp_path / f"model{suffix}", *SAID).stderr


def test_a_network_for_colour_is_refused_before_it_is_translated(tmp_path: Path) -> None:
    """Three channels have no gray crop."""
    model = keras.Sequential([keras.Input((16, 16, 3)), layers.Flatten(), layers.Dense(7)])
    keras.saving.save_model(model, tmp_path / "colour.keras")

    assert "Networks for colour cannot be used" in export(tmp_path / "colour.keras", *SAID).stderr
