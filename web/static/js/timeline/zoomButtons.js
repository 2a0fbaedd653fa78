/** Buttons that choose the part of a session that is shown, for those who do not drag. */

/** @import { Range } from "../shared/records.js" */

import { byId } from "../shared/dom.js";

/** Seconds: closer than this there is nothing more to see. */
const MIN_RANGE = 5;

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
 * @param {(range: Range) => void} select
 * @param {() => void} reset
 */
export function connectZoomButtons(shown, whole, select, reset) {
  for (const [id, step] of Object.entries(STEPS)) {
    byId(id).addEventListener("click", () => {
      const [begin, end] = whole();
      const [from, to] = step(shown(), shown()[1] - shown()[0]);
      if (to - from >= end - begin) return reset();
      select(clampRange([from, to], [begin, end]));
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
