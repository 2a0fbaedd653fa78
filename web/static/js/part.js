/** Erasing a part of a session: its times as the ribbons show them, what goes, and the eraser's question. */

import { byId, say } from "./dom.js";
import { askToErase } from "./eraser.js";
import { AWAY } from "./link.js";
import { clock } from "./words.js";

const ends = () => [byId("part-from"), byId("part-to")];

/** Offer the form; secondsAt: from seconds since 1970 to those of the session. */
export function offerPart(session, secondsAt) {
  byId("part").hidden = false;
  byId("part-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const [from, to] = ends().map(({ value }) => Date.parse(value) / 1000);
    complain(await asked(session, from, to, secondsAt));
  });
}

/** The stretch that is being looked at, in seconds since 1970, rounded outwards to what a clock shows. */
export function fillPart([from, to]) {
  const [first, last] = ends();
  first.value = local(Math.floor(from));
  last.value = local(Math.ceil(to));
  complain(null);
}

/** null when the eraser asks, else why there is nothing to ask. */
async function asked(session, from, to, secondsAt) {
  if (Number.isNaN(from) || Number.isNaN(to)) return "Give both times, with their day, as the timeline shows them.";
  const address = `/api/sessions/${session}/moment?${new URLSearchParams({ from: secondsAt(from), to: secondsAt(to) })}`;
  try {
    const { what, error } = await (await fetch(address)).json();
    if (error) return error;
    askToErase({ erase: address, what: `${clock(from, true)} to ${clock(to, true)} of this session: ${what}` });
    return null;
  } catch {
    return AWAY;
  }
}

function complain(sentence) {
  byId("part-trouble").hidden = sentence === null;
  say(byId("part-trouble"), sentence ?? "");
}

/** As a field for day and time takes it: in the person's own time zone, which ISO has not. */
function local(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
