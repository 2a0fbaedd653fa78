/** The timeline: the last minute, the whole session, what it was made of, and the curves. */

/** @import { Figures, Row, StoredRows } from "../shared/records.js" */
/** @import { FaceChoice, Segment } from "./segments.js" */
/** @import { RangeHandlers } from "./curves.js" */

import { byId, el, setText } from "../shared/dom.js";
import { drawMarkers, markerSentence } from "./markers.js";
import { drawRestingBand, restingSentence, showRestingKey } from "./restingBand.js";
import { drawRibbon, drawZoomFrame } from "./ribbon.js";
import { emojiImage, formatCount, formatPercent } from "../shared/format.js";
import { EXPRESSIONS, NOBODY, UNCLEAR } from "../shared/constants.js";
import { LARGEST, segmentsOf, sharesOf } from "./segments.js";
import { Curves } from "./curves.js";
import { formatMoment } from "../shared/sessionTime.js";
import { redraw } from "../shared/redraw.js";

/** @typedef {StoredRows & { from: number, to: number }} Zoomed a part of the session, seen more closely */

const MINUTE = 60;
const curves = new Curves(byId("plot"));
const minuteRibbon = byId("minute", HTMLCanvasElement);
const wholeRibbon = byId("whole", HTMLCanvasElement);
const faceSelect = byId("whose", HTMLSelectElement);
const withSingle = byId("raw", HTMLInputElement);
const curvesDetails = byId("curves", HTMLDetailsElement);
/** @type {FaceChoice} */
let choice = LARGEST;

faceSelect.addEventListener("change", () => {
  choice = faceSelect.value === LARGEST ? LARGEST : Number(faceSelect.value);
  redraw();
});
curvesDetails.addEventListener("toggle", redraw);
const drawCurvesAnew = () => {
  curves.reset();
  redraw();
};
withSingle.addEventListener("change", drawCurvesAnew);
window.addEventListener("themechange", drawCurvesAnew);

/**
 * What dragging over the curves and double-clicking do.
 * @param {RangeHandlers} handlers
 */
export const onCurveSelection = (handlers) => curves.onSelection(handlers);

/**
 * Nothing before the first row. Moments are seconds of the session.
 * @param {object} session
 * @param {Row[]} session.rows
 * @param {number} session.hz tells a gap from the usual interval
 * @param {boolean} session.allFaces whether everybody is followed
 * @param {Figures | null} session.figures of the whole session, as the server counts them
 * @param {Zoomed | null} [session.zoomed] stands in the place of the last minute and in the curves
 */
export function showTimeline({ rows, hz, allFaces, figures, zoomed = null }) {
  byId("timeline").hidden = rows.length === 0 || !figures;
  if (rows.length === 0 || !figures) return curves.reset();
  offerFaces(rows, allFaces);
  setText(byId("count"), figures.counted);
  const segments = segmentsOf(rows, choice, hz);
  if (zoomed) showZoomed(zoomed);
  else showLastMinute(segments, rows);
  showWhole(segments, zoomed);
  showFigures(figures, segments);
  const near = zoomed ?? { rows, hz };
  if (curvesDetails.open) curves.show(near.rows, choice, near.hz, withSingle.checked);
}

/**
 * @param {Segment[]} segments
 * @param {Row[]} rows
 */
function showLastMinute(segments, rows) {
  const to = segments[segments.length - 1].to;
  const first = segments.findIndex((segment) => segment.to > to - MINUTE);
  showNear("Last minute", segments.slice(first), rows.slice(first), to - MINUTE, to);
}

/** @param {Zoomed} zoomed */
function showZoomed({ from, to, rows, hz, every, total }) {
  const share = every === 1 ? "all" : `one in ${every} of`;
  const title = `Zoomed in: ${share} ${formatCount(total)} observations`;
  showNear(title, segmentsOf(rows, choice, hz), rows, from, to, every > 1);
}

/**
 * @param {string} title
 * @param {Segment[]} segments
 * @param {Row[]} rows
 * @param {number} from
 * @param {number} to
 * @param {boolean} thinned whether the rows are a sample
 */
function showNear(title, segments, rows, from, to, thinned = false) {
  setText(byId("minute-title"), title);
  drawRibbon(minuteRibbon, segments, from, to, { emoji: true });
  drawRestingBand(minuteRibbon, from, to);
  drawMarkers(minuteRibbon, from, to);
  setText(byId("minute-from"), formatMoment(from, true));
  setText(byId("minute-to"), formatMoment(to, true));
  setText(byId("minute-words"), `${thinned ? "About: " : ""}${sharesSentence(rows)}${markerSentence(from, to)}${restingSentence(from, to)}`);
}

/**
 * @param {Segment[]} segments
 * @param {Zoomed | null} zoomed
 */
function showWhole(segments, zoomed) {
  const [from, to] = [segments[0].from, segments[segments.length - 1].to];
  drawRibbon(wholeRibbon, segments, from, to);
  drawRestingBand(wholeRibbon, from, to);
  drawMarkers(wholeRibbon, from, to);
  if (zoomed) drawZoomFrame(wholeRibbon, zoomed.from, zoomed.to, from, to);
  showRestingKey(from, to);
  const short = to - from < 10 * MINUTE;
  setText(byId("whole-from"), formatMoment(from, short));
  setText(byId("whole-middle"), short ? "" : formatMoment((from + to) / 2));
  setText(byId("whole-to"), formatMoment(to, short));
}

/**
 * What some rows were made of, in words, each share with what it is a share of.
 * @param {Row[]} rows
 */
function sharesSentence(rows) {
  const shares = sharesOf(rows, choice).map(([label, share]) => `${label} ${formatPercent(share)}`).join(", ");
  const nobody = rows.filter(({ faces }) => faces.length === 0).length / rows.length;
  const rest = nobody ? `Nobody there: ${formatPercent(nobody)} of the observations.` : "";
  return [shares && `${shares}.`, rest].filter(Boolean).join(" ") || `Face ${choice} was not there.`;
}

/**
 * Where the legend has each share.
 * @type {Map<string, HTMLElement>}
 */
const legendShares = new Map();

/**
 * The session in numbers: the legend has each expression's share of the readings, a line below says of how many, and the rest.
 * @param {Figures} figures
 * @param {Segment[]} segments
 */
function showFigures(figures, segments) {
  const [from, to] = [segments[0].from, segments[segments.length - 1].to];
  const { shares, of, words } = (choice === LARGEST ? null : figures.faces[choice]) ?? figures.all;
  for (const label of [...EXPRESSIONS, UNCLEAR, NOBODY]) {
    const place = legendShares.get(label) ?? addToLegend(label);
    setText(place, label === NOBODY ? "" : (shares[label] ?? "–"));
  }
  setText(byId("legend-of"), `${of && `Shares of ${of}. `}${figures.beside}`);
  setText(byId("whole-words"), `${words} ${figures.beside}`.trim() + markerSentence(from, to) + restingSentence(from, to));
}

/** @param {string} label */
function addToLegend(label) {
  const swatch = el("span", { class: "swatch", "data-expression": label, "aria-hidden": "true" });
  if (label === UNCLEAR) swatch.classList.add("swatch-unclear");
  if (label === NOBODY) swatch.classList.add("swatch-nobody");
  const share = el("span", { class: "legend-share" });
  byId("legend").append(el("li", {}, swatch, label === NOBODY ? null : emojiImage(label), el("span", {}, label), share));
  legendShares.set(label, share);
  return share;
}

let offered = "";

/**
 * With several faces a person chooses whose timeline it is.
 * @param {Row[]} rows
 * @param {boolean} allFaces
 */
function offerFaces(rows, allFaces) {
  const ids = [...new Set(rows.flatMap((row) => row.faces.map(({ id }) => id)))].sort((one, other) => one - other);
  byId("whose-choice").hidden = !allFaces || ids.length < 2;
  if (ids.join() === offered) return;
  offered = ids.join();
  if (choice !== LARGEST && !ids.includes(choice)) choice = LARGEST;
  const options = ids.map((id) => el("option", { value: id }, `face ${id}`));
  faceSelect.replaceChildren(el("option", { value: LARGEST }, "the largest face"), ...options);
  faceSelect.value = String(choice);
}
