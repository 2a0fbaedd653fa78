/** A worker that ticks: a page's own timers are slowed down when its tab is hidden, as it is beside a call. */

/** @type {number | undefined} */
let timer;

// Milliseconds between two ticks, or null to stop.
addEventListener("message", ({ data: interval }) => {
  clearInterval(timer);
  timer = interval === null ? undefined : setInterval(() => postMessage("tick"), interval);
});
