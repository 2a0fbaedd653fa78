/** What one's own face shows: the word, and a bar for each expression, which all keep their places. */

/** @import { Reading } from "../shared/records.js" */

import { confidencePercent, confidenceWords, emojiImage, likeliest, looksWords, setEmoji, whyUnclear } from "../shared/format.js";
import { closest as closestIs } from "../texts/shared.js";
import { el, setText } from "../shared/dom.js";
import { EXPRESSIONS, NOBODY, UNCLEAR } from "../shared/constants.js";
import * as texts from "../texts/live.js";

class ExpressionBar {
  fill = el("div", { class: "bar-fill" });
  number = el("span", { class: "guess-number" });

  /** @param {string} expression */
  constructor(expression) {
    this.fill.dataset.expression = expression;
    const bar = el("div", { class: "bar", "aria-hidden": "true" }, this.fill);
    this.element = el("li", { class: "guess" }, emojiImage(expression), el("span", {}, expression), bar, this.number);
  }

  /**
   * @param {number | null} probability null where there is no face
   * @param {boolean} isLikeliest
   */
  show(probability, isLikeliest) {
    setText(this.number, probability === null ? "–" : confidencePercent(probability));
    this.fill.style.width = `${(probability ?? 0) * 100}%`;
    this.element.classList.toggle("is-likeliest", isLikeliest);
  }
}

export class OwnReading {
  emoji = emojiImage(UNCLEAR);
  expression = el("p", { class: "face-expression" });
  more = el("p", { class: "face-more" });
  note = el("p", { class: "face-note" });
  bars = new Map(EXPRESSIONS.map((expression) => [expression, new ExpressionBar(expression)]));
  element = el(
    "article",
    { class: "face own-reading" },
    el("h3", { class: "face-title" }, texts.YOUR_FACE),
    el("div", { class: "face-head" }, this.emoji, el("div", { class: "face-words" }, this.expression, this.more)),
    el("ul", { class: "guesses", "aria-label": texts.EXPRESSIONS }, ...[...this.bars.values()].map(({ element }) => element)),
    this.note,
  );

  /** @param {Reading | undefined} face undefined: nobody is there */
  show(face) {
    const scores = (face?.quality.ok ? face.smooth : face?.scores) ?? {};
    const closest = face ? likeliest(scores)[0]?.expression : undefined;
    const unclear = face ? whyUnclear(face) : null;
    const sure = face && unclear === null ? confidenceWords(face.confidence) : "";
    this.emoji.classList.toggle("is-unseen", !face);
    if (face) setEmoji(this.emoji, face.expression);
    setText(this.expression, face ? looksWords(face.expression) : NOBODY);
    setText(this.more, unclear === null ? sure : closestIs(closest ?? ""));
    setText(this.note, unclear ?? "");
    for (const [expression, bar] of this.bars) bar.show(face ? (scores[expression] ?? 0) : null, expression === closest);
  }
}
