/** Expressions in words, emoji and colour; which there are is told by the server. */

import { el } from "./dom.js";

const { expressions, emoji, emojiFolder } = document.body.dataset;

export const EXPRESSIONS = expressions.split(" ");
export const UNCLEAR = "unclear";
export const NOBODY = "nobody there";

/** Line dashes beside the colours, for eyes that do not tell those apart; in the order of EXPRESSIONS. */
export const DASHES = [[], [10, 4], [2, 3], [14, 3, 2, 3], [6, 3], [10, 3, 2, 3, 2, 3], [4, 6]];

const code = new Map(Object.entries(JSON.parse(emoji)).map(([name, sign]) => [name, sign.codePointAt(0).toString(16)]));

export const emojiAddress = (expression) => `${emojiFolder}${code.get(expression)}.svg`;

/** Decoration: the name always stands beside it. */
export const emojiImage = (expression) => el("img", { class: "emoji", src: emojiAddress(expression), alt: "" });

/** A share as a percentage: 100 % and 0 % only where it is all or nothing; a half rounds up, as in the server's looks.py. */
export function percent(share) {
  if (share >= 0.995 && share < 1) return `>${THIN}99${THIN}%`;
  return share > 0 && share < 0.005 ? `<${THIN}1${THIN}%` : `${Math.round(share * 100)}${THIN}%`;
}
const THIN = "\u202f";

/** 14,688, as in the server's looks.py. */
export const number = (value) => value.toLocaleString("en-US");

/** A model is never quite sure, however a probability was rounded. */
const SUREST = 0.999;
export const confident = (confidence) => percent(Math.min(confidence, SUREST));

/** How sure a reading is: in numbers, or in words for who chose to see no numbers. */
export function sure(confidence) {
  if (document.documentElement.dataset.shown !== "words") return `${confident(confidence)} sure`;
  return confidence >= 0.8 ? "quite sure" : confidence >= 0.5 ? "fairly sure" : "not very sure";
}

const adjectives = JSON.parse(document.body.dataset.adjectives);

export const looks = (expression) => (expression === UNCLEAR ? "unclear" : `looks ${adjectives[expression] ?? expression}`);

/** The likeliest three of a distribution. */
export function likeliest(scores) {
  const ranked = Object.entries(scores).sort(([, one], [, other]) => other - one);
  return ranked.slice(0, 3).map(([expression, confidence]) => ({ expression, confidence }));
}

/** Why a face is unclear, as a sentence; null when it is not. */
export function whyUnclear({ expression, quality }) {
  if (expression !== UNCLEAR) return null;
  return `Why unclear: ${quality.reason ?? "the best guess is not sure enough"}.`;
}

/** An expression's colour in the theme that holds. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** A moment (seconds since 1970) as the clock shows it. */
export const clock = (seconds, withSeconds = false) =>
  new Date(seconds * 1000).toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(withSeconds && { second: "2-digit" }),
  });

/** What a session costs, as its newest row tells; nothing before that is known. */
export function effort(row) {
  if (!row?.effort) return "";
  const { readings, looks, core } = row.effort;
  const often = `${Math.round(readings * 10) / 10} readings${looks ? ` and ${Math.round(looks)} looks` : ""} a second`;
  return `${often}: about ${percent(core)} of one core`;
}

/** A stretch of seconds as 24:13 or 1:02:03: whole ones that are over, by milliseconds, as in the server's looks.py. */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(Math.round(seconds * 1000) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
