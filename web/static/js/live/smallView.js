/** A small window beside a call: what the face shows, the last minutes, Pause and Mark. It stays on top where the browser can. */

/** @import { LiveRow, State } from "../shared/records.js" */

import { confidenceWords, emojiAddress, looksWords } from "../shared/format.js";
import { el, setText } from "../shared/dom.js";
import { isActive, kindWords } from "../shared/state.js";
import { NOBODY, UNCLEAR } from "../shared/constants.js";
import { PAUSE, RESUME } from "../texts/shared.js";
import { largestFace } from "../shared/faceArea.js";
import { SmallTrend } from "../timeline/smallTrend.js";
import { TopWindow } from "./topWindow.js";
import * as texts from "../texts/live.js";

/** CSS pixels. */
const SIZE = { width: 260, height: 190 };
/** Seconds that the ribbon shows. */
const SHOWN = 300;
/** Milliseconds between two paintings, as on the page. */
const INTERVAL = 430;
/** Milliseconds that an answer stays. */
const ANSWER_STAYS = 4000;

export class SmallView {
  #emoji = el("img", { class: "small-emoji", alt: "" });
  #word = el("p", { class: "small-word" });
  #detail = el("p", { class: "small-detail" });
  #ribbon = el("div", { class: "small-ribbon", role: "img", "aria-label": texts.LAST_FIVE_MINUTES });
  #trend = new SmallTrend(this.#ribbon, { seconds: SHOWN });
  #pause = el("button", { type: "button", class: "btn btn-sm btn-primary" }, PAUSE);
  #mark = el("button", { type: "button", class: "btn btn-sm btn-outline-secondary" }, texts.MARK);
  #answer = el("p", { class: "small-answer", role: "status" });
  #paintedAt = -Infinity;
  /** @type {{ state: State, rows: LiveRow[] } | null} */
  #shown = null;
  /** @type {number | undefined} */
  #answerTimer;
  /** @type {TopWindow} */
  #top;

  /**
   * @param {HTMLElement} button shows whether it is open
   * @param {object} actions
   * @param {() => void} actions.pauseOrResume
   * @param {() => Promise<string>} actions.mark marks the newest moment; resolves to what to say of it
   */
  constructor(button, { pauseOrResume, mark }) {
    const head = el("div", { class: "small-head" }, this.#emoji, el("div", {}, this.#word, this.#detail));
    const root = el("main", { class: "small-view" }, el("h1", { class: "visually-hidden" }, texts.SMALL_VIEW), head, this.#ribbon);
    root.append(el("div", { class: "small-buttons" }, this.#pause, this.#mark), this.#answer);
    this.#pause.addEventListener("click", pauseOrResume);
    this.#mark.addEventListener("click", async () => this.#say(await mark()));
    this.#top = new TopWindow(button, root, { size: SIZE, paint: () => this.#paint(), onKey: (key) => this.#onKey(key) });
  }

  get isOpen() {
    return this.#top.isOpen;
  }

  /** As `TopWindow.toggle`. */
  toggle() {
    return this.#top.toggle();
  }

  /** @param {string} key */
  #onKey(key) {
    if (key === "m") this.#mark.click();
    else if (key === " ") this.#pause.click();
  }

  /**
   * Show how things stand, at once if the state is another one, else about twice a second.
   * @param {State} state
   * @param {LiveRow[]} rows
   */
  show(state, rows) {
    const isNews = state !== this.#shown?.state;
    this.#shown = { state, rows };
    if (isNews || performance.now() - this.#paintedAt > INTERVAL) this.#top.request();
  }

  #paint() {
    if (!this.#shown) return;
    this.#paintedAt = performance.now();
    const { state, rows } = this.#shown;
    const isWatching = state.kind === "watching";
    const face = isWatching && rows.length ? largestFace(rows[rows.length - 1]) : undefined;
    const word = face ? looksWords(face.expression) : NOBODY;
    setText(this.#word, isWatching ? word : kindWords(state));
    setText(this.#detail, face ? confidenceWords(face.confidence) : "");
    this.#showEmoji(face?.expression ?? UNCLEAR);
    this.#emoji.classList.toggle("is-off", !face);
    setText(this.#pause, state.kind === "paused" ? RESUME : PAUSE);
    this.#pause.disabled = this.#mark.disabled = !isActive(state);
    this.#trend.update(rows.at(-1)?.n ?? 0);
  }

  /** @param {string} expression */
  #showEmoji(expression) {
    const address = emojiAddress(expression);
    if (this.#emoji.getAttribute("src") !== address) this.#emoji.setAttribute("src", address);
  }

  /** @param {string} sentence */
  #say(sentence) {
    setText(this.#answer, sentence);
    clearTimeout(this.#answerTimer);
    this.#answerTimer = setTimeout(() => setText(this.#answer, ""), ANSWER_STAYS);
  }
}
