/** What a person said of stored faces, changed or taken back in History. */

import { byId, setText } from "../shared/dom.js";
import { post, remove } from "../shared/api.js";
import { onSubmit } from "../shared/submit.js";
import { savedAsFor } from "../texts/shared.js";

for (const form of document.querySelectorAll("form[data-verdict]")) {
  if (form instanceof HTMLFormElement) offerChange(form);
}

/** @param {HTMLFormElement} form of one face */
function offerChange(form) {
  const number = form.dataset.verdict;
  const words = /** @type {HTMLElement} */ (form.querySelector("[role=status]"));
  onSubmit(form, async () => {
    const { error, said, kept, stored } = await post(`/api/verdicts/${number}`, new FormData(form));
    if (error) return setText(words, error);
    setText(/** @type {HTMLElement} */ (document.querySelector(`[data-said-of="${number}"]`)), said);
    setText(byId("kept-words"), stored);
    setText(words, savedAsFor(said, kept));
  });
  form.querySelector("[data-take-back]")?.addEventListener("click", async () => {
    const { error } = await remove(`/api/verdicts/${number}`);
    if (error) return setText(words, error);
    // What was said before may hold again, and the crop may be gone.
    location.reload();
  });
}
