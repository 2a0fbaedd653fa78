/** The page Now: what the person asks goes to the server, what the server says goes on the screen. */

import { BrowserCamera } from "./browserCamera.js";
import { chosen, offerCameras, offered } from "./sourceForm.js";
import { askForMark, keepDiary } from "./sessionNotes.js";
import { byId, say } from "../shared/dom.js";
import { catchUp, History } from "./liveRows.js";
import { ask, onConnect, socket } from "../shared/socket.js";
import { holdMoment } from "./moment.js";
import { isForPage } from "../shared/keys.js";
import { offerFaces, showOwn } from "./ownFace.js";
import "../shared/retention.js";
import { Readings } from "./readings.js";
import { calmly, onRedraw, redraw } from "../shared/redraw.js";
import { beginAt, timeOf } from "../shared/sessionTime.js";
import { speak } from "./announcer.js";
import { showStage } from "./preview.js";
import { isActive, onState, state } from "../shared/state.js";
import { showTimeline } from "../timeline/timeline.js";
import { duration, effort } from "../shared/format.js";

/** Milliseconds: numbers change about twice a second at most; two observations a second do not come on the dot. */
const CALM = 430;
/** States whose message stands on the stage or in the state line. */
const TOLD_ELSEWHERE = ["paused", "stopped"];

const history = new History();
const camera = new BrowserCamera(byId("local"), cameraEnded);
const readings = new Readings(byId("readings"));
let complaint = null;
/** Of the session, as its page in History will show them. */
let figures = null;

/** Show a sentence until the next thing works; null takes it away. */
function complain(sentence) {
  complaint = sentence;
  redraw();
}

/** A second press while the first is still being obeyed (the browser may be asking for its camera) means nothing more;
    news of the state says that it was obeyed, often before the answer does. */
let obeying = false;

async function once(action) {
  if (obeying) return;
  obeying = true;
  complain(await action().finally(() => (obeying = false)));
}

/** Ask for a session, with the browser's camera on if it is to be watched; resolves to null or to why not. */
async function askWithCamera(source, ...what) {
  const refusal = (source === "browser" ? await camera.open() : null) ?? (await ask(...what));
  if (refusal !== null) camera.close();
  return refusal;
}

function start(event) {
  event.preventDefault();
  once(() => offered.then(() => askWithCamera(chosen().source, "start", chosen())));
}

function pauseOrResume() {
  const { kind, source } = state();
  once(() => (kind === "paused" ? askWithCamera(source, "resume") : ask("pause")));
}

function mark() {
  if (!askForMark(history.last)) complain("There is nothing to mark yet: the session has seen nothing so far.");
}

async function cameraEnded() {
  await ask("pause", "the browser's camera stopped");
  complain("The browser's camera stopped. Check its plug, then press Resume.");
}

/** The camera's light is on only while it is watched. */
function keepCamera({ kind, source, hz, motion }) {
  if (!camera.isOpen || kind === "away") return;
  if (source === "browser" && ["starting", "watching", "lost"].includes(kind)) camera.sendAt(hz, motion);
  else camera.close();
}

function newState(now) {
  obeying = false;
  if (now.kind !== "away") figures = now.figures ?? null;
  beginAt(now.recorded ? null : now.started_at);
  if (now.session && now.session !== history.session) history.reset(now.session);
  if (now.kind === "starting" && !now.session) history.reset(null);
  if (!isActive(now) && !["connecting", "away"].includes(now.kind)) offerCameras();
  keepCamera(now);
  showParts(now);
  showOwn(now);
  redraw();
}

/** The form while nothing runs, the stage while something does; the keyboard goes along. */
function showParts(now) {
  const active = isActive(now) || (now.kind === "away" && !byId("watching").hidden);
  const before = !byId("watching").hidden;
  const focused = document.activeElement;
  const here = byId("chooser").contains(focused) || byId("watching").contains(focused);
  byId("watching").hidden = !active;
  byId("chooser").hidden = active || now.kind === "connecting";
  say(byId("pause-word"), now.kind === "paused" ? "Resume" : "Pause");
  if (here && active !== before) byId(active ? "pause" : "start").focus();
}

/** Looks that the machine does not manage need no pictures; when they are tried again, they do. */
function keepPace({ effort }) {
  const { source, hz } = state();
  if (effort && camera.isOpen && source === "browser") camera.sendAt(hz, effort.wanted);
}

async function onObservation({ figures: newer, ...row }) {
  figures = newer ?? figures;
  keepPace(row);
  if (!history.add(row)) await catchUp(history);
  speak(row, state().faces === "all");
  redraw();
}

/** Words and timeline at once: they never tell of different moments. */
function paintCalmly() {
  paintWords();
  showTimeline(history.rows, state().hz, state().faces === "all", figures);
  tellShown(history.last);
}

let newest = null;

/** For whoever measures: when a result was on the screen, as soon as the browser has painted it. */
function tellShown(row) {
  if (!row || row === newest) return;
  newest = row;
  requestAnimationFrame(() => dispatchEvent(new CustomEvent("shown", { detail: { n: row.n, at: row.at, shown: Date.now() } })));
}

function paintWords() {
  const now = state();
  const sentence = complaint ?? (TOLD_ELSEWHERE.includes(now.kind) || !now.message ? (now.save_trouble ?? "") : now.message);
  byId("trouble").hidden = !sentence;
  say(byId("trouble"), sentence);
  readings.show(now.kind === "watching" ? history.last : undefined, now.faces === "all");
  const since = now.recorded ? "" : `since ${timeOf(0)} · `;
  say(byId("elapsed"), now.started_at ? since + duration(figures?.seconds ?? 0) : "");
  say(byId("effort"), now.kind === "watching" ? effort(history.last) : "");
}

byId("chooser").addEventListener("submit", start);
byId("pause").addEventListener("click", pauseOrResume);
byId("stop").addEventListener("click", async () => complain(await ask("stop")));
byId("mark").addEventListener("click", mark);
byId("hold").addEventListener("click", async () => complain(await holdMoment()));
document.addEventListener("keydown", async (event) => {
  if (!isForPage(event) || !isActive(state())) return;
  if (event.code === "Space") {
    event.preventDefault();
    pauseOrResume();
  } else if (event.key === "k") complain(await holdMoment());
  else if (event.key === "m") {
    event.preventDefault();
    mark();
  }
});
addEventListener("focus", () => byId("chooser").hidden || offerCameras());
onConnect(() => catchUp(history).then(redraw));
socket.on("observation", onObservation);
onRedraw(() => showStage(state(), history.last, camera));
onRedraw(calmly(paintCalmly, CALM));
// First: it tells when the session began.
onState(newState);
keepDiary(complain);
offerFaces(complain);
