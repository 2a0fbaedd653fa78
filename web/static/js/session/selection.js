/** Sessions selected in the list, to compare two of them or to erase all of them. */

import { byId, setText } from "../shared/dom.js";
import { askToErase } from "../shared/eraseDialog.js";
import { formatCount } from "../shared/format.js";
import * as texts from "../texts/history.js";

/** Sessions that are compared. */
const COMPARED = 2;
/** What the page says while nothing is selected. */
const hint = byId("selection-words").textContent ?? "";
const compare = byId("selection-compare", HTMLButtonElement);
const erase = byId("selection-erase", HTMLButtonElement);

/** @returns {string[]} ids */
const selected = () =>
  [...document.querySelectorAll(".history-select")].flatMap((box) =>
    box instanceof HTMLInputElement && box.checked ? [box.value] : [],
  );

function showSelection() {
  const { length } = selected();
  setText(byId("selection-words"), length ? texts.selected(formatCount(length)) : hint);
  compare.disabled = length !== COMPARED;
  erase.disabled = length === 0;
}

document.addEventListener("change", showSelection);
// The browser may tick boxes again when a page is gone back to.
addEventListener("pageshow", showSelection);
erase.addEventListener("click", () => {
  const ids = selected();
  askToErase({ erase: ids.map((id) => `/api/sessions/${id}`), what: texts.sessions(ids.length, formatCount(ids.length)) });
});
