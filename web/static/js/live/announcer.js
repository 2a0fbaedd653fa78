/** What screen readers hear of the newest observation: seldom, in one sentence, and only news that lasted. */

import { el, say } from "../shared/dom.js";
import { area } from "./readings.js";
import { looks, NOBODY } from "../shared/format.js";

/** Seconds that a look lasts before it is told: a blink of the model is no news. */
const LASTS = 2;
/** Seconds between two sentences as long as nothing else was chosen. */
const USUAL = 10;

/** Decides what is worth a sentence. */
export class Speaker {
  #told = null;
  #toldAt = -Infinity;
  #seen = null;
  #since = 0;

  /** what: a sentence on the moment (seconds); pause: least seconds between two. Returns it, or null to keep silent. */
  hear(what, moment, pause) {
    if (what !== this.#seen) [this.#seen, this.#since] = [what, moment];
    if (what === this.#told || moment - this.#since < LASTS || moment - this.#toldAt < pause) return null;
    [this.#told, this.#toldAt] = [what, moment];
    return what;
  }
}

/** The face that is largest, as on the screen; whose it is only where there may be several. */
export function sentence({ faces }, everybody) {
  const [first] = [...faces].sort((one, other) => area(other) - area(one));
  if (!first) return `${NOBODY}.`;
  return everybody ? `Face ${first.id} ${looks(first.expression)}.` : `${looks(first.expression)}.`;
}

const speaker = new Speaker();
// There from the start: a region that appears together with its words is often not read.
const region = el("p", { class: "visually-hidden", id: "spoken", "aria-live": "polite" });
document.querySelector("main").append(region);

/** Tell of a new row what a person asked to be told. */
export function speak(row, everybody) {
  const chosen = localStorage.getItem("spoken");
  if (!row || chosen === "off") return;
  const told = speaker.hear(sentence(row, everybody), row.t, Number(chosen ?? USUAL));
  if (told !== null) say(region, told);
}
