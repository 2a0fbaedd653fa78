/** For how long Mien keeps what it reads: asked once, changed in Settings. */

import { byId, say } from "./dom.js";
import { AWAY } from "./socket.js";

const form = byId("retention");

async function decide(event) {
  event.preventDefault();
  try {
    const answer = await (await fetch("/api/retention", { method: "POST", body: new FormData(form) })).json();
    if (answer.error) return say(byId("retention-words"), answer.error);
    say(byId("kept-words"), answer.stored);
    const kept = form.elements.retention.value === "nothing" ? "no" : "yes";
    for (const each of document.querySelectorAll("[data-kept]")) each.hidden = each.dataset.kept !== kept;
    dispatchEvent(new Event("retentionchosen"));
    // Asked on another page, the question has been answered; in Settings it stays, to be changed again.
    if (!form.dataset.stays) {
      form.hidden = true;
      // The keyboard goes on from where the question stood.
      byId("main").focus();
    }
    say(byId("retention-words"), `From now on: ${answer.words}.`);
  } catch {
    say(byId("retention-words"), AWAY);
  }
}

form?.addEventListener("submit", decide);
