"""The words, their order and their emoji."""

from tracker.core.vocabulary import EMOJI, EXPRESSIONS, FERPLUS, FERPLUS_SHOWN_AS, UNCLEAR


def test_expressions_stand_in_the_order_that_is_promised() -> None:
    """Scripts may rely on the seven names and on their order."""
    assert EXPRESSIONS == ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def test_every_word_has_an_emoji_of_its_own() -> None:
    """No two words look the same, and nothing that can be said lacks a picture."""
    assert set(EMOJI) == {*EXPRESSIONS, "contempt", UNCLEAR}
    assert len(set(EMOJI.values())) == len(EMOJI)
    assert [EMOJI[name] for name in (*EXPRESSIONS, "contempt", UNCLEAR)] == list("😠🤢😨😀😢😲😐😒❔")


def test_every_name_of_ferplus_is_shown_as_one_of_ours() -> None:
    """FER+'s eight names map onto the seven and contempt, one to one."""
    assert set(FERPLUS_SHOWN_AS.values()) == {*EXPRESSIONS, "contempt"}
    assert FERPLUS == ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
