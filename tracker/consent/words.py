"""The words to ask with, for people to paste into a call's chat."""

from typing import Final

CHAT_WORDS: Final = (
    "Hello everybody. I find faces hard to read, so I use Mien, a program that shows me what a face shows, such as a smile or"
    " a nod. It runs on my own computer, only I see what it says, and it gives nobody a score. It can be wrong."
    " May it look at your face in this call? It does so only if you answer yes. Without a yes your face stays covered, and"
    " nothing follows from that. You can take your yes back at any time: then I delete what there is about you."
)
"""One paragraph, as a chat takes it."""
