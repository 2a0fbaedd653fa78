/** The calibration page: a person shows one expression after another, and Mien may learn from it. */

/** @import { Answer } from "../shared/records.js" */
/** @import { Step } from "./calibrationSteps.js" */

import "../shared/retention.js";
import { areAllSettled, chooseStep, currentStep, forgetStep, holdSteps, listSteps, savedSteps, settleStep } from "./calibrationSteps.js";
import { byId, setText, showSentence } from "../shared/dom.js";
import { closeCamera, offerSources } from "./calibrationCamera.js";
import { connectFit, offerFit } from "./calibrationFit.js";
import { countDown, stopCountdown } from "./countdown.js";
import { looksWords } from "../shared/format.js";
import { onState } from "../shared/state.js";
import { post } from "../shared/api.js";
import * as texts from "../texts/practice.js";

const seconds = Number(byId("calibration").dataset.seconds);
const showButton = byId("show", HTMLButtonElement);
/**
 * The step that is being shown to the camera.
 * @type {Step | null}
 */
let showing = null;
/**
 * The step of which the person is asked whether to keep it.
 * @type {Step | null}
 */
let askedAbout = null;

/** @param {string | null | undefined} sentence */
const showProblem = (sentence) => showSentence(byId("problem"), sentence);

/**
 * While an expression is shown there is one thing to do: to stop it.
 * @param {Step | null} step
 */
function setShowing(step) {
  const isShowing = step !== null;
  showing = step;
  showButton.hidden = isShowing;
  byId("skip").hidden = isShowing;
  byId("cancel").hidden = !isShowing;
  holdSteps(isShowing);
  if (!isShowing) stopCountdown(seconds);
}

async function begin() {
  showProblem(null);
  const step = currentStep();
  const answer = await post("/api/guided/begin", { expression: step.name });
  if (answer.error) return showProblem(answer.error);
  setShowing(step);
  byId("cancel").focus();
  setText(byId("step-words"), "");
  countDown(answer.seconds, end);
}

async function end() {
  const shown = showing;
  if (shown === null) return;
  setText(byId("step-words"), texts.SAVING);
  settle(shown, await post("/api/guided/end", { instead: shown.ids.join() }));
}

/**
 * What became of what was shown: saved, refused, or to be asked about.
 * @param {Step} shown
 * @param {Answer} answer
 */
function settle(shown, answer) {
  setShowing(null);
  setText(byId("step-words"), "");
  if (answer.error) {
    showProblem(answer.error);
    showButton.focus();
    return;
  }
  if (answer.asks) return ask(shown, answer.asks);
  setText(byId("kept-words"), answer.stored);
  settleStep(shown, answer.ids, texts.savedAndSeen(answer.kept, looksWords(answer.saw)));
  setText(byId("step-words"), texts.saved(shown.title, answer.kept));
  goOn();
}

/**
 * The model contradicts the person, who has the last word; nothing is saved before that.
 * @param {Step} shown
 * @param {string} question
 */
function ask(shown, question) {
  askedAbout = shown;
  setText(byId("asks-words"), question);
  setAsking(true);
  byId("keep-it").focus();
}

/** @param {boolean} isAsking */
function setAsking(isAsking) {
  byId("asks").hidden = !isAsking;
  showButton.hidden = isAsking;
  byId("skip").hidden = isAsking;
  holdSteps(isAsking);
}

async function keepIt() {
  const shown = askedAbout;
  if (shown === null) return;
  setAsking(false);
  askedAbout = null;
  settle(shown, await post("/api/guided/end", { instead: shown.ids.join(), sure: "yes" }));
}

async function discardIt() {
  setAsking(false);
  askedAbout = null;
  await stopShowing(texts.DISCARDED);
  showButton.focus();
}

/** @param {string} words */
async function stopShowing(words) {
  setShowing(null);
  setText(byId("step-words"), words);
  await post("/api/guided/leave");
}

function skip() {
  const step = currentStep();
  settleStep(step, step.ids, step.ids.length ? (step.words.textContent ?? "") : texts.SKIPPED);
  setText(byId("step-words"), texts.skipped(step.title));
  goOn();
}

/** @param {Step} step */
async function takeBack(step) {
  const { error, stored } = await post("/api/guided/take-back", { ids: step.ids.join() });
  showProblem(error);
  if (error) return;
  forgetStep(step);
  setText(byId("kept-words"), stored);
  setText(byId("step-words"), texts.takenBack(step.title));
  offerFit(savedSteps());
  showButton.focus();
}

/** On with the next, or, when all is shown or left out, with what may be learnt. */
function goOn() {
  offerFit(savedSteps());
  byId(areAllSettled() && savedSteps().length ? "fit-title" : "show").focus();
}

showButton.addEventListener("click", begin);
byId("skip").addEventListener("click", skip);
byId("cancel").addEventListener("click", async () => {
  await stopShowing(texts.STOPPED);
  showButton.focus();
});
byId("keep-it").addEventListener("click", keepIt);
byId("keep-not").addEventListener("click", discardIt);
// By whatever way the page is left. A beacon arrives also when nobody waits for its answer any more.
addEventListener("pagehide", () => {
  navigator.sendBeacon("/api/guided/leave", new URLSearchParams({ stop: closeCamera() ? "yes" : "no" }));
});
onState(({ kind }) => {
  showButton.disabled = kind !== "watching";
  if (showing !== null && kind !== "watching") stopShowing(texts.CAMERA_STOPPED);
});

listSteps(takeBack);
stopCountdown(seconds);
offerSources(showProblem);
connectFit(showProblem);
chooseStep(currentStep());
