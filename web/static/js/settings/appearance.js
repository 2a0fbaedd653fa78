/** Settings: how the page looks and speaks. Each choice holds at once, in this browser. */

import { byId } from "../shared/dom.js";
import { keysList } from "../shared/keys.js";

const fields = [...document.querySelectorAll("[data-comfort]")];

function show() {
  for (const field of fields) field.value = localStorage.getItem(field.dataset.comfort) ?? "";
  // What is chosen by default, or was kept and means nothing any more.
  for (const field of fields) if (field.selectedIndex < 0) field.selectedIndex = 0;
}

function choose({ target }) {
  if (target.value) localStorage.setItem(target.dataset.comfort, target.value);
  else localStorage.removeItem(target.dataset.comfort);
  dispatchEvent(new Event("themechosen"));
}

for (const field of fields) {
  field.addEventListener("change", choose);
  field.disabled = false;
}
byId("keys-place").replaceChildren(keysList());
addEventListener("themechange", show);
show();
