/** One recording of the list: its bar while it is analysed, its result or the reason why there is none. */

/** @import { Job } from "../shared/records.js" */

import { el, setText, smallButton } from "../shared/dom.js";
import { RESUME } from "../texts/shared.js";
import * as texts from "../texts/recordings.js";

/** @typedef {(job: Job, what: string) => void} JobCommand what: cancel, go-on or remove */

export class RecordingEntry {
  #command;
  /** @type {string | null} */
  #kind = null;

  /**
   * @param {Job} job
   * @param {JobCommand} command called when a button is pressed
   */
  constructor(job, command) {
    this.#command = command;
    this.bar = el("progress", { "aria-label": texts.shareDone(job.name) });
    this.state = el("p", { class: "soft" });
    this.result = el("div", { class: "recording-rest" });
    const words = el("p", { class: "soft" }, job.words);
    this.element = el("li", { class: "panel history-entry recording" }, el("h2", { class: "history-title" }, job.name), words, this.bar, this.state, this.result);
  }

  /**
   * Show how far it is; returns what is worth saying aloud, or null.
   * @param {Job} job
   */
  show(job) {
    const before = this.#kind;
    this.#kind = job.kind;
    const isAnalysing = job.kind === "analysing";
    this.bar.hidden = !isAnalysing;
    if (job.total) Object.assign(this.bar, { max: job.total, value: Math.min(job.done, job.total) });
    setText(this.state, isAnalysing ? progressWords(job) : texts.KINDS[job.kind]);
    if (job.kind === before) return null;
    this.element.dataset.kind = job.kind;
    this.result.replaceChildren(...resultElements(job, this.#command));
    return before === null ? null : texts.news(job.name, texts.KINDS[job.kind], job.message);
  }
}

/** @param {Job} job */
export function progressWords({ done, total, left }) {
  const share = total ? texts.percent(Math.min(100, Math.floor((100 * done) / total))) : texts.frames(done);
  return left === null ? share : texts.progress(share, aboutWords(left));
}

/** @param {number} seconds */
function aboutWords(seconds) {
  if (seconds < 60) return texts.LESS_THAN_A_MINUTE;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? texts.aboutMinutes(minutes) : texts.aboutHours(Math.floor(minutes / 60), minutes % 60);
}

/**
 * @param {Job} job
 * @param {JobCommand} command
 */
function resultElements(job, command) {
  const parts = [];
  if (job.message) parts.push(el("p", { class: job.kind === "failed" ? "problem" : "recording-message" }, job.message));
  if (job.session) parts.push(el("p", {}, el("a", { href: `/history/${job.session}` }, texts.SEE_IN_HISTORY), texts.WHAT_HISTORY_HAS));
  if (job.files.length) {
    const links = job.files.map((form) => el("a", { href: `/history/recordings/${job.id}/file.${form}`, download: "" }, texts.FILES[form]));
    parts.push(el("ul", { class: "exports" }, ...links.map((link) => el("li", {}, link))));
  }
  const button = (/** @type {string} */ words, /** @type {string} */ what) =>
    smallButton(words, () => command(job, what), { "aria-label": texts.doTo(words, job.name) });
  const buttons = [];
  if (job.again) buttons.push(button(job.kind === "failed" ? texts.TRY_AGAIN : RESUME, "go-on"));
  if (job.kind === "waiting" || job.kind === "analysing") buttons.push(button(texts.CANCEL, "cancel"));
  if (!job.under_way) buttons.push(button(job.files.length ? texts.REMOVE_WITH_FILES : texts.REMOVE_FROM_LIST, "remove"));
  return [...parts, el("div", { class: "recording-buttons" }, ...buttons)];
}
