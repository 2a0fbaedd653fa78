/** A worker that ticks: a page's own timers are slowed down when its tab is hidden, as it is beside a call. */

let timer = null;

addEventListener("message", ({ data: milliseconds }) => {
  clearInterval(timer);
  timer = milliseconds === null ? null : setInterval(() => postMessage("tick"), milliseconds);
});
