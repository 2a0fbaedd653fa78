/** The page Now: what the person asks goes to the server, what the server says goes on the screen. */

/** @import { Figures, LiveRow, State } from "../shared/records.js" */

import "../shared/eraseDialog.js";
import "../shared/retention.js";
import { atMostEvery, onRedraw, redraw } from "../shared/redraw.js";
import { BrowserCamera } from "./browserCamera.js";
import { byId, setText } from "../shared/dom.js";
import { camerasOffered, chosenSource, offerCameras } from "./sourceForm.js";
import { command, onConnect, socket } from "../shared/socket.js";
import { connectEnding } from "./ending.js";
import { connectNotes, openMarkForm } from "./sessionNotes.js";
import { connectOwnFace, showOwnFace } from "./ownFace.js";
import { connectVisits } from "./visits.js";
import { fetchMissedRows, LiveRows } from "./liveRows.js";
import { formatDuration, loadWords } from "../shared/format.js";
import { formatMoment, setBeginning } from "../shared/sessionTime.js";
import { isActive, onState, state } from "../shared/state.js";
import { announce } from "./announcer.js";
import { PAUSE, RESUME } from "../texts/shared.js";
import { holdMoment } from "./moment.js";
import { isForPage } from "../shared/keys.js";
import { Readings } from "./readings.js";
import { forgetPressed, showProblemBox } from "./problem.js";
import { isMirrored, showPreview } from "./preview.js";
import { SmallView } from "./smallView.js";
import { onSubmit } from "../shared/submit.js";
import { PushedSession } from "./pushedSession.js";
import { SHARE_AGAIN } from "../texts/callSources.js";
import { SharedWindow } from "./sharedWindow.js";
import { showTimeline } from "../timeline/timeline.js";
import * as texts from "../texts/live.js";

/** Milliseconds: numbers change about twice a second at most; two observations a second do not come on the dot. */
const WORDS_INTERVAL = 430;
/** States whose message stands in the picture or in the state line. */
const SHOWN_ELSEWHERE = ["paused", "stopped"];

const live = new LiveRows();
const camera = new BrowserCamera(byId("local", HTMLVideoElement));
const pushed = new PushedSession([camera, new SharedWindow()], showProblem);
const smallView = new SmallView(byId("small-view"), { pauseOrResume, mark: markNewest });
const readings = new Readings(byId("readings"));
/** @type {string | null | undefined} */
let problem = null;
/**
 * Of the session, as its page in History will show them.
 * @type {Figures | null}
 */
let figures = null;

/**
 * Show a sentence until the next thing works; null takes it away.
 * @param {string | null | undefined} sentence
 */
function showProblem(sentence) {
  problem = sentence;
  redraw();
}

/**
 * A second press while the first is still being obeyed (the browser may be asking for its camera) means nothing more;
 * news of the state says that it was obeyed, often before the answer does.
 */
let isObeying = false;

/** @param {() => Promise<string | null>} action */
async function once(action) {
  if (isObeying) return;
  isObeying = true;
  try {
    showProblem(await action());
  } finally {
    isObeying = false;
  }
}

/** @param {string} [kind] in place of the one that is chosen */
function start(kind) {
  once(async () => {
    await camerasOffered;
    const chosen = chosenSource(kind);
    return pushed.command(chosen.source, "start", chosen);
  });
}

function pauseOrResume() {
  const { kind, source } = state();
  once(() => (kind === "paused" ? pushed.command(source, "resume") : command("pause")));
}

function mark() {
  if (!openMarkForm(live.last)) showProblem(texts.NOTHING_TO_MARK);
}

/** Mark the newest moment, and say so: the small view has no room to ask for words. */
async function markNewest() {
  const { last } = live;
  if (!last) return texts.NOTHING_TO_MARK;
  return (await command("mark", "", last.n)) ?? texts.markedAt(formatMoment(last.t, true));
}

/** @param {State} now */
function onNewState(now) {
  isObeying = false;
  if (now.kind !== "away") figures = now.figures ?? null;
  setBeginning(now.recorded ? null : now.started_at);
  if (now.session && now.session !== live.session) live.reset(now.session);
  if (now.kind === "starting" && !now.session) live.reset(null);
  if (!isActive(now) && !["connecting", "away"].includes(now.kind)) offerCameras();
  pushed.update(now);
  showParts(now);
  showOwnFace(now);
  smallView.show(now, live.rows);
  redraw();
}

/**
 * The form while nothing runs, the picture while something does; the keyboard goes along.
 * @param {State} now
 */
function showParts(now) {
  const [form, watching, call] = [byId("source-form"), byId("watching"), byId("call-running")];
  const wasActive = !watching.hidden || !call.hidden;
  const active = isActive(now) || (now.kind === "away" && wasActive);
  const hadFocus = form.contains(document.activeElement) || watching.contains(document.activeElement);
  watching.hidden = !active || Boolean(now.is_call);
  call.hidden = !active || !now.is_call;
  form.hidden = active || now.kind === "connecting";
  const resume = pushed.mustBeShared(now) ? SHARE_AGAIN : RESUME;
  setText(byId("pause-word"), now.kind === "paused" ? resume : PAUSE);
  if (hadFocus && active !== wasActive) byId(active ? "pause" : "start").focus();
}

/** @param {LiveRow & { figures?: Figures }} observation */
async function onObservation({ figures: newer, ...row }) {
  figures = newer ?? figures;
  const { faces } = state();
  // Looks that the machine does not manage need no pictures; when they are tried again, they do.
  if (row.effort) pushed.update({ ...state(), motion: row.effort.wanted });
  if (!live.add(row)) await fetchMissedRows(live);
  announce(row, faces === "all");
  smallView.show(state(), live.rows);
  redraw();
}

/** @type {LiveRow | undefined} */
let painted;

/** Words and timeline at once: they never tell of different moments. */
function paintWords() {
  const now = state();
  const { last } = live;
  const allFaces = now.faces === "all";
  const message = SHOWN_ELSEWHERE.includes(now.kind) ? "" : now.message;
  const isAnswer = Boolean(problem) || now.kind === "failed";
  showProblemBox(problem ?? (message || now.save_trouble), { isAnswer, otherwise: byId(byId("watching").hidden ? "start" : "pause") });
  readings.show(now.kind === "watching" ? live.rows : [], { allFaces, isMirrored: isMirrored(now) });
  const length = formatDuration(figures?.seconds ?? 0);
  const elapsed = now.recorded ? length : texts.since(formatMoment(0), length);
  setText(byId("elapsed"), now.started_at ? elapsed : "");
  setText(byId("effort"), now.kind === "watching" ? loadWords(last) : "");
  showTimeline({ stored: null, id: live.session, version: now.is_call ? 0 : (last?.n ?? 0), allFaces, figures });
  if (!last || last === painted) return;
  painted = last;
  // For whoever measures: when a result was on the screen, as soon as the browser has painted it.
  requestAnimationFrame(() => dispatchEvent(new CustomEvent("shown", { detail: { n: last.n, at: last.at, shown: Date.now() } })));
}

onSubmit(byId("source-form", HTMLFormElement), () => start());
byId("try-demo").addEventListener("click", () => start("fake"));
byId("pause").addEventListener("click", pauseOrResume);
byId("stop").addEventListener("click", async () => showProblem(await command("stop")));
byId("mark").addEventListener("click", mark);
byId("small-view").addEventListener("click", async () => showProblem(await smallView.toggle()));
byId("correct").addEventListener("click", async () => showProblem(await holdMoment()));
document.addEventListener("keydown", async (event) => {
  if (!isForPage(event) || !isActive(state())) return;
  forgetPressed();
  if (event.key === "v") showProblem(await smallView.toggle());
  else if (event.code === "Space") {
    event.preventDefault();
    pauseOrResume();
  } else if (event.key === "k") showProblem(await holdMoment());
  else if (event.key === "m") {
    event.preventDefault();
    mark();
  }
});
addEventListener("focus", () => {
  if (!byId("source-form").hidden) offerCameras();
});
onConnect(() => fetchMissedRows(live).then(redraw));
socket.on("observation", onObservation);
onRedraw(atMostEvery(paintWords, WORDS_INTERVAL));
// After the words: the picture says the same of each face.
onRedraw(() => showPreview(state(), live.last, camera, painted ?? null));
// First: it tells when the session began.
onState(onNewState);
connectNotes(showProblem);
connectEnding(showProblem);
connectOwnFace(showProblem);
// A visited page is never the one with the camera.
if (!window.frameElement) {
  pushed.connectReturn();
  connectVisits({ aliases: ["/"], isNeeded: () => pushed.open !== null || smallView.isOpen, onProblem: showProblem });
}
