/** What erases asks first: every button with data-erase, and whoever calls `askToErase`. */

import { byId, say } from "./dom.js";
import { AWAY } from "./socket.js";

const dialog = byId("eraser");
let meant = null;

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-erase]");
  if (button) askToErase(button.dataset);
});

/** erase: the address. what: what goes, in words. then: the page to go to, this one again if there is none. */
export function askToErase(wanted) {
  meant = wanted;
  byId("eraser-trouble").hidden = true;
  say(byId("eraser-words"), `This erases ${meant.what}. It cannot be brought back.`);
  dialog.returnValue = "keep";
  dialog.showModal();
}

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
