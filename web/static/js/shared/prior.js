/** The choice of a prior, which says how common expressions are thought to be: a name, or a number of the person's own. */

import { byId } from "./dom.js";

const select = byId("prior", HTMLSelectElement);
const number = byId("prior-number", HTMLInputElement);

/** As the server wants it: a text. */
export const chosenPrior = () => (select.value === "number" ? number.value : select.value);

/**
 * Be told when the person has chosen another one.
 * @param {() => void} listener
 */
export function onPriorChange(listener) {
  for (const field of [select, number]) {
    field.addEventListener("change", () => {
      if (isValid()) listener();
    });
  }
}

/** Says what is wrong in words beside the field; the browser's own bubble would pull the focus back from where Tab went. */
function isValid() {
  const valid = number.checkValidity();
  number.classList.toggle("is-invalid", !valid);
  number.setAttribute("aria-invalid", String(!valid));
  return valid;
}

/** A field that is not asked for may be empty: what is disabled is not checked. */
function showNumber() {
  number.hidden = select.value !== "number";
  number.disabled = number.hidden;
}

select.addEventListener("change", showNumber);
showNumber();
