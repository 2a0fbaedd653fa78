/** The question how long results are kept: asked once on some pages, changed in Settings. */

import { byId, findById, setText } from "./dom.js";
import { onSubmit } from "./submit.js";
import { fromNowOn } from "../texts/shared.js";
import { post } from "./api.js";

const form = findById("retention", HTMLFormElement);

/** @param {HTMLFormElement} answered */
async function send(answered) {
  const chosen = new FormData(answered);
  const { error, stored, words } = await post("/api/retention", chosen);
  if (error) return setText(byId("retention-words"), error);
  setText(byId("kept-words"), stored);
  const keeps = chosen.get("retention") === "nothing" ? "no" : "yes";
  for (const part of document.querySelectorAll("[data-kept]")) {
    if (part instanceof HTMLElement) part.hidden = part.dataset.kept !== keeps;
  }
  dispatchEvent(new Event("retentionchosen"));
  // Asked on another page, the question has been answered; in Settings it stays, to be changed again.
  if (!answered.dataset.stays) {
    answered.hidden = true;
    // The keyboard goes on from where the question stood.
    byId("main").focus();
  }
  setText(byId("retention-words"), fromNowOn(words));
}

if (form) onSubmit(form, () => send(form));
