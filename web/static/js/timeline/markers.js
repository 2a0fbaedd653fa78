/** Markers and moments of change, as they are listed on the page: lines across the charts, and a sentence. */

/** @import { Line } from "./chart.js" */

import { formatMoment } from "../shared/sessionTime.js";
import * as texts from "../texts/timeline.js";

/** @typedef {{ t: number, text: string }} Marker t: seconds of the session */

/**
 * A click on a listed marker's or moment's time looks there.
 * @param {(t: number) => void} look
 */
export function connectMoments(look) {
  document.addEventListener("click", ({ target }) => {
    const moment = target instanceof Element ? target.closest("[data-look]") : null;
    if (moment instanceof HTMLElement) look(Number(moment.dataset.look));
  });
}

/** @returns {Marker[]} */
function markers() {
  /** @type {NodeListOf<HTMLTimeElement>} */
  const times = document.querySelectorAll("[data-markers] time");
  return [...times].map((time) => ({ t: Number(time.dataset.t), text: time.closest("li")?.querySelector(".mark-text")?.textContent ?? "" }));
}

/** @returns {Line[]} */
export function markedLines() {
  /** @type {NodeListOf<HTMLElement>} */
  const moments = document.querySelectorAll("[data-moment]");
  const changes = [...moments].map(({ dataset, textContent }) => ({ t: Number(dataset.moment), kind: "moment", words: (textContent ?? "").trim().replace(/\s+/g, " ") }));
  return [...changes, ...markers().map(({ t, text }) => ({ t, kind: "marker", words: texts.marker(formatMoment(t, true), text) }))];
}

/**
 * The markers between two moments in words; empty where there is none.
 * @param {number} from
 * @param {number} to
 */
export function markerSentence(from, to) {
  const listed = markers().filter(({ t }) => t >= from && t <= to).map(({ t, text }) => texts.marker(formatMoment(t), text));
  return listed.length ? texts.markers(listed) : "";
}
