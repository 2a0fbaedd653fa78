/** The page Glossary: how readily each reading is told, and readings of somebody else. What it has is disabled until then. */

import "./readingChoices.js";
import { byId, findById, setText, showSentence } from "../shared/dom.js";
import { post, remove } from "../shared/api.js";
import { toldFromNowOn } from "../texts/settings.js";

/** @typedef {import("../shared/records.js").Answer} Answer */

/** @param {HTMLSelectElement} select */
function connect(select) {
  const { reading = "" } = select.dataset;
  let chosen = select.value;
  select.addEventListener("change", async () => {
    const { error, words, threshold } = await post("/api/readings", { reading, told: select.value });
    if (error) select.value = chosen;
    else setText(byId(`threshold-${reading}`), String(threshold));
    chosen = select.value;
    setText(byId(`said-${reading}`), error ?? toldFromNowOn(words));
  });
  select.disabled = false;
}

/** @param {Answer} answer the page is loaded again with what has changed; a refusal stays on it */
function show({ error }) {
  if (!error) return location.reload();
  showSentence(byId("own-words"), error);
}

/** @type {NodeListOf<HTMLSelectElement>} */
const selects = document.querySelectorAll("select[data-reading]");
for (const select of selects) connect(select);

const load = byId("own-load", HTMLInputElement);
load.addEventListener("change", async () => {
  const [file] = load.files ?? [];
  if (!file) return;
  show(await post("/api/readings/file", { file }));
  load.value = "";
});
load.disabled = false;

const unload = findById("own-remove", HTMLButtonElement);
if (unload) {
  unload.addEventListener("click", async () => show(await remove("/api/readings/file")));
  unload.disabled = false;
}
