"""From gray bytes to network input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.model.preprocess import Scaling, network_input


@given(st.integers(0, 255), st.floats(0, 1), st.floats(0.05, 2))
def test_every_byte_is_scaled_as_the_contract_says(byte: int, mean: float, std: float) -> None:
    """Network input is (byte / 255 - mean) / std, whatever the model's numbers."""
    crops = np.full((1, 2, 2), byte, np.uint8)

    assert network_input(crops, Scaling(mean, std)) == pytest.approx((byte / 255 - mean) / std, abs=1e-4)


def test_crops_become_a_batch_of_one_channel() -> None:
    """[N, side, side] bytes become [N, 1, side, side] 32-bit floats, pixel for pixel."""
    crops = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)

    batch = network_input(crops, Scaling(0, 1))

    assert batch.shape == (2, 1, 3, 3)
    assert batch.dtype == np.float32
    assert np.array_equal((batch[:, 0] * 255).round().astype(np.uint8), crops)


@pytest.mark.parametrize("std", [0.0, -1.0, float("nan")])
def test_a_scaling_has_a_std_above_zero(std: float) -> None:
    """A std of 0 is refused."""
    with pytest.raises(ValueError, match="std"):
        Scaling(0.5, std)
