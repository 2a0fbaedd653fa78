/** Sessions selected in the list, to compare two of them or to erase all of them. */

import { byId, setText } from "../shared/dom.js";
import { askToErase } from "../shared/eraseDialog.js";
import { formatCount } from "../shared/format.js";

/** Sessions that are compared. */
const COMPARED = 2;
const compare = byId("selection-compare", HTMLButtonElement);
const erase = byId("selection-erase", HTMLButtonElement);

/** @returns {string[]} ids */
const selected = () =>
  [...document.querySelectorAll(".history-select")].flatMap((box) =>
    box instanceof HTMLInputElement && box.checked ? [box.value] : [],
  );

function showSelection() {
  const { length } = selected();
  setText(byId("selection-words"), length ? `${formatCount(length)} selected` : "Select two sessions to compare, or any to erase");
  compare.disabled = length !== COMPARED;
  erase.disabled = length === 0;
}

document.addEventListener("change", showSelection);
// The browser may tick boxes again when a page is gone back to.
addEventListener("pageshow", showSelection);
erase.addEventListener("click", () => {
  const ids = selected();
  const what = ids.length === 1 ? "1 session with its" : `${formatCount(ids.length)} sessions with their`;
  askToErase({ erase: ids.map((id) => `/api/sessions/${id}`), what: `${what} timeline, markers and notes` });
});
