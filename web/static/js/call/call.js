/** The page Call: who agreed to be looked at on a call, what their faces show, and what that may mean. */

/** @import { CallPerson, CallView, State } from "../shared/records.js" */

import "../shared/retention.js";
import { byId, setText } from "../shared/dom.js";
import { command } from "../shared/socket.js";
import { connectVisits } from "../live/visits.js";
import { connectWhoAgreed, showWhoAgreed } from "./whoAgreed.js";
import { forgetPressed, showProblemBox } from "../live/problem.js";
import { isActive, onCall, onState, state } from "../shared/state.js";
import { PersonCard } from "./personCard.js";
import { onRedraw, redraw } from "../shared/redraw.js";
import { PAUSE, RESUME } from "../texts/shared.js";
import { followPast } from "./callPast.js";
import { density } from "./density.js";
import { askWhy } from "./whyDialog.js";
import { CallSmallView } from "./callSmallView.js";
import { Captions } from "./captions.js";
import { connectScreenRegion } from "../live/screenRegion.js";
import { connectStart } from "./callStart.js";
import { isForPage } from "../shared/keys.js";
import { MovementHistory } from "./movementHistory.js";
import { PushedSession } from "../live/pushedSession.js";
import { setBeginning } from "../shared/sessionTime.js";
import { SHARE_AGAIN } from "../texts/callSources.js";
import { SharedWindow } from "../live/sharedWindow.js";
import { showFocus } from "./focusView.js";
import { ToldSwitch } from "../shared/toldSwitch.js";

/** Milliseconds between two looks at how old samples are: an age grows also while nothing comes. */
const AGE_INTERVAL = 2000;
/** States whose message stands in the state line. */
const SHOWN_ELSEWHERE = ["paused", "stopped"];

const history = new MovementHistory();
const captions = new Captions();
byId("captions").append(captions.element);
/** @type {Map<number, PersonCard>} */
const cards = new Map();
/** @type {CallView | null} */
let call = null;
let cameAt = 0;
/** @type {string | null | undefined} */
let session = null;
/**
 * The person of whom everything is shown; null for all cards.
 * @type {number | null}
 */
let focused = null;
let isCaptioned = false;
/** @type {string | null | undefined} */
let problem = null;

/** @param {string | null | undefined} sentence */
function showProblem(sentence) {
  problem = sentence;
  redraw();
}

/** @param {number} person */
function focusOn(person) {
  focused = person;
  redraw();
  requestAnimationFrame(() => byId("focus-name").focus());
}

function leaveFocus() {
  const before = focused;
  focused = null;
  redraw();
  requestAnimationFrame(() => cards.get(before ?? -1)?.element.querySelector("button")?.focus());
}

/** @param {number} person */
function why(person) {
  const found = call?.people.find((each) => each.person === person);
  if (found) askWhy(found);
}

const pushed = new PushedSession([new SharedWindow()], showProblem);

async function pauseOrResume() {
  const { kind, source } = state();
  showProblem(await (kind === "paused" ? pushed.command(source, "resume") : command("pause")));
}

const meanings = new ToldSwitch(byId("meanings", HTMLInputElement), async (on) => {
  const refused = await command("meanings", { on });
  showProblem(refused);
  return refused;
});
const smallView = new CallSmallView(byId("small-view"), pauseOrResume);

/** @param {CallView | null} newer null where no call is watched any more */
function showCall(newer) {
  [call, cameAt] = [newer, performance.now()];
  if (newer) history.add(newer);
  // Not with the page, which stands still while another tab covers it.
  showSmall();
  redraw();
}

/** @param {State} now */
function onNewState(now) {
  setBeginning(now.recorded ? null : now.started_at);
  pushed.update(now);
  if (now.session !== session) {
    session = now.session;
    history.forget();
    focused = null;
  }
  followPast(now);
  showSmall();
  redraw();
}

/** @param {State} now */
const isPausedIn = ({ kind }) => kind !== "watching" && kind !== "starting";

function showSmall() {
  smallView.show(state(), call, isPausedIn(state()));
}

/** @param {CallPerson} person */
const ageOf = ({ age }) => (age === null ? null : age + (performance.now() - cameAt) / 1000);

function paint() {
  const now = state();
  const isRunning = call !== null && (isActive(now) || now.kind === "away");
  const message = SHOWN_ELSEWHERE.includes(now.kind) ? "" : now.message;
  byId("call-form").hidden = isRunning || now.kind === "connecting" || (isActive(now) && Boolean(now.is_call));
  byId("call-busy").hidden = isRunning || !isActive(now) || Boolean(now.is_call);
  byId("call").hidden = !isRunning;
  const resume = pushed.mustBeShared(now) ? SHARE_AGAIN : RESUME;
  setText(byId("pause-word"), now.kind === "paused" ? resume : PAUSE);
  showWhoAgreed(isRunning ? call : null);
  if (call && isRunning) paintCall(call, now);
  // After all that appears or goes, which would move it out of sight again.
  showProblemBox(problem ?? message, { isAnswer: Boolean(problem) || now.kind === "failed", otherwise: byId(isRunning ? "pause" : "call-start") });
}

/**
 * @param {CallView} view
 * @param {State} now
 */
function paintCall(view, now) {
  const isPaused = isPausedIn(now);
  const person = view.people.find((each) => each.person === focused);
  if (!person) focused = null;
  showSwitches(view);
  byId("focus").hidden = !person;
  byId("captions").hidden = Boolean(person) || !isCaptioned;
  byId("cards").hidden = Boolean(person) || isCaptioned;
  byId("views").hidden = Boolean(person);
  paintCards(view, isPaused);
  captions.show(view, isPaused);
  if (person) showFocus(person, { call: view, isPaused, age: ageOf(person), history });
}

/** @param {CallView} view */
function showSwitches(view) {
  byId("meanings-part").hidden = view.mode === "work";
  byId("work-words").hidden = view.mode !== "work";
  byId("demo-words").hidden = !view.is_demo;
  meanings.show(view.meanings_on);
  for (const words of byId("chat-words").querySelectorAll("p")) words.hidden = words.dataset.mode !== view.mode;
  byId("view-cards").setAttribute("aria-pressed", String(!isCaptioned));
  byId("view-captions").setAttribute("aria-pressed", String(isCaptioned));
}

/**
 * @param {CallView} view
 * @param {boolean} isPaused
 */
function paintCards(view, isPaused) {
  const place = byId("cards");
  place.dataset.density = density(view.people.length);
  place.dataset.meanings = view.mode === "private" && view.meanings_on ? "on" : "off";
  const gone = [...cards].filter(([person]) => !view.people.some((each) => each.person === person));
  for (const [person, card] of gone) {
    card.element.remove();
    cards.delete(person);
  }
  for (const person of view.people) {
    const card = cards.get(person.person) ?? addCard(person.person);
    card.show(person, { call: view, isPaused, age: ageOf(person), history });
  }
}

/** @param {number} person */
function addCard(person) {
  const card = new PersonCard(person, { focusOn, why });
  cards.set(person, card);
  byId("cards").append(card.element);
  return card;
}

/** @param {boolean} captioned */
function chooseView(captioned) {
  isCaptioned = captioned;
  redraw();
}

byId("pause").addEventListener("click", pauseOrResume);
byId("stop").addEventListener("click", async () => showProblem(await command("stop")));
byId("small-view").addEventListener("click", async () => showProblem(await smallView.top.toggle()));
byId("view-cards").addEventListener("click", () => chooseView(false));
byId("view-captions").addEventListener("click", () => chooseView(true));
byId("focus-close").addEventListener("click", leaveFocus);
byId("focus-why").addEventListener("click", () => why(focused ?? -1));
document.addEventListener("keydown", async (event) => {
  if (!isForPage(event) || !isActive(state())) return;
  forgetPressed();
  if (event.key === "v") showProblem(await smallView.top.toggle());
  else if (event.code === "Space") {
    event.preventDefault();
    pauseOrResume();
  } else if (event.key === "Escape" && focused !== null) leaveFocus();
});
connectStart(pushed, showProblem);
connectScreenRegion(showProblem);
connectWhoAgreed(showProblem);
onCall(showCall);
onRedraw(paint);
onState(onNewState);
setInterval(redraw, AGE_INTERVAL);
// A visited page is never the one with the shared window.
if (!window.frameElement) {
  pushed.connectReturn();
  connectVisits({ isNeeded: () => pushed.open !== null || smallView.top.isOpen, onProblem: showProblem });
}
