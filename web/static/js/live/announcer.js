/** What screen readers hear of the newest observation: seldom, in one sentence, and only news that lasted. */

/** @import { Row } from "../shared/records.js" */

import { el, setText } from "../shared/dom.js";
import { area } from "../shared/faceArea.js";
import { faceNumber } from "../texts/shared.js";
import { looksWords } from "../shared/format.js";
import { NOBODY } from "../shared/constants.js";
import * as texts from "../texts/live.js";

/** Seconds that something is shown before it is announced: one wrong reading is no news. */
const MIN_DURATION = 2;
/** Seconds between two sentences as long as nothing else was chosen. */
const DEFAULT_PAUSE = 10;

/** Decides what is worth a sentence. */
export class Announcer {
  /** @type {string | null} */
  #announced = null;
  #announcedAt = -Infinity;
  /** @type {string | null} */
  #current = null;
  #since = 0;

  /**
   * The sentence if it is to be announced, null to keep silent.
   * @param {string} sentence on this moment
   * @param {number} moment seconds
   * @param {number} pause seconds at least between two sentences
   */
  consider(sentence, moment, pause) {
    if (sentence !== this.#current) [this.#current, this.#since] = [sentence, moment];
    const isKnown = sentence === this.#announced;
    if (isKnown || moment - this.#since < MIN_DURATION || moment - this.#announcedAt < pause) return null;
    [this.#announced, this.#announcedAt] = [sentence, moment];
    return sentence;
  }
}

const announcer = new Announcer();
// There from the start: a region that appears together with its words is often not read.
const region = el("p", { class: "visually-hidden", id: "announcer", "aria-live": "polite" });
document.querySelector("main")?.append(region);

/**
 * Announce what a new row shows, of the face that is largest, as on the screen.
 * @param {Row | undefined} row
 * @param {boolean} allFaces whether the sentence says whose face it is
 */
export function announce(row, allFaces) {
  if (!row) return;
  const [first] = [...row.faces].sort((one, other) => area(other) - area(one));
  const shown = first ? looksWords(first.expression) : NOBODY;
  say(texts.announced(first && allFaces ? texts.ofFace(faceNumber(first.id), shown) : shown), row.t);
}

/**
 * Say a sentence once it lasts, and not too soon after the one before.
 * @param {string} words
 * @param {number} t seconds of the session
 * @param {number} [pause] seconds between two sentences as long as nothing else was chosen
 */
export function say(words, t, pause = DEFAULT_PAUSE) {
  const chosen = localStorage.getItem("spoken");
  if (chosen === "off") return;
  const sentence = announcer.consider(words, t, Number(chosen ?? pause));
  if (sentence !== null) setText(region, sentence);
}
