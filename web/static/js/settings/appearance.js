/** Settings: how the page looks and speaks. Each choice holds at once, in this browser. */

import { byId } from "../shared/dom.js";
import { keysList } from "../shared/keys.js";

/** @type {NodeListOf<HTMLSelectElement>} */
const fields = document.querySelectorAll("select[data-appearance]");

/** @param {HTMLSelectElement} field */
const nameOf = (field) => field.dataset.appearance ?? "";

function showChoices() {
  for (const field of fields) {
    field.value = localStorage.getItem(nameOf(field)) ?? "";
    // What is chosen by default, or was kept and means nothing any more.
    if (field.selectedIndex < 0) field.selectedIndex = 0;
  }
}

for (const field of fields) {
  field.addEventListener("change", () => {
    if (field.value) localStorage.setItem(nameOf(field), field.value);
    else localStorage.removeItem(nameOf(field));
    dispatchEvent(new Event("themechosen"));
  });
  field.disabled = false;
}
byId("keys-place").replaceChildren(keysList());
addEventListener("themechange", showChoices);
showChoices();
