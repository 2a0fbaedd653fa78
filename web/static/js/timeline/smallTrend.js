/** Small drawings for lists, cards, and a window beside a call: a session's shares, or the last minutes of the one that runs. */

/** @import { Answer } from "../shared/records.js" */

import { putDrawing, unitsWide } from "./drawing.js";
import { Feed } from "./feed.js";

/** Milliseconds between two requests for what grows. */
const PAUSE = 1000;
/** CSS pixels of a rem at the usual text size. */
const UNIT_REM = 16;

export class SmallTrend {
  /** @type {Answer | null} the newest answer of the server, see /api */
  answer = null;

  /**
   * Draws into a place that has a height, which may lie in another window. Say what it shows to screen readers there.
   * @param {HTMLElement} place
   * @param {object} [of]
   * @param {string | null} [of.stored] a session's id; else the one that runs, or ran last
   * @param {number | null} [of.seconds] its last seconds in full; else its shares from beginning to end
   * @param {number} [of.face] the number of the face; else everybody
   */
  constructor(place, { stored = null, seconds = null, face } = {}) {
    this.place = place;
    this.address = `${stored ? `/api/sessions/${stored}` : "/api"}/${seconds ? "ribbon" : "trend"}`;
    this.part = { seconds: seconds ?? undefined, face };
    this.feed = new Feed(PAUSE, (answer) => {
      this.answer = answer;
      putDrawing(place, answer.svg);
    });
  }

  /**
   * Call it at every redraw: it asks only for what is new.
   * @param {number} [version] number of the session's newest observation
   */
  update(version = 0) {
    const width = unitsWide(this.place);
    if (width === 0) return;
    const height = Math.round((this.place.clientHeight / this.place.clientWidth) * width) || UNIT_REM;
    this.feed.update(this.address, { width, height, ...this.part, bare: "yes" }, version);
  }
}
