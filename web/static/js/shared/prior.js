/** How common expressions are thought to be beforehand: a name, or a number of the person's own. */

import { byId } from "./dom.js";

const select = byId("prior");
const number = byId("prior-number");

/** As the server wants it: a text. */
export const prior = () => (select.value === "number" ? number.value : select.value);

/** Be told when the person has chosen another one. */
export function onPrior(listener) {
  for (const field of [select, number]) field.addEventListener("change", () => valid() && listener());
}

/** Says what is wrong in words beside the field; the browser's own bubble would pull the focus back from where Tab went. */
function valid() {
  const fine = number.checkValidity();
  number.classList.toggle("is-invalid", !fine);
  number.setAttribute("aria-invalid", String(!fine));
  return fine;
}

/** A field that is not asked for may be empty: what is disabled is not checked. */
function showNumber() {
  number.hidden = number.disabled = select.value !== "number";
}

select.addEventListener("change", showNumber);
showNumber();
