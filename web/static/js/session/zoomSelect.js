/** Choosing a part of a session to zoom to: by dragging over a ribbon, or by buttons for those who do not drag. */

/** @import { Range } from "../shared/records.js" */

import { byId, el } from "../shared/dom.js";

/** CSS pixels: a shorter movement is a click that slipped. */
const MIN_DRAG = 5;
/** Seconds: closer than this there is nothing more to see. */
const MIN_RANGE = 5;

/** @typedef {(from: number, to: number) => void} Select called with the chosen part */

/**
 * Drag over a canvas to choose; double-click to see all.
 * @param {HTMLCanvasElement} canvas
 * @param {() => Range} range the time that the canvas shows
 * @param {Select} select
 * @param {() => void} reset
 */
export function makeSelectable(canvas, range, select, reset) {
  const frame = el("div", { class: "ribbon-chosen", hidden: "" });
  canvas.after(frame);
  /** @type {number | null} */
  let start = null;
  const xOf = (/** @type {PointerEvent} */ { clientX }) => Math.min(Math.max(clientX - canvas.getBoundingClientRect().left, 0), canvas.clientWidth);
  const moment = (/** @type {number} */ x) => range()[0] + (x / canvas.clientWidth) * (range()[1] - range()[0]);
  const end = () => {
    frame.hidden = true;
    start = null;
  };
  canvas.classList.add("ribbon-choosable");
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    start = xOf(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (start === null) return;
    const [left, right] = [Math.min(start, xOf(event)), Math.max(start, xOf(event))];
    frame.hidden = false;
    Object.assign(frame.style, {
      left: `${canvas.offsetLeft + left}px`,
      top: `${canvas.offsetTop}px`,
      width: `${right - left}px`,
      height: `${canvas.clientHeight}px`,
    });
  });
  canvas.addEventListener("pointercancel", end);
  canvas.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [left, right] = [Math.min(start, xOf(event)), Math.max(start, xOf(event))];
    end();
    if (right - left >= MIN_DRAG) select(moment(left), moment(right));
  });
  canvas.addEventListener("dblclick", reset);
}

/**
 * What each button makes of a part.
 * @type {Record<string, (range: Range, length: number) => Range>}
 */
const STEPS = {
  "range-closer": ([from, to], length) => [from + length / 4, to - length / 4],
  "range-wider": ([from, to], length) => [from - length / 2, to + length / 2],
  "range-earlier": ([from, to], length) => [from - length / 2, to - length / 2],
  "range-later": ([from, to], length) => [from + length / 2, to + length / 2],
};

/**
 * Buttons that move and change the part that is shown.
 * @param {() => Range} shown
 * @param {() => Range} whole
 * @param {Select} select
 * @param {() => void} reset
 */
export function connectZoomButtons(shown, whole, select, reset) {
  byId("range").hidden = false;
  for (const [id, step] of Object.entries(STEPS)) {
    byId(id).addEventListener("click", () => {
      const [begin, end] = whole();
      const [from, to] = step(shown(), shown()[1] - shown()[0]);
      if (to - from >= end - begin) return reset();
      select(...clampRange([from, to], [begin, end]));
    });
  }
  byId("range-back").addEventListener("click", reset);
}

/**
 * A part that is at least MIN_RANGE long, moved to where something was watched.
 * @param {Range} range
 * @param {Range} whole
 * @returns {Range}
 */
export function clampRange([from, to], [begin, end]) {
  const length = Math.min(Math.max(to - from, MIN_RANGE), end - begin);
  const first = Math.min(Math.max((from + to - length) / 2, begin), end - length);
  return [first, first + length];
}
