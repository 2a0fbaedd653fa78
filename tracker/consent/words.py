"""The words to ask with, for people to paste into a call's chat."""

from typing import Final

from tracker.config.settings import Mode

_AT_WORK: Final = (
    "a program that shows me how a face moves, such as a smile or a nod. It says nothing about what anybody feels or thinks."
)
_IN_PRIVATE: Final = (
    "a program that shows me how a face moves, such as a smile or a nod, and what that can mean. It does not know what anybody"
    " feels or thinks."
)


def chat_words(mode: Mode | None) -> str:
    """One paragraph, as a chat takes it, which promises what Mien does where it is used; None is work."""
    return (
        f"Hello everybody. I find faces hard to read, so I use Mien, {_IN_PRIVATE if mode == 'private' else _AT_WORK}"
        " It can be wrong. It runs on my own computer, only I see what it says, and it gives nobody a score."
        " May it look at your face in this call? It does so only if you answer yes. Without a yes your face stays covered, and"
        " nothing follows from that. You can take your yes back at any time: then I delete what there is about you."
    )
