"""What pages share with Python is known in one place, and comes with each page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tracker.core.text import PLOT_STYLES
from tracker.core.vocabulary import EMOJI
from web.app import Dashboard
from web.page_constants import PAGE_CONSTANTS, PAPER_COLOURS, style_sheet

OURS: Final = "http://127.0.0.1:8765"
USED_BY_NAME: Final = {"/expressions", "/emojiFiles", "/adjectives", "/gapWords"}
"""Where a script may write a value down: expressions are named where one of them is meant; short numbers are everywhere."""


def written_down(value: Any, path: str = "") -> Iterator[str]:
    """Each constant as a script or a style sheet would write it."""
    if any(path.startswith(name) for name in USED_BY_NAME):
        return
    if isinstance(value, dict | tuple | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, each in members:
            yield from written_down(each, f"{path}/{name}")
    elif isinstance(value, str) and not value.isidentifier() and value:
        yield re.escape(json.dumps(value, ensure_ascii=False)[1:-1])
    elif isinstance(value, float) and len(str(value)) > 4:
        yield rf"(?<![\d.]){re.escape(str(value))}(?![\d.])"
    elif isinstance(value, int) and value > 1000:
        yield rf"\b{value:,}\b".replace(",", "_?")


def test_every_page_has_the_constants_and_the_style_sheet(dashboard: Dashboard) -> None:
    """As JSON that is never run, and as CSS that the page of who has no token gets, too."""
    client = dashboard.app.test_client()
    page = client.get("/", base_url=OURS).text
    found = re.search(r'<script type="application/json" id="constants">(.*?)</script>', page)
    assert found
    assert json.loads(found[1]) == json.loads(json.dumps(PAGE_CONSTANTS | {"emojiFolder": "/static/vendor/emoji/"}))
    for path in ("/", "/unlock"):
        assert 'href="/static/constants.css"' in client.get(path, base_url=OURS).text
    answer = client.get("/static/constants.css", base_url=OURS)
    assert (answer.mimetype, answer.text) == ("text/css", style_sheet())


def test_scripts_and_styles_hold_no_second_copy(root: Path) -> None:
    """Neither a value of the constants, nor an emoji or a colour that Python knows, stands in a script, a style or a page."""
    static = root / "web" / "static"
    files = [*static.glob("js/**/*.js"), *static.glob("*.css"), *(root / "web" / "templates").glob("*.html")]
    colours = {style.colour for style in PLOT_STYLES.values()} | set(PAPER_COLOURS.values())
    copies = re.compile("|".join([*written_down(PAGE_CONSTANTS), *EMOJI.values(), *map(re.escape, colours)]))
    found = {
        f"{file.relative_to(root)}: {match[0]}" for file in files for match in copies.finditer(file.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize("copied", ["0.999", "21_600", "nobody there", "can't tell", "#d55e00"])
def test_a_second_copy_would_be_seen(copied: str) -> None:
    """The search knows numbers, words and colours."""
    colours = [re.escape(style.colour) for style in PLOT_STYLES.values()]
    assert re.search("|".join([*written_down(PAGE_CONSTANTS), *colours]), f"x = {copied};")
