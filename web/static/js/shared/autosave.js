/** What a person types is kept soon after the last key, and at once when they leave the field or the page. */

/** Milliseconds: longer than a pause between two words. */
const SOON = 700;

/** place: a field, or a form of some. keep: keeps what stands there now. */
export function keepTyped(place, keep) {
  let waiting = null;
  const now = () => {
    if (waiting === null) return;
    clearTimeout(waiting);
    waiting = null;
    keep();
  };
  place.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(now, SOON);
  });
  place.addEventListener("change", now);
  window.addEventListener("pagehide", now);
}
