/** Saves what a person types soon after the last key, and at once when they leave the field or the page. */

/** Milliseconds: longer than a pause between two words. */
const DELAY = 700;

/**
 * @param {HTMLElement} place a field, or a form with some
 * @param {() => void} save saves what stands there now
 */
export function autosave(place, save) {
  /** @type {number | undefined} */
  let timer;
  const saveNow = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    save();
  };
  place.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(saveNow, DELAY);
  });
  place.addEventListener("change", saveNow);
  window.addEventListener("pagehide", saveNow);
}
