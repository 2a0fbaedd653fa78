/** Fits the model to the samples, to a resting face alone or to all verdicts, and asks whether to use the fit. */

/** @import { Answer, ShowProblem } from "../shared/records.js" */
/** @import { Step } from "./calibrationSteps.js" */

import { byId, el, setText } from "../shared/dom.js";
import { emojiImage } from "../shared/format.js";
import { post } from "../shared/api.js";
import * as texts from "../texts/practice.js";

/** @typedef {{ expression: string, seconds: number, before: number, after: number }} SecondsRead */
/** @typedef {{ version: number, origin: string, words: string, in_effect: boolean, results: SecondsRead[] }} Fit */

/** The expression of a face at rest. */
const RESTING = "neutral";
const buttons = ["fit-resting", "fit-all", "use", "use-not"].map((id) => byId(id, HTMLButtonElement));
/** @type {Fit | null} */
let fit = null;

/**
 * Wait for an answer with the buttons disabled; null where it was a refusal, which is shown.
 * @param {Promise<Answer>} work
 * @param {ShowProblem} showProblem
 */
async function answerOf(work, showProblem) {
  for (const button of buttons) button.disabled = true;
  const spinner = el("span", { class: "spinner-border spinner-border-sm", "aria-hidden": "true" });
  byId("fit-working").replaceChildren(spinner, texts.WORKING);
  const answer = await work;
  for (const button of buttons) button.disabled = false;
  byId("fit-working").replaceChildren();
  showProblem(answer.error);
  return answer.error ? null : answer;
}

/** @param {ShowProblem} showProblem */
export function connectFit(showProblem) {
  const learn = async (/** @type {Record<string, string>} */ form) => {
    const { error, ...learnt } = (await answerOf(post("/api/guided/fit", form), showProblem)) ?? { error: "refused" };
    if (!error) showFit(/** @type {Fit} */ (learnt));
  };
  byId("fit-resting").addEventListener("click", () => learn({ only: "resting" }));
  byId("fit-all").addEventListener("click", () => learn({}));
  byId("use").addEventListener("click", () => useFit(showProblem));
  byId("use-not").addEventListener("click", () => endChoice(texts.NOTHING_CHANGED));
}

/**
 * Offer the fits for which there are samples.
 * @param {Step[]} saved
 */
export function offerFit(saved) {
  byId("fit").hidden = saved.length === 0;
  byId("fit-resting").hidden = !saved.some(({ name }) => name === RESTING);
  byId("fit-all").hidden = !saved.some(({ name }) => name !== RESTING);
}

/** @param {Fit} learnt */
function showFit(learnt) {
  fit = learnt;
  byId("fit-report").hidden = false;
  byId("fit-choice").hidden = fit.in_effect;
  const sentences = fit.results.map(texts.fitResult);
  const items = fit.results.map(({ expression }, place) => el("li", {}, emojiImage(expression), el("span", {}, sentences[place])));
  byId("fit-results").replaceChildren(...items);
  byId("fit-results-title").hidden = items.length === 0;
  setText(byId("fit-words"), fit.words);
  const done = fit.in_effect ? texts.FIT_IN_EFFECT : texts.FIT_READY;
  byId("fit-working").replaceChildren(done, el("span", { class: "visually-hidden" }, ` ${sentences.join(" ")}`));
  setText(byId("use"), fit.origin === "baseline" ? texts.USE_RESTING : texts.USE_FIT);
  if (!fit.in_effect) byId("use").focus();
}

/** @param {ShowProblem} showProblem */
async function useFit(showProblem) {
  if (fit === null) return;
  const isResting = fit.origin === "baseline";
  const work = isResting ? post("/api/resting", { on: "yes" }) : post("/api/fits", { version: String(fit.version) });
  if (!(await answerOf(work, showProblem))) return;
  endChoice(isResting ? texts.RESTING_IN_USE : texts.fitInUse(fit.version));
}

/** @param {string} sentence */
function endChoice(sentence) {
  byId("fit-choice").hidden = true;
  setText(byId("fit-working"), sentence);
  byId("fit-title").focus();
}
