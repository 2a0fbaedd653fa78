/** The page Recordings: videos are ordered here, and the server's list of them is shown as it changes. */

/** @import { Answer, Job } from "../shared/records.js" */

import "../shared/retention.js";
import { byId, setText } from "../shared/dom.js";
import { get, post, postFile } from "../shared/api.js";
import { onSubmit } from "../shared/submit.js";
import { RecordingEntry } from "./recordingEntry.js";
import { showMode } from "../shared/mode.js";
import * as texts from "../texts/recordings.js";

/** Milliseconds from one request for the list to the next, while something is under way. */
const REFRESH = 1000;
const form = byId("recording-form", HTMLFormElement);
const path = byId("path", HTMLInputElement);
const video = byId("video", HTMLInputElement);
const whose = byId("whose", HTMLSelectElement);
/** @type {Map<string, RecordingEntry>} */
const entries = new Map();
/** @type {number | undefined} */
let timer;

async function refresh() {
  clearTimeout(timer);
  /** @type {{ jobs?: Job[], keeps?: boolean, error?: string }} */
  const { jobs = [], keeps = false, error } = await get("/api/recordings");
  clearTimeout(timer);
  if (!error) show(jobs, keeps);
  if (error || jobs.some(({ under_way: isUnderWay }) => isUnderWay)) timer = setTimeout(refresh, REFRESH);
}

/**
 * @param {Job[]} jobs
 * @param {boolean} keeps whether results are stored as sessions
 */
function show(jobs, keeps) {
  /** @type {NodeListOf<HTMLElement>} */
  const explanations = form.querySelectorAll("[data-keeps]");
  for (const words of explanations) words.hidden = words.dataset.keeps !== (keeps ? "yes" : "no");
  const known = new Set(jobs.map(({ id }) => id));
  for (const [id, entry] of entries) {
    if (!known.has(id)) {
      entry.element.remove();
      entries.delete(id);
    }
  }
  // Newest first: the oldest that is new goes in first.
  for (const job of jobs.toReversed()) {
    const entry = entries.get(job.id) ?? addEntry(job);
    const news = entry.show(job);
    if (news) setText(byId("jobs-said"), news);
  }
}

/** @param {Job} job */
function addEntry(job) {
  const entry = new RecordingEntry(job, command);
  entries.set(job.id, entry);
  byId("jobs").prepend(entry.element);
  return entry;
}

/**
 * @param {Job} job
 * @param {string} what
 */
async function command(job, what) {
  const { error } = await post(`/api/recordings/${job.id}/${what}`);
  setText(byId("recording-form-words"), error ?? "");
  // The button that was pressed is gone, and the keyboard goes on from where it stood.
  if (what === "remove") byId("main").focus();
  await refresh();
}

/**
 * @param {File} file
 * @returns {Promise<Answer>}
 */
async function sendCopy(file) {
  const gigabytes = Number(form.dataset.gigabytes);
  if (file.size > gigabytes * 1e9) return { error: texts.tooLarge(file.name, gigabytes) };
  const chosen = new FormData(form);
  setText(byId("recording-form-words"), texts.copying(file.name));
  return postFile("/api/recordings/copy", { name: file.name, hz: String(chosen.get("hz")), faces: String(chosen.get("faces")) }, file);
}

onSubmit(form, async () => {
  const button = form.querySelector("[type=submit]");
  const file = video.files?.[0];
  button?.toggleAttribute("disabled", true);
  const { error } = await (file ? sendCopy(file) : post("/api/recordings", new FormData(form)));
  button?.toggleAttribute("disabled", false);
  setText(byId("recording-form-words"), error ?? "");
  if (!error) for (const field of [path, video]) field.value = "";
  await refresh();
});
// One of the two: what was chosen last counts.
path.addEventListener("input", () => {
  video.value = "";
});
video.addEventListener("change", () => {
  path.value = "";
});
const askWhere = () => showMode(whose.value === "all");
whose.addEventListener("change", askWhere);
askWhere();
// Where results go has changed with it.
addEventListener("retentionchosen", refresh);
refresh();
