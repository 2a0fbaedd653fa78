/** The page Health: fit the model to the person, and choose which fit is in effect. */

import { byId, say } from "../shared/dom.js";
import { AWAY } from "../shared/socket.js";

async function post(address, form = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries(form)) body.append(name, value);
  try {
    const answer = await fetch(address, { method: "POST", body });
    return answer.ok ? null : (await answer.json()).error;
  } catch {
    return AWAY;
  }
}

/** The page is made anew with what has changed; a refusal stays on it as a sentence. */
async function obey(button, address, form) {
  button.disabled = true;
  const sentence = await post(address, form);
  if (sentence === null) return location.reload();
  button.disabled = false;
  byId("refit-words").hidden = false;
  say(byId("refit-words"), sentence);
}

/** A button does nothing before this runs, and says so by being disabled until then. */
function enable(button, action) {
  button.addEventListener("click", action);
  button.disabled = false;
}

enable(byId("refit"), ({ target }) => obey(target, "/api/refit"));
for (const button of document.querySelectorAll("[data-fit]")) {
  enable(button, () => obey(button, "/api/fits", { version: button.dataset.fit }));
}
