/** What the person says of the session while it runs: its title, when it ends, and marks on moments. */

/** @import { LiveRow, ShowProblem, State } from "../shared/records.js" */

import { byId, el, setText } from "../shared/dom.js";
import { autosave } from "../shared/autosave.js";
import { command } from "../shared/socket.js";
import { formatMoment } from "../shared/sessionTime.js";
import { onState } from "../shared/state.js";
import { onSubmit } from "../shared/submit.js";
import * as texts from "../texts/live.js";

const form = byId("marking", HTMLFormElement);
const markText = byId("mark-text", HTMLInputElement);
const title = byId("session-title", HTMLInputElement);
const limit = byId("session-limit", HTMLSelectElement);
/** On the one choice of a limit that is none of the usual ones. */
const OWN_LIMIT = "data-own";

/**
 * Number of the row that was newest when the person asked to mark it: typing takes time.
 * @type {number | null}
 */
let markedRow = null;

/**
 * Ask what happens at a moment; false if there is none yet.
 * @param {LiveRow | undefined} row
 */
export function openMarkForm(row) {
  if (!row) return false;
  markedRow = row.n;
  setText(byId("mark-words"), texts.whatHappens(formatMoment(row.t, true)));
  showForm(true);
  markText.focus();
  return true;
}

/** @param {boolean} isOpen */
function showForm(isOpen) {
  form.hidden = !isOpen;
  byId("mark").setAttribute("aria-expanded", String(isOpen));
}

/** Put the form away; what was typed stays until it is kept. */
function closeForm() {
  if (form.hidden) return;
  showForm(false);
  byId("mark").focus();
}

/** @param {ShowProblem} showProblem */
export function connectNotes(showProblem) {
  onSubmit(form, async () => {
    const refusal = await command("mark", markText.value, markedRow);
    showProblem(refusal);
    if (refusal !== null) return;
    markText.value = "";
    closeForm();
  });
  byId("mark-close").addEventListener("click", closeForm);
  form.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") closeForm();
  });
  autosave(title, async () => showProblem(await command("title", title.value)));
  limit.addEventListener("change", async () => showProblem(await command("limit", limit.value === "" ? null : Number(limit.value))));
  onState(showNotes);
}

/**
 * Another page may have said it; but nobody's typing is overwritten.
 * @param {State} state
 */
function showNotes({ title: named = "", limit: minutes = null, markers = [] }) {
  if (document.activeElement !== title) title.value = named;
  offerLimit(minutes);
  limit.value = String(minutes ?? "");
  const entries = markers.toReversed().map(({ t, text }) =>
    el("li", {}, el("time", { "data-t": t }, formatMoment(t)), " ", el("span", { class: "mark-text" }, text)),
  );
  byId("live-markers").replaceChildren(...entries);
  byId("live-markers").hidden = entries.length === 0;
}

/** @param {number | null} minutes a limit, which may be none of the usual ones */
function offerLimit(minutes) {
  limit.querySelector(`[${OWN_LIMIT}]`)?.remove();
  if (minutes === null || limit.querySelector(`[value="${minutes}"]`)) return;
  limit.append(el("option", { value: minutes, [OWN_LIMIT]: "" }, texts.forMinutes(minutes)));
}
