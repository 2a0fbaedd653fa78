/** The question before anything is erased: asked by every button with data-erase, and by whoever calls `askToErase`. */

import { byId, setText, showSentence } from "./dom.js";
import { erases } from "../texts/shared.js";
import { remove } from "./api.js";

/**
 * @typedef {object} Erasure
 * @property {string | string[]} [erase] the address, or each of several
 * @property {string} [what] what goes, in words
 * @property {string} [then] the page to go to afterwards; without it this one is loaded again
 */

const dialog = byId("erase-dialog", HTMLDialogElement);
/** @type {Erasure} */
let erasure = {};

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-erase]") : null;
  if (button instanceof HTMLElement) askToErase(button.dataset);
});

/** @param {Erasure} wanted */
export function askToErase(wanted) {
  erasure = wanted;
  showSentence(byId("erase-dialog-problem"), null);
  setText(byId("erase-dialog-words"), erases(erasure.what ?? ""));
  dialog.returnValue = "keep";
  dialog.showModal();
}

dialog.addEventListener("close", async () => {
  if (dialog.returnValue !== "erase") return;
  const error = await removeAll([erasure.erase ?? []].flat());
  if (error) {
    dialog.showModal();
    showSentence(byId("erase-dialog-problem"), error);
  } else if (erasure.then) location.assign(erasure.then);
  else location.reload();
});

/**
 * Erase one after the other; after an error the rest stays to be erased.
 * @param {string[]} addresses
 * @returns {Promise<string | undefined>} the error, as a sentence
 */
async function removeAll(addresses) {
  for (const [place, address] of addresses.entries()) {
    const { error } = await remove(address);
    if (error) {
      erasure = { ...erasure, erase: addresses.slice(place) };
      return error;
    }
  }
}
