/** When the resting face was taken into account: a thin line below a ribbon, and a sentence. */

import { byId, el, findById, penOf } from "../shared/dom.js";
import { formatMoment } from "../shared/sessionTime.js";
import { get } from "../shared/api.js";
import { onState } from "../shared/state.js";
import { redraw } from "../shared/redraw.js";
import { themeColour } from "../shared/format.js";

/** CSS pixels: of the line, and of the bare strip above it. */
const LINE = 4;
const DISTANCE = 2;

const storedSession = findById("session")?.dataset.session;
/** @type {[number, number | null][]} seconds of the session; null: until now */
let stretches = [];
/** What the stretches were fetched for. */
let fetchedFor = "";

/** @param {Record<string, string>} query */
async function fetchStretches(query) {
  stretches = (await get("/api/resting", query)).stretches ?? [];
  redraw();
}

if (storedSession) fetchStretches({ session: storedSession });
else {
  onState(({ session, fit }) => {
    const wanted = JSON.stringify([session, fit]);
    if (wanted === fetchedFor) return;
    fetchedFor = wanted;
    fetchStretches({});
  });
}

/**
 * @param {number} from
 * @param {number} to
 */
const stretchesBetween = (from, to) =>
  stretches.map(([begin, end]) => [Math.max(begin, from), Math.min(end ?? Infinity, to)]).filter(([begin, end]) => begin < end);

/**
 * On a ribbon that shows the time between two moments.
 * @param {HTMLCanvasElement} canvas
 * @param {number} from
 * @param {number} to
 */
export function drawRestingBand(canvas, from, to) {
  const pen = penOf(canvas);
  const scale = devicePixelRatio;
  const x = (/** @type {number} */ moment) => Math.round(((moment - from) / (to - from)) * canvas.width);
  for (const [begin, end] of stretchesBetween(from, to)) {
    const [left, width, top] = [x(begin), x(end) - x(begin), canvas.height - LINE * scale];
    pen.clearRect(left, top - DISTANCE * scale, width, canvas.height);
    pen.fillStyle = themeColour("accent");
    pen.fillRect(left, top, width, LINE * scale);
  }
}

/**
 * The same in words; empty where there is nothing to say.
 * @param {number} from
 * @param {number} to
 */
export function restingSentence(from, to) {
  const when = stretchesBetween(from, to).map(([begin, end]) => `${formatMoment(begin)} to ${formatMoment(end)}`);
  return when.length ? ` Resting face taken into account from ${when.join(", ")}.` : "";
}

const key = el("p", { class: "soft band-key", hidden: "" }, el("span", { class: "swatch", "aria-hidden": "true" }), " the line below: resting face taken into account");
byId("legend").after(key);

/**
 * The key to the line stands on the page while there is one.
 * @param {number} from
 * @param {number} to
 */
export function showRestingKey(from, to) {
  key.hidden = stretchesBetween(from, to).length === 0;
}
