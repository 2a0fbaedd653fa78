/** The call's captions in a small window that stays on top of the call: one line a person, and Pause. */

/** @import { CallView, State } from "../shared/records.js" */

import { el, setText } from "../shared/dom.js";
import { isActive, kindWords } from "../shared/state.js";
import { PAUSE, RESUME } from "../texts/shared.js";
import { Captions } from "./captions.js";
import { SMALL_VIEW } from "../texts/live.js";
import { TopWindow } from "../live/topWindow.js";

/** CSS pixels; as high as three people need. Its user may draw it larger. */
const SIZE = { width: 420, height: 220 };

export class CallSmallView {
  #captions = new Captions();
  #words = el("p", { class: "small-detail", role: "status" });
  #pause = el("button", { type: "button", class: "btn btn-sm btn-primary" }, PAUSE);
  /** @type {{ state: State, call: CallView | null, isPaused: boolean } | null} */
  #shown = null;

  /**
   * @param {HTMLElement} button shows whether it is open
   * @param {() => void} pauseOrResume
   */
  constructor(button, pauseOrResume) {
    this.#pause.addEventListener("click", pauseOrResume);
    const root = el("main", { class: "small-view small-call" }, el("h1", { class: "visually-hidden" }, SMALL_VIEW), this.#captions.element);
    root.append(el("div", { class: "small-buttons" }, this.#pause, this.#words));
    const onKey = (/** @type {string} */ key) => key === " " && this.#pause.click();
    this.top = new TopWindow(button, root, { size: SIZE, paint: () => this.#paint(), onKey });
  }

  /**
   * @param {State} state
   * @param {CallView | null} call
   * @param {boolean} isPaused
   */
  show(state, call, isPaused) {
    this.#shown = { state, call, isPaused };
    this.top.request();
  }

  #paint() {
    if (!this.#shown) return;
    const { state, call, isPaused } = this.#shown;
    if (call) this.#captions.show(call, isPaused);
    setText(this.#words, kindWords(state));
    setText(this.#pause, state.kind === "paused" ? RESUME : PAUSE);
    this.#pause.disabled = !isActive(state);
  }
}
