/** One recording of the list: its bar while it is analysed, its result or the reason why there is none. */

/** @import { Job } from "../shared/records.js" */

import { el, setText, smallButton } from "../shared/dom.js";

/** @typedef {(job: Job, what: string) => void} JobCommand what: cancel, go-on or remove */

/** @type {Record<string, string>} */
const KIND_WORDS = {
  waiting: "waits for its turn",
  analysing: "is being analysed",
  storing: "is being stored",
  done: "done",
  failed: "could not be analysed",
  cancelled: "cancelled",
  interrupted: "interrupted",
  elsewhere: "is being analysed by another Mien",
};
/** @type {Record<string, string>} */
const FILE_WORDS = { html: "Printable report", csv: "Table (CSV)", jsonl: "JSON lines", parquet: "Table (Parquet)" };

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
    this.bar = el("progress", { "aria-label": `${job.name}, share done` });
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
    setText(this.state, isAnalysing ? progressWords(job) : KIND_WORDS[job.kind]);
    if (job.kind === before) return null;
    this.element.dataset.kind = job.kind;
    this.result.replaceChildren(...resultElements(job, this.#command));
    return before === null ? null : `${job.name}: ${KIND_WORDS[job.kind]}. ${job.message}`;
  }
}

/** @param {Job} job */
export function progressWords({ done, total, left }) {
  const share = total ? `${Math.min(100, Math.floor((100 * done) / total))} %` : `${done} frames`;
  return left === null ? share : `${share} · ${aboutWords(left)} left`;
}

/** @param {number} seconds */
function aboutWords(seconds) {
  if (seconds < 60) return "less than a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minutes === 1 ? "about a minute" : `about ${minutes} minutes`;
  return `about ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * @param {Job} job
 * @param {JobCommand} command
 */
function resultElements(job, command) {
  const parts = [];
  if (job.message) parts.push(el("p", { class: job.kind === "failed" ? "problem" : "recording-message" }, job.message));
  if (job.session) parts.push(el("p", {}, el("a", { href: `/history/${job.session}` }, "See it in History"), ": timeline, shares, export."));
  if (job.files.length) {
    const links = job.files.map((form) => el("a", { href: `/history/recordings/${job.id}/file.${form}`, download: "" }, FILE_WORDS[form]));
    parts.push(el("ul", { class: "exports" }, ...links.map((link) => el("li", {}, link))));
  }
  const button = (/** @type {string} */ words, /** @type {string} */ what) =>
    smallButton(words, () => command(job, what), { "aria-label": `${words}: ${job.name}` });
  const buttons = [];
  if (job.again) buttons.push(button(job.kind === "failed" ? "Try again" : "Resume", "go-on"));
  if (job.kind === "waiting" || job.kind === "analysing") buttons.push(button("Cancel", "cancel"));
  if (!job.under_way) buttons.push(button(job.files.length ? "Remove, with these files" : "Remove from this list", "remove"));
  return [...parts, el("div", { class: "recording-buttons" }, ...buttons)];
}
