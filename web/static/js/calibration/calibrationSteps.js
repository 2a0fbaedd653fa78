/** The seven expressions of the calibration page: which one is meant, and what became of each. */

import { byId, el, setText, smallButton } from "../shared/dom.js";
import { emojiAddress, emojiImage } from "../shared/format.js";
import * as texts from "../texts/practice.js";

/**
 * @typedef {object} Step
 * @property {string} name the expression
 * @property {string} title
 * @property {string} hint
 * @property {number[]} ids of the samples that were saved
 * @property {boolean} isSkipped
 * @property {HTMLElement} item of the list
 * @property {HTMLElement} words what became of it
 * @property {HTMLButtonElement} choose
 * @property {HTMLButtonElement} back
 */

/** @type {Step[]} */
const steps = [...byId("steps").children].map((item) => {
  if (!(item instanceof HTMLElement)) throw new Error("The list of steps holds something else.");
  const { step: name = "", title = "", hint = "" } = item.dataset;
  /** @type {Step} */
  const step = {
    ...{ name, title, hint, ids: [], isSkipped: false, item },
    words: el("span", { class: "calibration-done" }),
    choose: smallButton(texts.GO_TO, () => chooseStep(step), { class: "btn btn-sm btn-quiet", "aria-label": texts.goTo(title) }),
    back: el("button", { type: "button", class: "btn btn-sm btn-quiet", "aria-label": texts.takeBack(title) }, texts.TAKE_BACK),
  };
  return step;
});
let current = steps[0];

export const currentStep = () => current;
export const savedSteps = () => steps.filter(({ ids }) => ids.length > 0);

/** @param {Step} step */
const isSettled = ({ ids, isSkipped }) => ids.length > 0 || isSkipped;

/** Whether each was shown or left out. */
export const areAllSettled = () => steps.every(isSettled);

/**
 * Put the list on the page.
 * @param {(step: Step) => void} takeBack called with a step whose samples are to be deleted
 */
export function listSteps(takeBack) {
  for (const step of steps) {
    step.back.addEventListener("click", () => takeBack(step));
    const name = el("span", { class: "calibration-name" }, step.title);
    step.item.append(emojiImage(step.name), name, step.words, el("span", { class: "calibration-again" }, step.choose, step.back));
  }
  chooseStep(current);
}

/** @param {Step} chosen */
export function chooseStep(chosen) {
  current = chosen;
  setText(byId("step-count"), texts.step(steps.indexOf(current) + 1, steps.length));
  setText(byId("step-title"), current.title);
  setText(byId("step-hint"), current.hint);
  byId("step-emoji", HTMLImageElement).src = emojiAddress(current.name);
  for (const step of steps) {
    const isSaved = step.ids.length > 0;
    if (step === current) step.item.setAttribute("aria-current", "step");
    else step.item.removeAttribute("aria-current");
    setText(step.choose, isSaved ? texts.AGAIN : texts.GO_TO);
    step.choose.setAttribute("aria-label", (isSaved ? texts.showAgain : texts.goTo)(step.title));
    step.choose.hidden = step === current;
    step.back.hidden = !isSaved;
  }
}

/**
 * What became of a step; then on to one that is still to come.
 * @param {Step} step
 * @param {number[]} ids of its samples; none if it was left out
 * @param {string} words
 */
export function settleStep(step, ids, words) {
  Object.assign(step, { ids, isSkipped: ids.length === 0 });
  setText(step.words, words);
  const place = steps.indexOf(step);
  const others = [...steps.slice(place + 1), ...steps.slice(0, place)];
  chooseStep(others.find((other) => !isSettled(other)) ?? step);
}

/**
 * As if it had never been shown.
 * @param {Step} step
 */
export function forgetStep(step) {
  Object.assign(step, { ids: [], isSkipped: false });
  setText(step.words, "");
  chooseStep(step);
}

/**
 * Nobody goes elsewhere while one is being shown.
 * @param {boolean} isHeld
 */
export function holdSteps(isHeld) {
  for (const { choose, back } of steps) {
    choose.disabled = isHeld;
    back.disabled = isHeld;
  }
}
