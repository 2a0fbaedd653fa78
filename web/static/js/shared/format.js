/** Expressions, numbers and times as texts. Percentages, durations and counts have the rules of the server's tracker/core/text.py. */

/** @import { LiveRow, Reading, Scores } from "./records.js" */

import { ADJECTIVES, EMOJI_FILES, EMOJI_FOLDER, ROUNDING, UNCLEAR } from "./constants.js";
import { el } from "./dom.js";
import * as texts from "../texts/shared.js";

/** @param {string} expression */
export const emojiAddress = (expression) => `${EMOJI_FOLDER}${EMOJI_FILES[expression]}`;

/**
 * Decoration: the name always stands beside it.
 * @param {string} expression
 */
export const emojiImage = (expression) => el("img", { class: "emoji", src: emojiAddress(expression), alt: "" });

/**
 * Only when it is another one: a picture that is set again is loaded again.
 * @param {HTMLImageElement} image
 * @param {string} expression
 */
export function setEmoji(image, expression) {
  const address = emojiAddress(expression);
  if (image.getAttribute("src") !== address) image.setAttribute("src", address);
}

/**
 * A share (0 to 1) as a percentage: 100 % and 0 % only where it is all or nothing; a half rounds up.
 * @param {number} share
 */
export function formatPercent(share) {
  const { thinSpace, halfPercent } = ROUNDING;
  if (share >= 1 - halfPercent && share < 1) return `>${thinSpace}99${thinSpace}%`;
  return share > 0 && share < halfPercent ? `<${thinSpace}1${thinSpace}%` : `${Math.round(share * 100)}${thinSpace}%`;
}

/**
 * 14,688
 * @param {number} value
 */
export const formatCount = (value) => value.toLocaleString("en-US");

/**
 * A model is never quite sure, however a probability was rounded.
 * @param {number} confidence
 */
export const confidencePercent = (confidence) => formatPercent(Math.min(confidence, ROUNDING.highestConfidence));

/** Confidences from which a reading is called quite, and fairly sure. */
const [QUITE_SURE, FAIRLY_SURE] = [0.8, 0.5];

/**
 * How sure a reading is: in numbers, or in words for who chose to see no numbers.
 * @param {number} confidence
 */
export function confidenceWords(confidence) {
  if (document.documentElement.dataset.shown !== "words") return texts.sure(confidencePercent(confidence));
  if (confidence >= QUITE_SURE) return texts.QUITE_SURE;
  return confidence >= FAIRLY_SURE ? texts.FAIRLY_SURE : texts.NOT_VERY_SURE;
}

/** @param {string} expression */
export const looksWords = (expression) => (expression === UNCLEAR ? UNCLEAR : texts.looks(ADJECTIVES[expression] ?? expression));

/**
 * The likeliest three of a distribution, the likeliest first.
 * @param {Scores} scores
 */
export function likeliest(scores) {
  const ranked = Object.entries(scores).sort(([, one], [, other]) => other - one);
  return ranked.slice(0, 3).map(([expression, confidence]) => ({ expression, confidence }));
}

/**
 * Why a face is unclear, as a sentence; null when it is not.
 * @param {Pick<Reading, "expression" | "quality" | "doubt">} face
 */
export function whyUnclear({ expression, quality, doubt = texts.NOT_SURE_ENOUGH }) {
  if (expression !== UNCLEAR) return null;
  return quality.reason ? texts.whyUnclear(quality.reason) : texts.sentence(doubt);
}

/**
 * A colour of the theme that holds now: an expression's, or such as "ink".
 * @param {string} name
 */
export const themeColour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/**
 * A moment (seconds since 1970) as the clock shows it.
 * @param {number} seconds
 * @param {boolean} withSeconds
 */
export const formatClock = (seconds, withSeconds = false) =>
  new Date(seconds * 1000).toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(withSeconds && { second: "2-digit" }),
  });

/**
 * What a session costs, as its newest row says; empty where none says it.
 * @param {LiveRow | undefined} row
 */
export function loadWords(row) {
  if (!row?.effort) return "";
  const { readings, looks, core } = row.effort;
  return texts.load({ readings: Math.round(readings * 10) / 10, looks: Math.round(looks), core: formatPercent(core) });
}

/**
 * A length (seconds) as 24:13 or 1:02:03: whole seconds that are over, after rounding to milliseconds.
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  const whole = Math.max(0, Math.floor(Math.round(seconds * 1000) / 1000));
  const twoDigits = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${twoDigits(minutes)}:${twoDigits(whole % 60)}` : `${minutes}:${twoDigits(whole % 60)}`;
}
