/** The timeline: the last minute in full, the trend of the whole session, and what it was made of; a part of it on demand. */

/** @import { Answer, Figures, Range, RibbonRow } from "../shared/records.js" */

import { byId, el, setText } from "../shared/dom.js";
import { clampRange, connectZoomButtons } from "./zoomButtons.js";
import { confidenceWords, emojiImage, formatPercent } from "../shared/format.js";
import { EXPRESSIONS, NOBODY, ROUNDING, UNCLEAR } from "../shared/constants.js";
import { connectMoments, markedLines, markerSentence } from "./markers.js";
import { restingSentence, restingStretches, showRestingKey } from "./restingBand.js";
import { Chart } from "./chart.js";
import { faceName } from "./faceNames.js";
import { Feed } from "./feed.js";
import { fromTo } from "../texts/shared.js";
import { formatMoment } from "../shared/sessionTime.js";
import { redraw } from "../shared/redraw.js";
import { unitsWide } from "./drawing.js";
import * as texts from "../texts/timeline.js";

/** Seconds. */
const MINUTE = 60;
/** A part as short as this shows its seconds. */
const SHORT = 10 * MINUTE;
/** Milliseconds between two requests for what grows. */
const MINUTE_PAUSE = 400;
const WHOLE_PAUSE = 2000;
/** Whose timeline it is. */
const EVERYBODY = "everybody";
const WORDS = [...EXPRESSIONS, UNCLEAR, NOBODY];

const faceSelect = byId("whose", HTMLSelectElement);
/** @type {string} */
let choice = EVERYBODY;
/**
 * The part of the session that the trend shows; null: all of it.
 * @type {Range | null}
 */
let zoom = null;
/**
 * The part that is shown in full; null: the last minute.
 * @type {Range | null}
 */
let near = null;
/** @type {Answer | null} */
let trend = null;
/** @type {Answer | null} */
let ribbon = null;
/** The session that these are of. */
let address = "";
/** @type {((range: Range) => void)[]} */
const rangeListeners = [];
/** @type {((t: number) => void)[]} */
const lookListeners = [];

const handlers = { select: zoomTo, reset: showAll, look: lookAt };
const minuteChart = new Chart("minute", { ...handlers, tell: (t) => tell(t, ribbonWords) });
const wholeChart = new Chart("whole", { ...handlers, tell: (t) => tell(t, trendWords) });
const minuteFeed = new Feed(MINUTE_PAUSE, (answer) => {
  ribbon = answer;
  minuteChart.show(answer.svg, [answer.from, answer.to]);
});
const wholeFeed = new Feed(WHOLE_PAUSE, (answer) => {
  trend = answer;
  wholeChart.show(answer.svg, [answer.from, answer.to]);
});

faceSelect.addEventListener("change", () => {
  choice = faceSelect.value;
  redraw();
});
connectZoomButtons(() => zoom ?? wholeRange(), wholeRange, zoomTo, showAll);
connectMoments(lookAt);

/** @returns {Range} */
function wholeRange() {
  return trend ? [trend.begin, Math.max(trend.end, trend.begin + 1)] : [0, 1];
}

/**
 * Be told which part is shown, whenever a person changes it.
 * @param {(range: Range) => void} listener
 */
export const onRange = (listener) => rangeListeners.push(listener);

/**
 * Be told of each moment that a person wants to see.
 * @param {(t: number) => void} listener
 */
export const onLook = (listener) => lookListeners.push(listener);

/** @param {Range} range */
function zoomTo(range) {
  zoom = clampRange(range, wholeRange());
  near = zoom;
  viewChanged();
}

function showAll() {
  [zoom, near] = [null, null];
  viewChanged();
}

/**
 * Show a moment in full, with what was around it.
 * @param {number} t seconds of the session
 */
export function lookAt(t) {
  const [begin, end] = wholeRange();
  const length = near ? Math.min(near[1] - near[0], MINUTE) : MINUTE;
  near = clampRange([t - length / 2, t + length / 2], [begin, Math.max(end, begin + length)]);
  for (const listener of lookListeners) listener(t);
  redraw();
}

/** @param {number} t seconds of the session that a video shows: a line goes through both charts there */
export const showPlaying = (t) => [minuteChart, wholeChart].forEach((chart) => chart.showPlaying(t));

function viewChanged() {
  for (const listener of rangeListeners) listener(zoom ?? wholeRange());
  redraw();
}

/**
 * Nothing before the first observation. Call it at every redraw.
 * @param {object} session
 * @param {string | null} session.stored its id; null: the one that runs, or ran last
 * @param {string | null | undefined} session.id
 * @param {number} session.version number of its newest observation; 0 without any
 * @param {boolean} session.allFaces whether everybody is followed
 * @param {Figures | null} session.figures of the whole session, as the server counts them
 */
export function showTimeline({ stored, id, version, allFaces, figures }) {
  byId("timeline").hidden = version === 0 || !figures;
  if (version === 0 || !figures) return;
  const width = unitsWide(wholeChart.drawing);
  // A page that is not laid out, for example while it is captured, has nothing to be drawn for.
  if (width === 0) return;
  if (address !== (id ?? "")) {
    address = id ?? "";
    [zoom, near, trend, ribbon] = [null, null, null, null];
  }
  const base = stored ? `/api/sessions/${stored}` : "/api";
  const face = choice === EVERYBODY ? undefined : Number(choice);
  const [trendPart, ribbonPart] = [zoom, near].map((part) => (part ? { from: part[0], to: part[1] } : {}));
  // What is over does not change any more.
  const isSettled = (/** @type {Range | null} */ part, /** @type {Answer | null} */ answer) => part !== null && answer !== null && answer.end > part[1] + SHORT;
  wholeFeed.update(`${base}/trend`, { width, face, ...trendPart }, isSettled(zoom, trend) ? 0 : version);
  minuteFeed.update(`${base}/ribbon`, { width, face, ...ribbonPart }, isSettled(near, ribbon) ? 0 : version);
  setText(byId("count"), figures.counted);
  if (trend) showWhole(trend, allFaces);
  if (ribbon) showNear(ribbon);
  if (trend) showFigures(figures, trend);
}

/**
 * @param {Answer} answer
 * @param {boolean} allFaces
 */
function showWhole(answer, allFaces) {
  offerFaces(answer.faces, allFaces);
  const { begin, end, from, to } = answer;
  const part = fromTo(formatMoment(from, true), formatMoment(to, true));
  const whole = fromTo(formatMoment(begin, end - begin < SHORT), formatMoment(end, end - begin < SHORT));
  setText(byId("whole-title"), zoom ? texts.partOf(part, whole) : texts.WHOLE);
  showAxis("whole", from, to);
  wholeChart.showLines(markedLines());
  wholeChart.showResting(restingStretches(from, Math.min(to, end)));
  wholeChart.showFrame(near && near !== zoom ? near : null);
  showRestingKey(begin, end);
  // Before, nobody knows what there is to zoom in on.
  byId("range").hidden = false;
}

/** @param {Answer} answer */
function showNear({ from, to, end, counted, words }) {
  const part = fromTo(formatMoment(from, true), formatMoment(to, true));
  setText(byId("minute-title"), near ? texts.inFull(part, counted) : texts.LAST_MINUTE);
  showAxis("minute", from, to);
  minuteChart.showLines(markedLines());
  minuteChart.showResting(restingStretches(from, Math.min(to, end)));
  setText(byId("minute-words"), joined(words, markerSentence(from, to), restingSentence(from, Math.min(to, end))));
}

/**
 * @param {string} id
 * @param {number} from
 * @param {number} to
 */
function showAxis(id, from, to) {
  const short = to - from < SHORT;
  const places = [...byId(`${id}-times`).children];
  places.forEach((place, number) => setText(place, formatMoment(from + ((to - from) * number) / (places.length - 1), short)));
}

setText(byId("chart-words"), texts.HINT);

/**
 * Show in words what is at a moment, or what one can do.
 * @param {number | null} t
 * @param {(t: number) => string} wordsAt
 */
function tell(t, wordsAt) {
  const words = t === null ? texts.HINT : wordsAt(t);
  setText(byId("chart-words"), words);
  return words;
}

/**
 * Sentences one after the other; those that are empty are left out.
 * @param {...string} sentences
 */
const joined = (...sentences) => sentences.filter(Boolean).join(" ");

const isInWords = () => document.documentElement.dataset.shown === "words";

/**
 * What a bin of the trend was made of.
 * @param {number} t
 */
function trendWords(t) {
  if (!trend) return "";
  const { edges, shares, sure, unclear, end } = trend;
  if (t > end) return texts.atMoment(formatMoment(t), texts.YET_TO_COME);
  const bin = Math.max(edges.findLastIndex((/** @type {number} */ edge, /** @type {number} */ place) => edge <= t && place < shares.length), 0);
  const when = fromTo(formatMoment(edges[bin], true), formatMoment(edges[bin + 1], true));
  if (!shares[bin].length) return texts.atMoment(when, texts.NOTHING_WATCHED);
  const ranked = WORDS.map((word, place) => ({ word, share: shares[bin][place] })).filter(({ share }) => share >= ROUNDING.halfPercent);
  ranked.sort((one, other) => other.share - one.share);
  const listed = ranked.map(({ word, share }) => texts.because(isInWords() ? word : texts.shareOf(word, formatPercent(share)), word === UNCLEAR ? texts.mostly(unclear[bin]) : ""));
  return texts.atMoment(when, texts.shares(listed, sure[bin] ? confidenceWords(sure[bin]) : ""));
}

/**
 * What the part in full shows at a moment.
 * @param {number} t
 */
function ribbonWords(t) {
  if (!ribbon) return "";
  const { from, to, rows } = ribbon;
  const said = rows.map((/** @type {RibbonRow} */ { face, words, sure, unclear }) => {
    const place = Math.min(Math.max(Math.floor(((t - from) / (to - from)) * words.length), 0), words.length - 1);
    const word = WORDS[words[place]] ?? texts.NOTHING_WATCHED;
    const [, , why = ""] = unclear.find(([first, after]) => first <= place && place < after) ?? [];
    const shown = EXPRESSIONS.includes(word) || word === UNCLEAR ? texts.reading(texts.because(word, why), confidenceWords(sure[place])) : word;
    return face !== null && rows.length > 1 ? texts.ofFace(faceName(face), shown) : shown;
  });
  return texts.atMoment(formatMoment(t, true), said.join(" · "));
}

/**
 * Where the legend has each share.
 * @type {Map<string, HTMLElement>}
 */
const legendShares = new Map();

/**
 * The session in numbers: the legend has each expression's share of the readings, a line below says of how many, and the rest.
 * @param {Figures} figures
 * @param {Answer} answer
 */
function showFigures(figures, { begin, end }) {
  const { shares, of, words } = (choice === EVERYBODY ? null : figures.faces[choice]) ?? figures.all;
  for (const label of WORDS) {
    const place = legendShares.get(label) ?? addToLegend(label);
    setText(place, label === NOBODY ? "" : (shares[label] ?? "–"));
  }
  setText(byId("legend-of"), joined(of && texts.sharesOf(of), figures.beside));
  setText(byId("whole-words"), joined(words, figures.beside, markerSentence(begin, end), restingSentence(begin, end)));
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
 * @param {number[]} faces their numbers
 * @param {boolean} allFaces
 */
function offerFaces(faces, allFaces) {
  byId("whose-choice").hidden = !allFaces || faces.length < 2;
  if (faces.join() === offered) return;
  offered = faces.join();
  if (choice !== EVERYBODY && !faces.includes(Number(choice))) choice = EVERYBODY;
  const options = faces.map((id) => el("option", { value: id }, faceName(id)));
  faceSelect.replaceChildren(el("option", { value: EVERYBODY }, texts.EVERYBODY), ...options);
  faceSelect.value = choice;
}
