/** The page Recordings: videos are ordered here, and the server's list of them is shown as it changes. */

import { byId, say } from "../shared/dom.js";
import { AWAY } from "../shared/socket.js";
import { JobEntry } from "./recordingEntry.js";
import "../shared/retention.js";

/** Milliseconds from one look at the list to the next, while something is under way. */
const PACE = 1000;
const form = byId("order");
const entries = new Map();
let waiting = null;

/** The server's answer, or {error: a sentence}. */
async function asked(address, options) {
  try {
    return await (await fetch(address, options)).json();
  } catch {
    return { error: AWAY };
  }
}

async function look() {
  clearTimeout(waiting);
  const { jobs, keeps, error } = await asked("/api/recordings");
  clearTimeout(waiting);
  if (!error) show(jobs, keeps);
  if (error || jobs.some(({ under_way }) => under_way)) waiting = setTimeout(look, PACE);
}

function show(jobs, keeps) {
  for (const words of form.querySelectorAll("[data-keeps]")) words.hidden = words.dataset.keeps !== (keeps ? "yes" : "no");
  const known = new Set(jobs.map(({ id }) => id));
  for (const [id, entry] of entries) {
    if (known.has(id)) continue;
    entry.element.remove();
    entries.delete(id);
  }
  // Newest first: the oldest that is new goes in first.
  for (const job of [...jobs].reverse()) {
    if (!entries.has(job.id)) {
      entries.set(job.id, new JobEntry(job, tell));
      byId("jobs").prepend(entries.get(job.id).element);
    }
    const news = entries.get(job.id).show(job);
    if (news) say(byId("jobs-said"), news);
  }
}

async function tell(job, what) {
  const { error } = await asked(`/api/recordings/${job.id}/${what}`, { method: "POST" });
  say(byId("order-words"), error ?? "");
  // The button that was pressed is gone, and the keyboard goes on from where it stood.
  if (what === "remove") byId("main").focus();
  await look();
}

function byPath() {
  return asked("/api/recordings", { method: "POST", body: new FormData(form) });
}

function byCopy(file) {
  const gigabytes = Number(form.dataset.gigabytes);
  if (file.size > gigabytes * 1e9) return { error: `${file.name} is larger than ${gigabytes} GB. Give its path instead.` };
  const { hz, faces } = Object.fromEntries(new FormData(form));
  say(byId("order-words"), `Copying ${file.name} …`);
  // The file itself as the body: the browser reads it from the disk while it is sent.
  return asked(`/api/recordings/copy?${new URLSearchParams({ name: file.name, hz, faces })}`, { method: "POST", body: file });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  const [file] = byId("video").files;
  button.disabled = true;
  const { error } = await (file ? byCopy(file) : byPath());
  button.disabled = false;
  say(byId("order-words"), error ?? "");
  if (!error) for (const field of ["path", "video"]) byId(field).value = "";
  await look();
});
// One of the two: what was chosen last counts.
byId("path").addEventListener("input", () => (byId("video").value = ""));
byId("video").addEventListener("change", () => (byId("path").value = ""));
// Where results go has changed with it.
addEventListener("retentionchosen", look);
look();
