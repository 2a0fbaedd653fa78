"""The constants that pages share with Python: written into each page as JSON, and into a style sheet as CSS variables."""

from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, request, url_for
from werkzeug import Response as AnyResponse

from tracker.core.notes import MAX_LINE_CHARACTERS
from tracker.core.records import JsonObject
from tracker.core.text import (
    GROUND,
    HALF_PERCENT,
    HATCH_SIDE,
    INK,
    LINE,
    NOBODY,
    PAPER,
    PLOT_STYLES,
    SOFT,
    SUREST,
    THIN,
)
from tracker.core.vocabulary import ADJECTIVES, CANT_TELL, EMOJI, EXPRESSIONS, NOT_A_FACE, UNCLEAR
from tracker.live.state import ACTIVE_STATES
from tracker.live.timeline import MAX_TIMELINE_ROWS
from tracker.reports.trend_svg import GAP_WORDS

HATCH_FACTOR: Final = 1.5
"""A hatch's lines are so many times as wide as on paper: on a screen they are light on dark, and seen from further away."""

PAGE_CONSTANTS: Final[JsonObject] = {
    "expressions": EXPRESSIONS,
    "unclear": UNCLEAR,
    "nobody": NOBODY,
    "otherVerdicts": (NOT_A_FACE, CANT_TELL),
    "adjectives": ADJECTIVES,
    "emojiFiles": {name: f"{ord(emoji):x}.svg" for name, emoji in EMOJI.items()},
    "activeStates": ACTIVE_STATES,
    "gapWords": {"paused": "paused", **GAP_WORDS},
    "rounding": {"thinSpace": THIN, "halfPercent": HALF_PERCENT, "highestConfidence": SUREST},
    "limits": {"timelineRows": MAX_TIMELINE_ROWS, "lineLetters": MAX_LINE_CHARACTERS},
}
"""What ``static/js/shared/constants.js`` reads; its type is written there. Colours are CSS variables, see ``style_sheet``."""

PAPER_COLOURS: Final = {"ground": GROUND, "panel": PAPER, "ink": INK, "soft": SOFT, "line": LINE}
"""The light theme's, which the report has, too."""
MONO_PANEL: Final = "#fff"
"""The panel's colour in the theme without hue, where hatches are drawn in it: a picture in a style sheet knows no variable."""


def page_constants() -> JsonObject:
    """The constants as a page gets them, with the folder of the emoji images."""
    return PAGE_CONSTANTS | {"emojiFolder": url_for("static", filename="vendor/emoji/")}


def style_sheet() -> str:
    """CSS: the expressions' colours and the light theme's as variables, and the hatches of the theme without hue."""
    colours = {name: style.colour for name, style in PLOT_STYLES.items()}
    lines = [f"  --{name}: {colour};" for name, colour in (colours | PAPER_COLOURS).items()]
    hatches = [f'[data-theme="mono"] [data-expression="{name}"] {{ --hatch: {_hatch_picture(name)}; }}' for name in PLOT_STYLES]
    mono = ('[data-theme="mono"] {', f"  --panel: {MONO_PANEL};", "}")
    return "\n".join([":root {", *lines, "}", *mono, *hatches, ""])


def _hatch_picture(expression: str) -> str:
    path, width = PLOT_STYLES[expression].lines, HATCH_FACTOR * PLOT_STYLES[expression].lines_width
    if not path:
        return "none"
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{HATCH_SIDE}" height="{HATCH_SIDE}">'
        f'<path d="{path}" stroke="{MONO_PANEL}" stroke-width="{width:g}" stroke-linecap="round" fill="none"/></svg>'
    )
    return f'url("data:image/svg+xml,{quote(picture)}")'


def page_constants_blueprint() -> Blueprint:
    """Serves the style sheet beside the static ones: it is the same for everybody, and needs no token."""
    blueprint = Blueprint("page_constants", __name__)

    @blueprint.get("/static/constants.css")
    def css() -> AnyResponse:
        answer = Response(style_sheet(), mimetype="text/css")
        answer.cache_control.no_cache = True
        answer.add_etag()
        return answer.make_conditional(request)

    return blueprint
