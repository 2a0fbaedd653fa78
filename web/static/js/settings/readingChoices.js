/** Buttons that do what verdicts on a reading suggest, on the pages Glossary and Health; they are disabled until then. */

import { byId, showSentence } from "../shared/dom.js";
import { post } from "../shared/api.js";

/** @type {NodeListOf<HTMLButtonElement>} */
const buttons = document.querySelectorAll("button[data-use]");
for (const button of buttons) {
  button.addEventListener("click", async () => {
    const { error } = await post("/api/readings", { reading: button.dataset.use, told: button.dataset.told });
    if (!error) return location.reload();
    showSentence(byId("own-words"), error);
  });
  button.disabled = false;
}
