/** What the person says of the session while it runs: its title, when it ends, and marks on moments. */

import { byId, el, say } from "../shared/dom.js";
import { ask } from "../shared/socket.js";
import { timeOf } from "../shared/sessionTime.js";
import { onState } from "../shared/state.js";
import { keepTyped } from "../shared/autosave.js";

const form = byId("marking");
const text = byId("mark-text");
const title = byId("session-title");
const limit = byId("session-limit");
const OWN = "own";

/** The row that was newest when the person asked to mark it: typing takes time. */
let moment = null;

/** Ask what happens at a moment; false if there is none yet. */
export function askForMark(row) {
  if (!row) return false;
  moment = row.n;
  say(byId("mark-words"), `What happens at ${timeOf(row.t, true)}?`);
  show(true);
  text.focus();
  return true;
}

function show(open) {
  form.hidden = !open;
  byId("mark").setAttribute("aria-expanded", String(open));
}

/** Put the form away; what was typed stays until it is kept. */
function close() {
  if (form.hidden) return;
  show(false);
  byId("mark").focus();
}

/** complain: shows a sentence, or takes it away for null. */
export function keepDiary(complain) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const refusal = await ask("mark", text.value, moment);
    complain(refusal);
    if (refusal !== null) return;
    text.value = "";
    close();
  });
  byId("mark-close").addEventListener("click", close);
  form.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  keepTyped(title, async () => complain(await ask("title", title.value)));
  limit.addEventListener("change", async () => complain(await ask("limit", limit.value === "" ? null : Number(limit.value))));
  onState(showDiary);
}

/** Another page may have said it; but nobody's typing is overwritten. */
function showDiary({ title: named = "", limit: minutes = null, markers = [] }) {
  if (document.activeElement !== title) title.value = named;
  offer(minutes);
  limit.value = minutes ?? "";
  const marks = markers.toReversed().map((mark) => listed(mark));
  byId("marks").replaceChildren(...marks);
  byId("marks").hidden = !marks.length;
}

function listed({ t, text: said }) {
  return el("li", {}, el("time", { "data-t": t }, timeOf(t)), " ", el("span", { class: "mark-text" }, said));
}

/** A limit that is none of the usual ones. */
function offer(minutes) {
  limit.querySelector(`[data-${OWN}]`)?.remove();
  if (minutes === null || limit.querySelector(`[value="${minutes}"]`)) return;
  limit.append(el("option", { value: minutes, [`data-${OWN}`]: "" }, `for ${minutes} minutes`));
}
