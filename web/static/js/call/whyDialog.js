/** "Why?": the evidence of a moment, which stands still while one reads it, and the question what it was. */

/** @import { CallPerson, PossibleReading } from "../shared/records.js" */

import { byId, el, setText, showSentence } from "../shared/dom.js";
import { checkedWords, seenSentences } from "./evidence.js";
import { command } from "../shared/socket.js";
import { formatDuration } from "../shared/format.js";
import { readingWords } from "./personWords.js";
import * as texts from "../texts/call.js";

const dialog = byId("why-dialog", HTMLDialogElement);
const saids = dialog.querySelectorAll("button[data-said]");
/** @type {number | null} */
let asked = null;
/** Of what is shown, in seconds of the session. */
let askedAt = 0;

/**
 * Open it for what a face may mean now.
 * @param {CallPerson} person
 */
export function askWhy({ person, name, possible }) {
  if (!possible?.readings.length) return;
  [asked, askedAt] = [person, possible.t];
  setText(byId("why-title"), texts.whyTitle(name, formatDuration(possible.t)));
  byId("why-readings").replaceChildren(...possible.readings.map(explained));
  showSentence(byId("why-problem"), null);
  setText(byId("said-answer"), "");
  for (const button of saids) button.setAttribute("aria-pressed", "false");
  dialog.showModal();
  dialog.scrollTop = 0;
}

/** @param {PossibleReading} reading */
function explained(reading) {
  const { meaning, alternatives } = reading;
  const list = (/** @type {string[]} */ sentences) => el("ul", {}, ...sentences.map((each) => el("li", {}, each)));
  return el(
    "section",
    { class: "why-reading" },
    el("h3", { class: "reading-name" }, texts.mayBe([readingWords(reading)])),
    el("p", {}, meaning),
    el("h4", { class: "face-title" }, texts.WHAT_WAS_SEEN),
    list(seenSentences(reading)),
    el("h4", { class: "face-title" }, texts.CAN_ALSO_MEAN),
    list(alternatives),
    el("p", { class: "soft" }, checkedWords(reading)),
  );
}

/** @param {Element} button what the person says that it was */
async function say(button) {
  const said = button.getAttribute("data-said");
  const refused = await command("said", { person: asked, said, t: askedAt });
  showSentence(byId("why-problem"), refused);
  if (refused !== null) {
    byId("why-problem").scrollIntoView({ block: "nearest" });
    return;
  }
  for (const each of saids) each.setAttribute("aria-pressed", String(each === button));
  setText(byId("said-answer"), said === "none" ? texts.NONE_NOTED : texts.notedAs(button.textContent?.trim() ?? ""));
}

for (const button of saids) button.addEventListener("click", () => say(button));
byId("why-close").addEventListener("click", () => dialog.close());
