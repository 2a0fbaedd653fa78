/** What the pages Practice and Calibration say. */

import { plural } from "./plural.js";

const samples = (/** @type {number} */ count) => plural(count, { one: `${count} sample`, other: `${count} samples` });

// Practice

export const NOTHING_READ_YET = "Mien reads nothing yet.";
export const NOTHING_READ = "Mien reads nothing.";
export const reads = (/** @type {string} */ expression, /** @type {string} */ sure) => `Mien reads: ${expression}, ${sure}.`;
export const readsUnclear = (/** @type {string} */ closest) => `Mien reads: unclear, closest to ${closest}.`;
export const CHOOSE_CAMERA = "Choose a camera to begin.";
export const AS_AT_REST = "as at rest";
export const range = (/** @type {string} */ now, /** @type {string} */ low, /** @type {string} */ high) => `${now} now; from ${low} to ${high} in this practice.`;
/**
 * For screen readers.
 * @param {string} expression
 */
export const spoken = (expression) => `Mien reads ${expression}.`;
export const restLeft = (/** @type {number} */ seconds) => `${seconds} s left.`;

// Calibration: showing an expression

export const secondsLeft = (/** @type {number} */ seconds) => `${seconds} s left`;
export const seconds = (/** @type {number} */ count) => `${count} s`;
export const step = (/** @type {number} */ place, /** @type {number} */ count) => `${place} of ${count}`;
export const SAVING = "Saving …";
export const saved = (/** @type {string} */ title, /** @type {number} */ count) => `Saved: ${title}, ${samples(count)}.`;
export const savedAndSeen = (/** @type {number} */ count, /** @type {string} */ words) => `${samples(count)} saved; the model says: ${words}`;
export const DISCARDED = "Discarded: nothing of it was saved. Show it again when you like.";
export const STOPPED = "Stopped. Nothing of it was saved.";
export const CAMERA_STOPPED = "The camera stopped. Nothing of it was saved.";
export const SKIPPED = "skipped";
export const skipped = (/** @type {string} */ title) => `Skipped: ${title}.`;
export const takenBack = (/** @type {string} */ title) => `Taken back: ${title}. Nothing of it is kept.`;
export const GO_TO = "Go to";
export const goTo = (/** @type {string} */ title) => `Go to ${title}`;
export const AGAIN = "Again";
export const showAgain = (/** @type {string} */ title) => `Show again: ${title}`;
export const TAKE_BACK = "Take back";
export const takeBack = (/** @type {string} */ title) => `Take back ${title}`;

// Calibration: the fit

export const WORKING = "Working on it: this takes a few seconds …";
export const FIT_IN_EFFECT = "Done: the fit is in effect.";
export const FIT_READY = "Done: choose whether to use the fit.";
/**
 * What a fit changes, on the very seconds that were shown.
 * @param {{ expression: string, seconds: number, before: number, after: number }} result
 */
export const fitResult = ({ expression, seconds: count, before, after }) =>
  `${expression} was read in ${before} of ${plural(count, { one: `${count} second`, other: `${count} seconds` })}, with this fit in ${after}.`;
export const USE_RESTING = "Take it into account from now on";
export const USE_FIT = "Use this fit from now on";
export const RESTING_IN_USE = "Your resting face is taken into account from now on.";
export const fitInUse = (/** @type {number} */ version) => `Fit ${version} is in effect from now on.`;
export const NOTHING_CHANGED = "Nothing was changed. The fit is kept, if you want it later.";
