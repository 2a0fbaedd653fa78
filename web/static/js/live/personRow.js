/** One of several people in a row of its own: what the face shows now, and its last minute. It stays while the person is away. */

/** @import { Reading } from "../shared/records.js" */

import { confidenceWords, emojiImage, looksWords, setEmoji, whyUnclear } from "../shared/format.js";
import { el, setText } from "../shared/dom.js";
import { faceNumber } from "../texts/shared.js";
import { SmallTrend } from "../timeline/smallTrend.js";
import { UNCLEAR } from "../shared/constants.js";
import * as texts from "../texts/live.js";

/** Seconds. */
const RIBBON_SECONDS = 60;
/** Milliseconds between two requests for a ribbon, for each person: many people get new ones less often. */
const PAUSE_PER_PERSON = 250;
const MIN_PAUSE = 1000;

export class PersonRow {
  emoji = emojiImage(UNCLEAR);
  expression = el("p", { class: "face-expression" });
  more = el("p", { class: "face-more" });
  ribbon = el("div", { class: "person-ribbon", "aria-hidden": "true" });

  /** @param {number} id */
  constructor(id) {
    this.trend = new SmallTrend(this.ribbon, { seconds: RIBBON_SECONDS, face: id });
    const words = el("div", { class: "face-words" }, el("h3", { class: "face-title" }, faceNumber(id)), this.expression);
    this.element = el("article", { class: "face person" }, this.emoji, words, this.more, this.ribbon);
  }

  /**
   * @param {Reading | undefined} face undefined: out of view
   * @param {number} version number of the newest observation
   * @param {number} people how many have a row
   */
  show(face, version, people) {
    this.emoji.classList.toggle("is-unseen", !face);
    if (face) setEmoji(this.emoji, face.expression);
    setText(this.expression, face ? looksWords(face.expression) : texts.OUT_OF_VIEW);
    setText(this.more, face ? (whyUnclear(face) ?? confidenceWords(face.confidence)) : "");
    this.trend.feed.pause = Math.max(MIN_PAUSE, PAUSE_PER_PERSON * people);
    this.trend.update(version);
  }
}
