/** What the page Recordings says. */

import { plural } from "./plural.js";

/**
 * How far a recording is, by its kind.
 * @type {Record<string, string>}
 */
export const KINDS = {
  waiting: "waits for its turn",
  analysing: "is being analysed",
  storing: "is being stored",
  done: "done",
  failed: "could not be analysed",
  cancelled: "cancelled",
  interrupted: "interrupted",
  elsewhere: "is being analysed by another Mien",
};
/**
 * What can be downloaded, by the ending of its name.
 * @type {Record<string, string>}
 */
export const FILES = { html: "Printable report", csv: "Table (CSV)", jsonl: "JSON lines", parquet: "Table (Parquet)" };

/**
 * For screen readers.
 * @param {string} name
 * @param {string} kind in words
 * @param {string} message a sentence, or empty
 */
export const news = (name, kind, message) => `${name}: ${kind}. ${message}`;
export const shareDone = (/** @type {string} */ name) => `${name}, share done`;
export const percent = (/** @type {number} */ value) => `${value} %`;
export const frames = (/** @type {number} */ count) => plural(count, { one: `${count} frame`, other: `${count} frames` });
export const progress = (/** @type {string} */ done, /** @type {string} */ left) => `${done} · ${left} left`;
export const LESS_THAN_A_MINUTE = "less than a minute";
export const aboutMinutes = (/** @type {number} */ minutes) => plural(minutes, { one: "about a minute", other: `about ${minutes} minutes` });
export const aboutHours = (/** @type {number} */ hours, /** @type {number} */ minutes) => `about ${hours} h ${minutes} min`;

export const SEE_IN_HISTORY = "See it in History";
export const WHAT_HISTORY_HAS = ": timeline, shares, export.";
export const TRY_AGAIN = "Try again";
export const CANCEL = "Cancel";
export const REMOVE_WITH_FILES = "Remove, with these files";
export const REMOVE_FROM_LIST = "Remove from this list";
export const doTo = (/** @type {string} */ words, /** @type {string} */ name) => `${words}: ${name}`;

export const tooLarge = (/** @type {string} */ name, /** @type {number} */ gigabytes) => `${name} is larger than ${gigabytes} GB. Give its path instead.`;
export const copying = (/** @type {string} */ name) => `Copying ${name} …`;
