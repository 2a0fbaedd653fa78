/** The page Start: a person shows one expression after another, and Mien may learn from it. */

import { byId, say } from "../shared/dom.js";
import { leaveCamera, offerSources } from "./calibrationCamera.js";
import { offerFit, showFit } from "./calibrationFit.js";
import { post } from "../shared/api.js";
import { choose, forget, holdSteps, isThrough, kept, listSteps, settle, step } from "./calibrationSteps.js";
import { countDown, stopTime } from "./countdown.js";
import "../shared/retention.js";
import { onState } from "../shared/state.js";
import { looks } from "../shared/format.js";

const seconds = Number(byId("guided").dataset.seconds);
let showing = null;

function complain(sentence) {
  byId("trouble").hidden = !sentence;
  say(byId("trouble"), sentence ?? "");
}

/** While an expression is shown there is one thing to do: to stop it. */
function hold(what) {
  showing = what;
  byId("show").hidden = byId("skip").hidden = what !== null;
  byId("cancel").hidden = what === null;
  holdSteps(what !== null);
  if (what === null) stopTime(seconds);
}

async function begin() {
  complain(null);
  const meant = step();
  const answer = await post("/api/guided/begin", { expression: meant.step });
  if (answer.error) return complain(answer.error);
  hold(meant);
  byId("cancel").focus();
  say(byId("step-words"), "");
  countDown(answer.seconds, end);
}

async function end() {
  const shown = showing;
  if (shown === null) return;
  const answer = await post("/api/guided/end", { instead: shown.ids.join() });
  hold(null);
  if (answer.error) {
    complain(answer.error);
    return byId("show").focus();
  }
  const many = answer.kept === 1 ? "1 look" : `${answer.kept} looks`;
  say(byId("kept-words"), answer.stored);
  settle(shown, answer.ids, `${many} saved; the model says: ${looks(answer.saw)}`);
  say(byId("step-words"), `Saved: ${shown.title}, ${many}.`);
  goOn();
}

async function stopShowing(words) {
  hold(null);
  say(byId("step-words"), words);
  await post("/api/guided/leave");
}

function skip() {
  const left = step();
  settle(left, left.ids, left.ids.length ? left.words.textContent : "left out");
  say(byId("step-words"), `Left out: ${left.title}.`);
  goOn();
}

async function takeBack(given) {
  const answer = await post("/api/guided/take-back", { ids: given.ids.join() });
  complain(answer.error ?? null);
  if (answer.error) return;
  forget(given);
  say(byId("kept-words"), answer.stored);
  say(byId("step-words"), `Taken back: ${given.title}. Nothing of it is kept.`);
  showFit(kept());
  byId("show").focus();
}

/** On with the next, or, when all is shown or left out, with what may be learnt. */
function goOn() {
  showFit(kept());
  byId(isThrough() && kept().length ? "fit-title" : "show").focus();
}

byId("show").addEventListener("click", begin);
byId("skip").addEventListener("click", skip);
byId("cancel").addEventListener("click", async () => {
  await stopShowing("Stopped. Nothing of it was saved.");
  byId("show").focus();
});
// By whatever way the page is left. A beacon arrives also when nobody waits for its answer any more.
addEventListener("pagehide", () => {
  navigator.sendBeacon("/api/guided/leave", new URLSearchParams({ stop: leaveCamera() ? "yes" : "no" }));
});
onState((now) => {
  byId("show").disabled = now.kind !== "watching";
  if (showing !== null && now.kind !== "watching") stopShowing("The camera stopped. Nothing of it was saved.");
});

listSteps(takeBack);
stopTime(seconds);
offerSources(complain);
offerFit(complain);
choose(step());
