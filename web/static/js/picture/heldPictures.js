/** The names of the pictures that this tab shows and the server has in memory: they outlive a reload, and hold no pixels. */

const KEY = "pictures";

/** @returns {string[]} newest first */
export function heldPictures() {
  return JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
}

/** @param {{ held?: string }[]} results as the page shows them */
export function rememberHeld(results) {
  sessionStorage.setItem(KEY, JSON.stringify(results.flatMap(({ held }) => held ?? [])));
}
