/** The last minutes of one face as a small drawing: a line each for brows, eyes, mouth and head, a mark for each movement. */

/** @import { Mark, MovementHistory } from "./movementHistory.js" */

import { el, setText } from "../shared/dom.js";
import { ageWords } from "./personWords.js";
import * as texts from "../texts/call.js";

/** Seconds that are drawn. */
const SHOWN = 180;
/** The drawing moves on in steps of so many seconds, and stands still between them. */
const STEP = 15;
/** A mark that lasts grows in steps of so many seconds. */
const GROWTH = 2;
/** Of the drawing's width, in percent: what is over in a moment is seen, too. */
const LEAST = 0.8;

/** @type {Record<string, number>} */
const LANES = {
  brows_raised: 0,
  brows_lowered: 0,
  eyes_closed: 1,
  blinking: 1,
  gaze_away: 1,
  nod: 3,
  shake: 3,
  tilt: 3,
  turned_away: 3,
  covered: 3,
};
/** All others are of the mouth and nose. */
const MOUTH = 2;
/** What may last for minutes is drawn thin, so that other movements of the mouth stand out. */
const THIN = ["talking"];

/** @typedef {{ lane: number, left: number, width: number, isThin: boolean }} StripMark left and width: percent of the strip */

/**
 * When the drawing ends: the next step after now.
 * @param {number} now seconds of the session
 */
export const stripEnd = (now) => Math.max(SHOWN, Math.ceil(now / STEP) * STEP);

/**
 * From when to when the drawing shows, in seconds of the session.
 * @param {number} now
 */
export const stripSpan = (now) => [stripEnd(now) - SHOWN, stripEnd(now)];

/**
 * Where the marks lie.
 * @param {{ name: string, from: number, to: number }[]} marks
 * @param {number} end seconds of the session at the right edge
 * @returns {StripMark[]}
 */
export function stripMarks(marks, end) {
  const begin = end - SHOWN;
  return marks
    .filter(({ to }) => to > begin)
    .map(({ name, from, to }) => {
      const left = (100 * (Math.max(from, begin) - begin)) / SHOWN;
      const grown = Math.floor(Math.min(to, end) / GROWTH) * GROWTH;
      const width = Math.max(LEAST, (100 * (grown - begin)) / SHOWN - left);
      return { lane: LANES[name] ?? MOUTH, left, width, isThin: THIN.includes(name) };
    });
}

/**
 * What the marks are, in words, each once.
 * @param {Mark[]} marks
 */
export function countedWords(marks) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { words } of marks) counts.set(words, (counts.get(words) ?? 0) + 1);
  return [...counts].map(([words, count]) => texts.times(words, count));
}

export class MovementStrip {
  element = el("div", { class: "strip", role: "img" });
  #drawn = "";

  /**
   * @param {MovementHistory} history
   * @param {number} person
   */
  show(history, person) {
    const { seen, marks } = history.of(person);
    const end = stripEnd(history.now);
    const shown = marks.filter(({ to }) => to > end - SHOWN);
    const words = texts.lastMinutes(texts.minutes(SHOWN / 60), texts.listed(countedWords(shown)) || texts.NOTHING_SEEN);
    this.element.setAttribute("aria-label", words);
    this.element.setAttribute("title", words);
    const parts = [
      ...stripMarks(seen.map((span) => ({ name: "", ...span })), end).map(({ left, width }) => ["strip-seen", left, width, -1]),
      ...stripMarks(shown, end).map(({ lane, left, width, isThin }) => [isThin ? "strip-line" : "strip-mark", left, width, lane]),
    ];
    const drawn = JSON.stringify(parts);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.element.replaceChildren(...parts.map(([name, left, width, lane]) => stripPart(String(name), Number(left), Number(width), Number(lane))));
  }
}

/**
 * @param {string} name class
 * @param {number} left percent
 * @param {number} width percent
 * @param {number} lane -1 for none
 */
function stripPart(name, left, width, lane) {
  const part = el("span", { class: name });
  part.style.left = `${left}%`;
  part.style.width = `${width}%`;
  if (lane >= 0) part.style.setProperty("--lane", String(lane));
  return part;
}

/**
 * The movements of the last minutes as a list, the newest first.
 * @param {HTMLElement} list
 * @param {Mark[]} marks
 * @param {number} now seconds of the session
 */
export function listMarks(list, marks, now) {
  const newest = marks.toReversed().slice(0, 12);
  while (list.children.length > newest.length) list.lastElementChild?.remove();
  while (list.children.length < newest.length) list.append(el("li", {}, el("span", {}), el("span", { class: "soft" })));
  for (const [place, { words, to }] of newest.entries()) {
    const [what, when] = list.children[place].children;
    setText(what, words);
    setText(when, ageWords(now - to) || texts.NOW);
  }
}
