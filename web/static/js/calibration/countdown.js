/** A quiet count-down: a bar and a number that changes once a second. */

import { byId, say } from "../shared/dom.js";

/** Milliseconds between looks at the clock. */
const GLANCE = 200;

let timer = null;

/** Count from now; `done` is called when the time is over. */
export function countDown(seconds, done) {
  const began = performance.now();
  const look = () => {
    const over = (performance.now() - began) / 1000;
    show(Math.floor(Math.min(over, seconds)), `${Math.ceil(Math.max(0, seconds - over))} s left`);
    if (over < seconds) return;
    clearInterval(timer);
    done();
  };
  clearInterval(timer);
  timer = setInterval(look, GLANCE);
  look();
}

/** No time runs. */
export function stopTime(seconds) {
  clearInterval(timer);
  show(0, `${seconds} s`);
}

function show(over, words) {
  byId("progress").value = over;
  say(byId("left"), words);
}
