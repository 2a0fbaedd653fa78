/** One stored session: its timeline as it was seen live, more closely on demand, its title and notes. */

/** @import { Figures, Range, StoredRows } from "../shared/records.js" */
/** @import { Zoomed } from "../timeline/timeline.js" */

import "./keepSession.js";
import { byId, el, setText } from "../shared/dom.js";
import { clampRange, connectZoomButtons, makeSelectable } from "./zoomSelect.js";
import { fillPartialErase, offerPartialErase } from "./partialErase.js";
import { onCurveSelection, showTimeline } from "../timeline/timeline.js";
import { onRedraw, redraw } from "../shared/redraw.js";
import { autosave } from "../shared/autosave.js";
import { fetchRows } from "./storedRows.js";
import { gapSentence } from "./gapWords.js";
import { post } from "../shared/api.js";
import { setBeginning } from "../shared/sessionTime.js";

/** Rows that a screen can show: more than it has pixels. */
const MAX_ROWS = 4000;
const MINUTE = 60;
const about = byId("about", HTMLFormElement);
const { session = "", faces, began, figures: figuresJson = "null" } = byId("session").dataset;
/** @type {Figures | null} */
const figures = JSON.parse(figuresJson);
/** @type {StoredRows} */
let stored = { rows: [], hz: 1, total: 0, every: 1, gaps: [] };
/** @type {Zoomed | null} */
let zoomed = null;
/** Number of the newest request for a part: an answer to an older one comes too late. */
let requests = 0;

setBeginning(began);

autosave(about, saveAbout);
about.addEventListener("submit", (event) => {
  event.preventDefault();
  saveAbout();
});

onRedraw(() => showTimeline({ rows: stored.rows, hz: stored.hz, allFaces: faces === "all", figures, zoomed }));
stored = await fetchRows(session, { points: MAX_ROWS });
redraw();

/** @returns {Range} */
const wholeRange = () => [stored.rows[0].t, stored.rows[stored.rows.length - 1].t + 1 / stored.hz];
/** @returns {Range} */
const shownRange = () => (zoomed ? [zoomed.from, zoomed.to] : wholeRange());
/** @returns {Range} */
const upperRange = () => (zoomed ? shownRange() : [wholeRange()[1] - MINUTE, wholeRange()[1]]);

/**
 * Fetch a part as exactly as a screen can show it.
 * @param {number} one
 * @param {number} other
 */
async function zoomTo(one, other) {
  requests += 1;
  const number = requests;
  const [from, to] = clampRange([one, other], wholeRange());
  const found = await fetchRows(session, { points: MAX_ROWS, from, to });
  if (number !== requests || found.rows.length === 0) return;
  showZoom({ from, to, ...found });
}

function zoomOut() {
  requests += 1;
  showZoom(null);
}

/** @param {Zoomed | null} part */
function showZoom(part) {
  zoomed = part;
  fillPartialErase(shownRange());
  redraw();
}

if (stored.rows.length) {
  const gaps = gapSentence(stored.gaps);
  if (gaps) byId("legend").after(el("p", { class: "soft", id: "gaps" }, gaps));
  makeSelectable(byId("whole", HTMLCanvasElement), wholeRange, zoomTo, zoomOut);
  makeSelectable(byId("minute", HTMLCanvasElement), upperRange, zoomTo, zoomOut);
  onCurveSelection({ select: zoomTo, reset: zoomOut });
  connectZoomButtons(shownRange, wholeRange, zoomTo, zoomOut);
  offerPartialErase(session);
  fillPartialErase(shownRange());
}

/** Save title and notes; the request goes on even when the page is left meanwhile. */
async function saveAbout() {
  const { error, name } = await post(`/api/sessions/${session}`, new FormData(about), { keepalive: true });
  setText(byId("about-words"), error ?? "Saved.");
  if (!error) setText(byId("name"), name);
}
