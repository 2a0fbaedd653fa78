/** One face in words: a large emoji, what it looks like, and the likeliest three with their bars. */

import { el, say } from "./dom.js";
import { confident, emojiAddress, emojiImage, likeliest, looks, sure, UNCLEAR, whyUnclear } from "./format.js";

class Guess {
  constructor() {
    this.emoji = emojiImage(UNCLEAR);
    this.name = el("span");
    this.fill = el("div", { class: "bar-fill" });
    this.number = el("span", { class: "guess-number" });
    const bar = el("div", { class: "bar", "aria-hidden": "true" }, this.fill);
    this.element = el("li", { class: "guess" }, this.emoji, this.name, bar, this.number);
  }

  show({ expression, confidence }) {
    setEmoji(this.emoji, expression);
    say(this.name, expression);
    say(this.number, confident(confidence));
    this.fill.dataset.expression = expression;
    this.fill.style.width = `${confidence * 100}%`;
  }
}

function setEmoji(image, expression) {
  const address = emojiAddress(expression);
  if (image.getAttribute("src") !== address) image.setAttribute("src", address);
}

/** What stands under the look: how sure, or why not. */
function more(face, [first]) {
  return whyUnclear(face) === null ? sure(first.confidence) : `best guess: ${first.expression}`;
}

export class FaceCard {
  constructor() {
    this.title = el("h3", { class: "face-title" });
    this.emoji = emojiImage(UNCLEAR);
    this.look = el("p", { class: "face-look" });
    this.more = el("p", { class: "face-more" });
    this.why = el("p", { class: "face-note" });
    this.guesses = [new Guess(), new Guess(), new Guess()];
    this.element = el(
      "article",
      { class: "face" },
      this.title,
      el("div", { class: "face-head" }, this.emoji, el("div", {}, this.look, this.more)),
      el("ol", { class: "guesses", "aria-label": "Likeliest expressions" }, ...this.guesses.map(({ element }) => element)),
      this.why,
    );
  }

  /** face: as the server tells it; scores: the ones to list; title, note: what else there is to say. */
  show({ face, scores, title, note }) {
    const top = likeliest(scores);
    say(this.title, title);
    setEmoji(this.emoji, face.expression);
    say(this.look, looks(face.expression));
    say(this.more, more(face, top));
    this.guesses.forEach((guess, place) => guess.show(top[place]));
    const words = [whyUnclear(face), note].filter(Boolean).join(" ");
    say(this.why, words);
    this.why.hidden = !words;
  }
}
