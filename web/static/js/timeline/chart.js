/** A drawing with an axis of time, and what a person does on it: point, click, drag, and the same by keys. */

/** @import { Range } from "../shared/records.js" */

import { byId, el } from "../shared/dom.js";
import { putDrawing } from "./drawing.js";
import * as texts from "../texts/timeline.js";

/** CSS pixels: a shorter movement is a click. */
const MIN_DRAG = 5;
/** Parts of the axis by which arrow keys move. */
const KEY_STEPS = 100;

/**
 * @typedef {object} ChartHandlers
 * @property {(range: Range) => void} select a part was dragged over
 * @property {() => void} reset all is to be seen again
 * @property {(t: number) => void} look a moment was clicked
 * @property {(t: number | null) => string} tell what is there, in words, which the page shows; null: nothing is pointed at
 */

/** @typedef {{ t: number, kind: string, words: string }} Line a line across the chart at a moment */

export class Chart {
  /**
   * Seconds of the session that are shown.
   * @type {Range}
   */
  range = [0, 1];
  /**
   * CSS pixels from the left, where dragging began.
   * @type {number | null}
   */
  #start = null;
  /**
   * Where keys have moved the cursor to.
   * @type {number | null}
   */
  #moment = null;
  /**
   * What is pointed at.
   * @type {number | null}
   */
  #pointed = null;
  /**
   * What a video beside the chart shows.
   * @type {number | null}
   */
  #played = null;

  /**
   * @param {string} id of the plot
   * @param {ChartHandlers} handlers
   */
  constructor(id, handlers) {
    this.plot = byId(id);
    this.drawing = byId(`${id}-drawing`);
    this.handlers = handlers;
    const part = (/** @type {string} */ name) => {
      const found = this.plot.parentElement?.querySelector(`.chart-${name}`);
      if (!(found instanceof HTMLElement)) throw new Error(`The chart #${id} has no .chart-${name}.`);
      return found;
    };
    this.frame = part("frame");
    this.chosen = part("chosen");
    this.cursor = part("cursor");
    this.playing = part("playing");
    this.lines = part("lines");
    this.resting = part("resting");
    this.plot.addEventListener("pointerdown", (event) => this.#press(event));
    this.plot.addEventListener("pointermove", (event) => this.#move(event));
    this.plot.addEventListener("pointerup", (event) => this.#release(event));
    this.plot.addEventListener("pointercancel", () => this.#letGo());
    this.plot.addEventListener("pointerleave", () => this.point(null));
    this.plot.addEventListener("dblclick", handlers.reset);
    this.plot.addEventListener("keydown", (event) => this.#key(event));
    this.plot.addEventListener("blur", () => this.point(null));
  }

  /**
   * @param {string} svg
   * @param {Range} range that it shows
   */
  show(svg, range) {
    this.range = range;
    putDrawing(this.drawing, svg);
    this.plot.setAttribute("aria-valuemin", String(Math.round(range[0])));
    this.plot.setAttribute("aria-valuemax", String(Math.round(range[1])));
    if (this.#pointed !== null) this.point(this.#pointed);
    this.showPlaying(this.#played);
  }

  /**
   * Lines across the chart, each a button that looks there.
   * @param {Line[]} lines
   */
  showLines(lines) {
    const [from, to] = this.range;
    const shown = lines.filter(({ t }) => t >= from && t <= to);
    const key = JSON.stringify([shown, from, to]);
    if (this.lines.dataset.key === key) return;
    this.lines.dataset.key = key;
    this.lines.replaceChildren(...shown.map(({ t, kind, words }) => {
      const button = el("button", { type: "button", class: `chart-line chart-${kind}`, title: words, "aria-label": texts.lookThere(words) });
      button.style.left = this.#percent(t);
      button.addEventListener("click", () => this.handlers.look(t));
      return button;
    }));
  }

  /**
   * Stretches below the drawing.
   * @param {Range[]} stretches
   */
  showResting(stretches) {
    this.resting.replaceChildren(...stretches.map((stretch) => {
      const line = el("span");
      this.#lay(line, stretch);
      return line;
    }));
  }

  /**
   * Frame a part; null for none.
   * @param {Range | null} part
   */
  showFrame(part) {
    this.frame.hidden = part === null || part[1] <= this.range[0] || part[0] >= this.range[1];
    if (part) this.#lay(this.frame, part);
  }

  /**
   * Put the cursor on a moment, and say what is there.
   * @param {number | null} t
   */
  point(t) {
    this.#pointed = t;
    const words = this.handlers.tell(t);
    this.cursor.hidden = t === null;
    if (t === null) return;
    this.cursor.style.left = this.#percent(t);
    this.plot.setAttribute("aria-valuenow", String(Math.round(t)));
    this.plot.setAttribute("aria-valuetext", words);
  }

  /**
   * A line at what a video shows; none where that is not in the part that is shown.
   * @param {number | null} t
   */
  showPlaying(t) {
    const [from, to] = this.range;
    this.#played = t;
    this.playing.hidden = t === null || t < from || t > to;
    // Moved as a picture is: nothing is laid out anew.
    if (t !== null && !this.playing.hidden) this.playing.style.translate = `${((t - from) / (to - from)) * 100}cqw`;
  }

  /** @param {number} t */
  #percent(t) {
    const [from, to] = this.range;
    return `${Math.min(Math.max((t - from) / (to - from), 0), 1) * 100}%`;
  }

  /**
   * @param {HTMLElement} element
   * @param {Range} range
   */
  #lay(element, [begin, end]) {
    element.style.left = this.#percent(begin);
    element.style.right = `calc(100% - ${this.#percent(end)})`;
  }

  /** @param {PointerEvent} event */
  #xOf({ clientX }) {
    return Math.min(Math.max(clientX - this.plot.getBoundingClientRect().left, 0), this.plot.clientWidth);
  }

  /** @param {number} x */
  #momentAt(x) {
    const [from, to] = this.range;
    return from + (x / this.plot.clientWidth) * (to - from);
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return;
    this.#start = this.#xOf(event);
    this.plot.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const x = this.#xOf(event);
    this.point(this.#momentAt(x));
    if (this.#start === null || Math.abs(x - this.#start) < MIN_DRAG) return;
    this.chosen.hidden = false;
    this.#lay(this.chosen, [this.#momentAt(Math.min(this.#start, x)), this.#momentAt(Math.max(this.#start, x))]);
  }

  /** @param {PointerEvent} event */
  #release(event) {
    if (this.#start === null) return;
    const [left, right] = [Math.min(this.#start, this.#xOf(event)), Math.max(this.#start, this.#xOf(event))];
    this.#letGo();
    if (right - left >= MIN_DRAG) this.handlers.select([this.#momentAt(left), this.#momentAt(right)]);
    else this.handlers.look(this.#momentAt(left));
  }

  #letGo() {
    this.chosen.hidden = true;
    this.#start = null;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const [from, to] = this.range;
    const step = (to - from) / KEY_STEPS;
    const now = Math.min(Math.max(this.#moment ?? (from + to) / 2, from), to);
    /** @type {Record<string, number>} */
    const moves = { ArrowLeft: now - step, ArrowDown: now - step, ArrowRight: now + step, ArrowUp: now + step, PageDown: now - 10 * step, PageUp: now + 10 * step, Home: from, End: to };
    if (event.key in moves) {
      this.#moment = Math.min(Math.max(moves[event.key], from), to);
      this.point(this.#moment);
    } else if (event.key === "Enter") this.handlers.look(now);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
