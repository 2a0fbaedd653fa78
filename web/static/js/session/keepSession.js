/** Buttons with data-keep: keep a session until it is erased, whatever its deadline was. */

import { byId, showSentence } from "../shared/dom.js";
import { post } from "../shared/api.js";

document.addEventListener("click", async ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-keep]") : null;
  if (!(button instanceof HTMLElement)) return;
  const { error } = await post(button.dataset.keep ?? "", new FormData());
  if (error) showSentence(byId("keep-problem"), error);
  else location.reload();
});
