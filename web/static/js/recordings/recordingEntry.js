/** One recording of the list: its bar while it is looked at, its result or the reason why there is none. */

import { el, say } from "../shared/dom.js";

const KINDS = {
  waiting: "waits for its turn",
  analysing: "is being looked at",
  storing: "is being stored",
  done: "done",
  failed: "could not be analysed",
  cancelled: "cancelled",
  interrupted: "interrupted",
  elsewhere: "is being looked at by another Mien",
};
const FILES = { html: "One-page report, prints well", csv: "Table (CSV)", jsonl: "JSON lines", parquet: "Table (Parquet)" };

export class JobEntry {
  #tell;
  #kind = null;

  constructor(job, tell) {
    this.#tell = tell;
    this.bar = el("progress", { "aria-label": `${job.name}, share that is done` });
    this.state = el("p", { class: "soft" });
    this.rest = el("div", { class: "recording-rest" });
    const words = el("p", { class: "soft" }, job.words);
    this.element = el("li", { class: "panel past recording" }, el("h2", { class: "past-title" }, job.name), words, this.bar, this.state, this.rest);
  }

  /** Show how far it is; returns what is worth saying aloud, or null. */
  show(job) {
    const first = this.#kind === null;
    const other = job.kind !== this.#kind;
    this.#kind = job.kind;
    this.#showPace(job);
    if (!other) return null;
    this.element.dataset.kind = job.kind;
    this.rest.replaceChildren(...rest(job, this.#tell));
    return first ? null : `${job.name}: ${KINDS[job.kind]}. ${job.message}`;
  }

  #showPace(job) {
    this.bar.hidden = job.kind !== "analysing";
    if (job.total) {
      this.bar.max = job.total;
      this.bar.value = Math.min(job.done, job.total);
    }
    say(this.state, job.kind === "analysing" ? pace(job) : KINDS[job.kind]);
  }
}

function pace({ done, total, left }) {
  const share = total ? `${Math.min(100, Math.floor((100 * done) / total))} %` : `${done} frames`;
  return left === null ? share : `${share} · ${inWords(left)} left`;
}

function inWords(seconds) {
  if (seconds < 60) return "less than a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minutes === 1 ? "about a minute" : `about ${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return `about ${hours} h ${minutes % 60} min`;
}

function rest(job, tell) {
  const parts = [];
  if (job.message) parts.push(el("p", { class: job.kind === "failed" ? "trouble" : "recording-message" }, job.message));
  if (job.session) parts.push(el("p", {}, el("a", { href: `/history/${job.session}` }, "See it in History"), ": timeline, shares, files to take along."));
  if (job.files.length) parts.push(el("ul", { class: "takes" }, ...job.files.map((form) => el("li", {}, link(job, form)))));
  const buttons = [];
  if (job.again) buttons.push(button(job.kind === "failed" ? "Try again" : "Go on", "go-on"));
  if (job.kind === "waiting" || job.kind === "analysing") buttons.push(button("Cancel", "cancel"));
  if (!job.under_way) buttons.push(button(job.files.length ? "Remove, with these files" : "Remove from this list", "remove"));
  return [...parts, el("div", { class: "recording-buttons" }, ...buttons)];

  function button(words, what) {
    const made = el("button", { type: "button", class: "btn btn-sm btn-outline-secondary", "aria-label": `${words}: ${job.name}` }, words);
    made.addEventListener("click", () => tell(job, what));
    return made;
  }
}

const link = (job, form) => el("a", { href: `/history/recordings/${job.id}/file.${form}`, download: "" }, FILES[form]);
