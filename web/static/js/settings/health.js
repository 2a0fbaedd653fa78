/** The page Health: fit the model to the person, and choose which fit is in effect. */

import { byId, showSentence } from "../shared/dom.js";
import { post } from "../shared/api.js";

/**
 * Connect a button, which is disabled until then. The page is loaded again with what has changed; a refusal stays on it.
 * @param {HTMLButtonElement} button
 * @param {string} address
 * @param {Record<string, string>} [form]
 */
function connect(button, address, form = {}) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    const { error } = await post(address, form);
    if (!error) return location.reload();
    button.disabled = false;
    showSentence(byId("refit-words"), error);
  });
  button.disabled = false;
}

connect(byId("refit", HTMLButtonElement), "/api/refit");
/** @type {NodeListOf<HTMLButtonElement>} */
const fits = document.querySelectorAll("button[data-fit]");
for (const button of fits) connect(button, "/api/fits", { version: button.dataset.fit ?? "" });
