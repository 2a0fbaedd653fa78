/** What erases asks first: every button with data-erase, which names the address, what goes, and where to go then. */

import { byId, say } from "./dom.js";
import { AWAY } from "./link.js";

const dialog = byId("eraser");
let meant = null;

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-erase]");
  if (!button) return;
  meant = button.dataset;
  byId("eraser-trouble").hidden = true;
  say(byId("eraser-words"), `This erases ${meant.what}. It cannot be brought back.`);
  dialog.returnValue = "keep";
  dialog.showModal();
});

dialog.addEventListener("close", async () => {
  if (dialog.returnValue !== "erase") return;
  const sentence = await erase(meant.erase);
  if (sentence === null) return meant.then ? location.assign(meant.then) : location.reload();
  dialog.showModal();
  byId("eraser-trouble").hidden = false;
  say(byId("eraser-trouble"), sentence);
});

/** null when it is gone, else why not. */
async function erase(address) {
  try {
    const answer = await fetch(address, { method: "DELETE" });
    return answer.ok ? null : (await answer.json()).error;
  } catch {
    return AWAY;
  }
}
