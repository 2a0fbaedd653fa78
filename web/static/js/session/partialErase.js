/** Erasing a part of a session: its times as the ribbons show them, what goes, and the eraser's question. */

import { byId, say } from "../shared/dom.js";
import { askToErase } from "../shared/eraseDialog.js";
import { AWAY } from "../shared/socket.js";
import { fieldOf, inField, timeOf } from "../shared/sessionTime.js";

const ends = () => [byId("part-from"), byId("part-to")];

/** Offer the form. */
export function offerPart(session) {
  byId("part").hidden = false;
  byId("part-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    complain(await asked(session, ...ends().map(secondsIn)));
  });
}

/** The stretch that is being looked at, in seconds of the session, rounded outwards to what its fields show. */
export function fillPart([from, to]) {
  const [first, last] = ends();
  for (const [field, t] of [[first, Math.floor(from)], [last, Math.ceil(to)]]) {
    field.value = fieldOf(t);
    Object.assign(field.dataset, { filled: field.value, t });
  }
  complain(null);
}

/** What is untouched means the moment that it was filled in for: in the night that has an hour twice, words alone do not tell. */
const secondsIn = ({ value, dataset }) => (value === dataset.filled ? Number(dataset.t) : inField(value));

/** null when the eraser asks, else why there is nothing to ask. */
async function asked(session, from, to) {
  if (Number.isNaN(from) || Number.isNaN(to)) return "Give both times as the timeline shows them.";
  const address = `/api/sessions/${session}/moment?${new URLSearchParams({ from, to })}`;
  try {
    const { what, error } = await (await fetch(address)).json();
    if (error) return error;
    askToErase({ erase: address, what: `${timeOf(from, true)} to ${timeOf(to, true)} of this session: ${what}` });
    return null;
  } catch {
    return AWAY;
  }
}

function complain(sentence) {
  byId("part-trouble").hidden = sentence === null;
  say(byId("part-trouble"), sentence ?? "");
}
