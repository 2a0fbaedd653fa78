/** One face in words: a large emoji, what it looks like, and the likeliest three expressions with their bars. */

/** @import { Reading, Scores } from "./records.js" */

import { el, setText } from "./dom.js";
import { confidencePercent, confidenceWords, emojiImage, likeliest, looksWords, setEmoji, whyUnclear } from "./format.js";
import { UNCLEAR } from "./constants.js";
import * as texts from "../texts/shared.js";

class Guess {
  emoji = emojiImage(UNCLEAR);
  name = el("span");
  fill = el("div", { class: "bar-fill" });
  number = el("span", { class: "guess-number" });
  element = el("li", { class: "guess" }, this.emoji, this.name, el("div", { class: "bar", "aria-hidden": "true" }, this.fill), this.number);

  /** @param {{ expression: string, confidence: number }} guess */
  show({ expression, confidence }) {
    setEmoji(this.emoji, expression);
    setText(this.name, expression);
    setText(this.number, confidencePercent(confidence));
    this.fill.dataset.expression = expression;
    this.fill.style.width = `${confidence * 100}%`;
  }
}

export class FaceCard {
  title = el("h3", { class: "face-title" });
  emoji = emojiImage(UNCLEAR);
  expression = el("p", { class: "face-expression" });
  confidence = el("p", { class: "face-more" });
  note = el("p", { class: "face-note" });
  guesses = [new Guess(), new Guess(), new Guess()];
  head = el("div", { class: "face-head" }, this.emoji, el("div", {}, this.expression, this.confidence));
  list = el("ol", { class: "guesses", "aria-label": texts.LIKELIEST }, ...this.guesses.map(({ element }) => element));
  element = el("article", { class: "face" }, this.title, this.head, this.list, this.note);

  /**
   * @param {object} shown
   * @param {Pick<Reading, "expression" | "quality" | "confidence" | "doubt">} shown.face
   * @param {Scores} shown.scores the ones to list
   * @param {string} shown.title
   * @param {string} [shown.note] what else there is to say
   */
  show({ face, scores, title, note }) {
    const guesses = likeliest(scores);
    const unclear = whyUnclear(face);
    setText(this.title, title);
    setEmoji(this.emoji, face.expression);
    setText(this.expression, looksWords(face.expression));
    setText(this.confidence, unclear === null ? confidenceWords(face.confidence) : texts.closest(guesses[0].expression));
    this.guesses.forEach((guess, place) => guess.show(guesses[place]));
    const words = [unclear, note].filter(Boolean).join(" ");
    setText(this.note, words);
    this.note.hidden = !words;
  }
}
