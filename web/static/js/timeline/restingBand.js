/** When the resting face was taken into account: a thin line below a ribbon, and a sentence. */

import { byId, el } from "../shared/dom.js";
import { redraw } from "../shared/redraw.js";
import { timeOf } from "../shared/sessionTime.js";
import { onState } from "../shared/state.js";
import { colour } from "../shared/format.js";

/** CSS pixels: of the line, and of the bare strip above it. */
const LINE = 4;
const APART = 2;

const past = byId("session")?.dataset.session;
let stretches = [];
let heard = null;

async function learn() {
  const about = past ? `?${new URLSearchParams({ session: past })}` : "";
  const told = await fetch(`/api/resting${about}`).then((answer) => answer.json(), () => ({}));
  stretches = told.stretches ?? [];
  redraw();
}

if (past) learn();
else {
  onState(({ session, fit }) => {
    const news = JSON.stringify([session, fit]);
    if (news === heard) return;
    heard = news;
    learn();
  });
}

const within = (from, to) =>
  stretches.map(([begin, end]) => [Math.max(begin, from), Math.min(end ?? Infinity, to)]).filter(([begin, end]) => begin < end);

/** On a ribbon that shows the time between two moments. */
export function drawBand(canvas, from, to) {
  const pen = canvas.getContext("2d");
  const scale = devicePixelRatio;
  const at = (moment) => Math.round(((moment - from) / (to - from)) * canvas.width);
  for (const [begin, end] of within(from, to)) {
    const [left, width, top] = [at(begin), at(end) - at(begin), canvas.height - LINE * scale];
    pen.clearRect(left, top - APART * scale, width, canvas.height);
    pen.fillStyle = colour("accent");
    pen.fillRect(left, top, width, LINE * scale);
  }
}

/** The same in words; empty where there is nothing to say. */
export function bandWords(from, to) {
  const when = within(from, to).map(([begin, end]) => `${timeOf(begin)} to ${timeOf(end)}`);
  return when.length ? ` Resting face taken into account from ${when.join(", ")}.` : "";
}

const key = el("p", { class: "soft band-key", hidden: "" }, el("span", { class: "swatch", "aria-hidden": "true" }), " the line below: resting face taken into account");
byId("legend").after(key);

/** The key to the line stands on the page while there is one. */
export function showBandKey(from, to) {
  key.hidden = within(from, to).length === 0;
}
