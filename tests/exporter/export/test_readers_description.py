"""What a person says of a foreign network."""

from pathlib import Path

import numpy as np
import pytest

from exporter.export.readers.description import Description, read_description
from tracker.core.errors import UsageError
from tracker.model.preprocess import network_input


@pytest.mark.parametrize(("black", "white"), [(0, 1), (-1, 1), (0, 255), (-2.1, 2.6)])
def test_black_and_white_become_what_was_said(black: float, white: float) -> None:
    """Whatever the two numbers are, the tracker's preprocessing gives them."""
    scaling = Description(scaling=(black, white)).preprocessing()

    found = network_input(np.array([[[0, 255]]], np.uint8), scaling).ravel()

    assert found == pytest.approx([black, white], abs=1e-4)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("colour = 3", "colour is not known; there are labels, size, scaling, layout"),
        ('labels = "happy"\nscaling = [1]', "labels should be a list or null, found 'happy'"),
        ("scaling = [1, 0]", "scaling is what black and white become"),
        ("labels", "Expected is a TOML file"),
    ],
)
def test_a_toml_file_that_says_something_else_is_refused(content: str, sentence: str, tmp_path: Path) -> None:
    """Unknown keys, wrong kinds and broken files, each with its sentence."""
    (tmp_path / "said.toml").write_text(content)

    with pytest.raises(UsageError, match=sentence):
        read_description(tmp_path / "said.toml")
