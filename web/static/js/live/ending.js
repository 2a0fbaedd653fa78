/** The card after Stop: what the session was, and what is to become of it. */

/** @import { Answer, ShowProblem, State } from "../shared/records.js" */

import { byId, findById, setText } from "../shared/dom.js";
import { get, post } from "../shared/api.js";
import { isActive, onState } from "../shared/state.js";
import { putDrawing, unitsWide } from "../timeline/drawing.js";
import { onSubmit } from "../shared/submit.js";
import * as texts from "../texts/live.js";

/**
 * The session that ended last, as the server tells it.
 * @typedef {object} Ending
 * @property {string} session its id
 * @property {string} title the person's, or empty
 * @property {string} name the title, else when it began
 * @property {string} began by the clock
 * @property {string} length
 * @property {string} words
 * @property {boolean} saved
 * @property {string} until when it is kept, as a sentence
 * @property {boolean} interrupted
 */

const card = byId("ending");
const title = byId("ending-title", HTMLInputElement);
/** Where this browser remembers the session whose card was closed. */
const CLOSED = "ending-closed";
/** @type {Ending | null} */
let ending = null;
/** Units of the trend's drawing. */
const TREND_HEIGHT = 64;
/** Kind of the state before. */
let before = "connecting";

/** @param {ShowProblem} showProblem */
export function connectEnding(showProblem) {
  /** @param {Answer} answer */
  const take = ({ error, ending: newer }) => {
    showProblem(error);
    if (!error) show(newer);
  };
  onSubmit(byId("ending-rename", HTMLFormElement), async () => {
    if (ending) take(await post(`/api/ending/${ending.session}`, { title: title.value }));
  });
  onSubmit(byId("ending-keep", HTMLFormElement), async () => {
    if (!ending) return;
    const answer = await post(`/api/ending/${ending.session}/keep`, { retention: findById("ending-retention", HTMLSelectElement)?.value });
    take(answer);
    if (answer.error) return;
    setText(byId("kept-words"), answer.stored);
    if (findById("ending-retention")) removeQuestion();
    card.focus();
  });
  byId("ending-close").addEventListener("click", () => {
    if (ending) localStorage.setItem(CLOSED, ending.session);
    show(null);
    byId("start").focus();
  });
  addEventListener("retentionchosen", removeQuestion);
  onState(follow);
}

/** How long results are kept was decided: nobody asks any more, here and beside the readings. */
function removeQuestion() {
  findById("ending-retention")?.remove();
  if (findById("retention")) byId("retention").hidden = true;
}

/** @param {State} state */
async function follow({ kind }) {
  const hasEnded = !isActive({ kind }) && kind !== before && !["connecting", "away"].includes(kind);
  if (kind !== "away") before = kind;
  if (isActive({ kind })) show(null);
  if (!hasEnded) return;
  const { error, ending: newest } = await get("/api/ending");
  if (error || isActive({ kind: before })) return;
  const wasStopped = document.activeElement === byId("start");
  show(newest?.session === localStorage.getItem(CLOSED) ? null : newest);
  // Who has just pressed Stop goes on here; who opens the page later begins at its top.
  if (wasStopped && !card.hidden) {
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }
}

/** @param {Ending | null} newest */
function show(newest) {
  ending = newest;
  card.hidden = newest === null;
  if (newest === null) return;
  const { session, saved, interrupted } = newest;
  setText(byId("ending-name"), newest.name);
  setText(byId("ending-when"), (interrupted ? texts.sessionWasInterrupted : texts.sessionWas)(newest.began, newest.length));
  setText(byId("ending-words"), newest.words);
  setText(byId("ending-saved"), saved ? texts.savedUntil(newest.until) : texts.NOT_SAVED);
  if (document.activeElement !== title) title.value = newest.title;
  drawTrend(newest);
  byId("ending-open").setAttribute("href", saved ? `/history/${session}` : "#timeline");
  for (const link of card.querySelectorAll("[data-form]")) {
    if (link instanceof HTMLElement) link.setAttribute("href", `${saved ? "/history" : "/ending"}/${session}/file.${link.dataset.form}`);
  }
  const isDecided = saved && !newest.until.includes("deleted");
  byId("ending-keep").hidden = isDecided;
  setText(byId("ending-keep-button"), saved ? texts.KEEP_FOR_GOOD : texts.KEEP);
  Object.assign(byId("ending-discard").dataset, { erase: `/api/ending/${session}`, what: texts.allOf(newest.name) });
}

/**
 * The trend of the whole session, in small.
 * @param {Ending} drawn
 */
async function drawTrend({ session, saved }) {
  const place = byId("ending-trend");
  const address = saved ? `/api/sessions/${session}/trend` : "/api/trend";
  const { svg } = await get(address, { width: unitsWide(place), height: TREND_HEIGHT, bare: "" });
  if (svg && ending?.session === session) putDrawing(place, svg);
}
