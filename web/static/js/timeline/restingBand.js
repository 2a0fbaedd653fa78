/** When the resting face was taken into account: a thin line below the charts, and a sentence. */

/** @import { Range } from "../shared/records.js" */

import { byId, el, findById } from "../shared/dom.js";
import { formatMoment } from "../shared/sessionTime.js";
import { fromTo } from "../texts/shared.js";
import { get } from "../shared/api.js";
import { onState } from "../shared/state.js";
import { redraw } from "../shared/redraw.js";
import * as texts from "../texts/timeline.js";

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
 * @returns {Range[]}
 */
export const restingStretches = (from, to) =>
  stretches.flatMap(([begin, end]) => {
    const [first, last] = [Math.max(begin, from), Math.min(end ?? Infinity, to)];
    return first < last ? [/** @type {Range} */ ([first, last])] : [];
  });

/**
 * The same in words; empty where there is nothing to say.
 * @param {number} from
 * @param {number} to
 */
export function restingSentence(from, to) {
  const when = restingStretches(from, to).map(([begin, end]) => fromTo(formatMoment(begin), formatMoment(end)));
  return when.length ? texts.restingFace(when) : "";
}

const key = el("p", { class: "soft band-key", hidden: "" }, el("span", { class: "swatch", "aria-hidden": "true" }), " ", texts.RESTING_LINE);
byId("legend").after(key);

/**
 * The key to the line stands on the page while there is one.
 * @param {number} from
 * @param {number} to
 */
export function showRestingKey(from, to) {
  key.hidden = restingStretches(from, to).length === 0;
}
