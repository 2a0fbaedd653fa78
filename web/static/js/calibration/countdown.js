/** A quiet countdown: a bar and a number that changes once a second. */

import { byId, setText } from "../shared/dom.js";
import * as texts from "../texts/practice.js";

/** Milliseconds between two updates. */
const UPDATE_INTERVAL = 200;

/** @type {number | undefined} */
let timer;

/**
 * Count from now.
 * @param {number} seconds
 * @param {() => void} done called when the time is over
 */
export function countDown(seconds, done) {
  const began = performance.now();
  const update = () => {
    const over = (performance.now() - began) / 1000;
    show(Math.floor(Math.min(over, seconds)), texts.secondsLeft(Math.ceil(Math.max(0, seconds - over))));
    if (over < seconds) return;
    clearInterval(timer);
    done();
  };
  clearInterval(timer);
  timer = setInterval(update, UPDATE_INTERVAL);
  update();
}

/**
 * No time runs.
 * @param {number} seconds that a countdown would take
 */
export function stopCountdown(seconds) {
  clearInterval(timer);
  show(0, texts.seconds(seconds));
}

/**
 * @param {number} over seconds that are over
 * @param {string} words
 */
function show(over, words) {
  byId("progress", HTMLProgressElement).value = over;
  setText(byId("left"), words);
}
