"""The contract that a model file carries in itself."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tracker.core.errors import ModelError
from tracker.model.contract import CONTRACT_FORMAT, Head, ModelContract

FILE = Path("some.onnx")


def test_a_contract_is_read_as_it_was_written(contract: ModelContract) -> None:
    """To the last number."""
    assert ModelContract.from_json(contract.to_json(), FILE) == contract


def test_a_contract_without_features_is_read_as_it_was_written(contract: ModelContract) -> None:
    """Features are optional; without them the JSON has null."""
    plain = replace(contract, features=None)

    assert json.loads(plain.to_json())["features"] is None
    assert ModelContract.from_json(plain.to_json(), FILE) == plain


def test_faces_of_an_older_file_are_aligned_by_eyes_and_mouth(contract: ModelContract) -> None:
    """Format 1 has no anchors; its files are read as they were meant."""
    text = changed(contract, lambda members: (members.update(format=1), members["crop"].pop("anchors")))

    assert ModelContract.from_json(text, FILE).crop.anchors == "eyes and mouth"


def changed(contract: ModelContract, change: Callable[[dict[str, Any]], object]) -> str:
    members = json.loads(contract.to_json())
    change(members)
    return json.dumps(members)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda contract: contract.update(format=CONTRACT_FORMAT + 1), "the contract.format should be one of 1, 2, found 3"),
        (lambda contract: contract.pop("heads"), "the contract.heads is missing"),
        (lambda contract: contract["input"].update(colour="rgb"), "input.colour should be 'gray', found 'rgb'"),
        (lambda contract: contract["input"].update(side=48.5), "input.side should be a whole number"),
        (lambda contract: contract["input"].update(side=4096), "a crop's side lies between 16 and 512"),
        (lambda contract: contract["input"].update(std=0), "std must be above 0"),
        (lambda contract: contract["crop"].update(left_eye=[400, 3]), "points outside of 48 x 48"),
        (lambda contract: contract["crop"].update(left_eye=[40, 19]), "left and right exchanged"),
        (lambda contract: contract["crop"].update(anchors="nose"), "anchors is eyes or eyes and mouth, found 'nose'"),
        (lambda contract: contract["heads"]["fer2013"].update(temperature=0), "heads.fer2013: temperature should be above 0"),
        (
            lambda contract: contract["heads"]["fer2013"].update(temperature="1"),
            "fer2013.temperature should be a number, found",
        ),
        (lambda contract: contract["heads"]["ferplus"]["labels"].pop(0), "head ferplus has no label neutral"),
        (lambda contract: contract["shown"].update(head="posed"), "shown.head is 'posed', which is none of fer2013, ferplus"),
        (lambda contract: contract["shown"]["as"].pop("fear"), "should name each of angry"),
        (lambda contract: contract["shown"]["log_prior"].update(boredom=-1.0), "no label boredom"),
        (lambda contract: contract["shown"].update(curve=[]), "one setting or more"),
        (lambda contract: contract.update(features=0), "features is a width or null"),
    ],
)
def test_a_contract_that_cannot_be_kept_is_refused(contract: ModelContract, change: Any, sentence: str) -> None:
    """The error names the file, what about its contract is wrong, and what to do."""
    with pytest.raises(ModelError, match=sentence) as caught:
        ModelContract.from_json(changed(contract, change), FILE)
    assert str(caught.value).startswith("some.onnx: ")
    assert "mien export" in str(caught.value)


@pytest.mark.parametrize("text", ["", "not json", "[]", "null", '{"format": 1'])
def test_json_that_is_no_contract_is_refused(text: str) -> None:
    """Anything that is not a JSON object is a ModelError, too."""
    with pytest.raises(ModelError, match="its contract cannot be kept"):
        ModelContract.from_json(text, FILE)


@pytest.mark.parametrize("labels", [(), ("happy",), ("happy", "happy")])
def test_a_head_has_two_labels_or_more(labels: tuple[str, ...]) -> None:
    """Fewer labels, or a label twice, are refused."""
    with pytest.raises(ValueError, match="two labels or more, each once"):
        Head(labels, 1.0)


def test_the_side_is_the_crops(contract: ModelContract) -> None:
    """Input and crop have the same side, written once."""
    assert contract.side == contract.crop.side == 48
