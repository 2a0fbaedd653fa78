"""The mean of several ends of one training."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.lazily import torch
from tracker.core.errors import ModelError

pytestmark = pytest.mark.training


def saved(path: Path, value: float, **also: Any) -> Path:
    weights = {"weight": torch.full((2, 3), float(value)), "num_batches_tracked": torch.tensor(int(value))}
    torch.save({"weights": weights, **also}, path)
    return path


def test_the_mean_of_two_lies_in_the_middle_and_knows_where_it_comes_from(tmp_path: Path) -> None:
    """Written by the command, it reads as any checkpoint does, and tells the epochs and plan of each run."""
    from exporter.training.average_weights import main
    from exporter.training.checkpoint import read_checkpoint, read_weights

    ends = [saved(tmp_path / f"{n}.pt", n, epoch=n, plan={"seed": n}) for n in (1, 4)]
    run = CliRunner().invoke(main, [str(tmp_path / "soup.pt"), *map(str, ends)])

    assert run.exit_code == 0
    weights = read_weights(tmp_path / "soup.pt")
    assert torch.equal(weights["weight"], torch.full((2, 3), 2.5))
    assert weights["num_batches_tracked"].item() == 1
    expected = [{"epochs": 1, "plan": {"seed": 1}}, {"epochs": 4, "plan": {"seed": 4}}]
    assert read_checkpoint(tmp_path / "soup.pt")["ends"] == expected


def test_networks_of_two_kinds_have_no_mean(tmp_path: Path) -> None:
    """Other names or other shapes: refused, naming the file."""
    from exporter.training.average_weights import mean_weights

    one, other = saved(tmp_path / "one.pt", 1), tmp_path / "other.pt"
    torch.save({"weights": {"weight": torch.zeros(3, 3)}}, other)
    with pytest.raises(ModelError, match=r"other\.pt: its weights are not those"):
        mean_weights([one, other])
