"""The drawn signs of movements: one for each, of one colour that the page chooses, and still."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tracker.motion.movements import MOVEMENTS

SIGNS = Path(__file__).resolve().parents[2] / "web" / "static" / "signs"
SVG = "{http://www.w3.org/2000/svg}"


def test_each_movement_has_its_sign() -> None:
    """A movement without a drawing, or a drawing of none, would be a gap in the glossary and on the page Call."""
    assert {path.stem for path in SIGNS.iterdir()} == {movement.name for movement in MOVEMENTS}


@pytest.mark.parametrize("name", [movement.name for movement in MOVEMENTS])
def test_a_sign_is_a_still_drawing_in_the_pages_colour(name: str) -> None:
    """24 by 24, one part called sign that pages use, lines in the colour of the text, and nothing that moves, loads or runs."""
    drawing = ET.parse(SIGNS / f"{name}.svg").getroot()  # noqa: S314 - ours
    sign = drawing.find(f"{SVG}g[@id='sign']")
    assert drawing.get("viewBox") == "0 0 24 24"
    assert sign is not None
    assert sign.get("stroke") == "currentColor"
    parts = list(drawing.iter())
    assert {part.tag.removeprefix(SVG) for part in parts} <= {"svg", "g", "path", "ellipse", "circle"}
    assert {part.get("stroke") or part.get("fill") for part in parts} <= {None, "none", "currentColor"}
