/** What was chosen for the last session, for the next visit of this browser. */

/**
 * @typedef {object} Chosen
 * @property {string} kind camera, browser, screen, other or fake
 * @property {string} camera its name
 * @property {string} part of the screen
 * @property {string} other a path or an address
 * @property {string} hz
 * @property {string} faces
 */

const REMEMBERED = "source-form";

/**
 * @param {string} first what Mien was started with: whoever starts it otherwise wants that, and not what was chosen before
 * @param {Chosen} chosen
 */
export const remember = (first, chosen) => localStorage.setItem(REMEMBERED, JSON.stringify({ first, chosen }));

/**
 * Null where nothing was chosen since Mien was started so.
 * @param {string} first
 * @returns {Chosen | null}
 */
export function recall(first) {
  const kept = JSON.parse(localStorage.getItem(REMEMBERED) ?? "null");
  return kept?.first === first ? kept.chosen : null;
}
