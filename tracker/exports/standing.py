"""What stood out in a session: moments of change, how it lies beside the last ones, and what was counted in between."""

from collections.abc import Iterator

from tracker.exports import moments, motion, usual
from tracker.exports.digest import Digest
from tracker.exports.figures import marked, time
from tracker.exports.record import Record
from tracker.exports.usual import Lately


def standing_out(record: Record, data: Digest, lately: Lately | None = None) -> Iterator[str]:
    """HTML sections, those for which there is something to tell; lately: the person's last sessions, None where unknown."""
    if found := moments.moments(data, record.markers):
        items = "".join(
            f'<li><span class="t">{marked((time(each.t, f"moment {place}"),))}</span>'
            f"<span>{marked(moments.in_words(each, place))}</span></li>"
            for place, each in enumerate(found, 1)
        )
        wide = f"{moments.window(data):.0f}"
        note = f"Where the {wide} seconds before and the {wide} after were least alike, by the smoothed scores."
        yield f'<h2>Moments of change</h2>\n<ol class="moments">{items}</ol>\n<p class="soft">{note}</p>'
    if lately is not None:
        beside = usual.usually(data.counts(), lately)
        items = "".join(f"<li>{marked(usual.in_words(each, f'now {each.word}'))}</li>" for each in beside)
        shares = f'<ul class="plain">{items}</ul>\n' if items else ""
        yield f'<h2>Beside the last sessions</h2>\n{shares}<p class="soft">{marked(usual.caption(lately, beside))}</p>'
    if data.rates:
        items = "".join(f"<li>{motion.called(each)}: {marked(motion.in_words(each))}</li>" for each in data.rates)
        yield f'<h2>In between</h2>\n<ul class="plain">{items}</ul>'
