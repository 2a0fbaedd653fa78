/** One of several people in a row of its own: what the face shows now, and its last minute. It stays while the person is away. */

/** @import { LiveRow, Reading } from "../shared/records.js" */

import { confidenceWords, emojiImage, looksWords, setEmoji, whyUnclear } from "../shared/format.js";
import { el, setText } from "../shared/dom.js";
import { faceNumber } from "../texts/shared.js";
import { drawPersonRibbon } from "./personRibbon.js";
import { UNCLEAR } from "../shared/constants.js";
import * as texts from "../texts/live.js";

export class PersonRow {
  emoji = emojiImage(UNCLEAR);
  expression = el("p", { class: "face-expression" });
  more = el("p", { class: "face-more" });
  ribbon = el("div", { class: "person-ribbon", "aria-hidden": "true" });

  /** @param {number} id */
  constructor(id) {
    this.id = id;
    const words = el("div", { class: "face-words" }, el("h3", { class: "face-title" }, faceNumber(id)), this.expression);
    this.element = el("article", { class: "face person" }, this.emoji, words, this.more, this.ribbon);
  }

  /**
   * @param {Reading | undefined} face undefined: out of view
   * @param {LiveRow[]} rows of the last minute, the newest last
   * @param {number} hz
   */
  show(face, rows, hz) {
    this.emoji.classList.toggle("is-unseen", !face);
    if (face) setEmoji(this.emoji, face.expression);
    setText(this.expression, face ? looksWords(face.expression) : texts.OUT_OF_VIEW);
    setText(this.more, face ? (whyUnclear(face) ?? confidenceWords(face.confidence)) : "");
    drawPersonRibbon(this.ribbon, rows, this.id, hz);
  }
}
