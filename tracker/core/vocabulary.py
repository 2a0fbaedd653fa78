"""The words that people read and type: expressions in their one order, with their emoji, verdicts, and the demo's sources.

The seven shown expressions stand in FER-2013's order (Goodfellow et al., "Challenges in Representation Learning",
ICML 2013 workshop). The eight FER+ names stand in the order of Barsoum et al., "Training Deep Networks for Facial
Expression Recognition with Crowd-Sourced Label Distribution" (ICMI 2016).
"""

from typing import Final, Literal, get_args

Expression = Literal["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
EXPRESSIONS: Final[tuple[str, ...]] = get_args(Expression)

UNCLEAR: Final = "unclear"
"""What a reading says when the model abstains."""

EMOJI: Final = {
    "angry": "😠",
    "disgust": "🤢",
    "fear": "😨",
    "happy": "😀",
    "sad": "😢",
    "surprise": "😲",
    "neutral": "😐",
    "contempt": "😒",
    UNCLEAR: "❔",
}

DEMO_SOURCE: Final = "fake"
MEETING_DEMO_SOURCE: Final = "fake:meeting"
CALL_DEMO_SOURCE: Final = "fake:call"
DEMO_SOURCES: Final = (DEMO_SOURCE, MEETING_DEMO_SOURCE, CALL_DEMO_SOURCE)
"""Sources that draw their faces: one, four, and a call of five who follow a script."""

ZOOM_SOURCE: Final = "zoom"
"""The source that is Zoom's stream of a meeting."""

Shown = Literal[Expression, "unclear"]
SHOWN: Final[tuple[str, ...]] = get_args(Shown)
"""Everything that a reading may say."""

NOT_A_FACE: Final = "not a face"
CANT_TELL: Final = "can't tell"
Said = Literal[Expression, "contempt", "not a face", "can't tell"]
SAID: Final[tuple[str, ...]] = get_args(Said)
"""Everything that a person's verdict may say."""

ADJECTIVES: Final = {"contempt": "contemptuous", "disgust": "disgusted", "fear": "afraid", "surprise": "surprised"}
"""How a face looks, where the expression's name does not say it by itself."""

FERPLUS_SHOWN_AS: Final = {
    "neutral": "neutral",
    "happiness": "happy",
    "surprise": "surprise",
    "sadness": "sad",
    "anger": "angry",
    "disgust": "disgust",
    "fear": "fear",
    "contempt": "contempt",
}
"""FER+'s names, in FER+'s order, and the expression each is shown as."""

FERPLUS: Final = tuple(FERPLUS_SHOWN_AS)
