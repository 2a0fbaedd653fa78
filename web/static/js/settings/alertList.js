/** The cues that a person wants: a list in Settings, kept at every change. */

import { byId, el, say } from "../shared/dom.js";
import { AWAY } from "../shared/socket.js";

const list = byId("cue-list");
const on = byId("cues-on");
const add = byId("cue-add");
const notice = byId("cue-notify");
const { noticed, shortest, longest, most } = list.dataset;

const NAMES = { nobody: "nobody is there", away: "I look away", talking: "I talk", unclear: "my face is unclear" };
const ADJECTIVES = JSON.parse(document.body.dataset.adjectives);
const named = (what) => NAMES[what] ?? `my face looks ${ADJECTIVES[what] ?? what}`;

async function asked(address, json) {
  const headers = { "Content-Type": "application/json" };
  try {
    return await (await fetch(address, json && { method: "POST", headers, body: JSON.stringify(json) })).json();
  } catch {
    return { error: AWAY };
  }
}

function wanted() {
  return [...list.children].map((row) => ({
    what: row.querySelector("select").value,
    seconds: Number(row.querySelector("[type=number]").value),
    words: row.querySelector("[type=text]").value,
  }));
}

/** Nothing that was typed is lost by a refusal: the list stays as it is, with the sentence below. */
async function keep() {
  const { error } = await asked("/api/cues", { on: on.checked, cues: wanted() });
  say(byId("cues-words"), error ?? "Kept.");
  add.disabled = list.children.length >= Number(most);
}

function rowOf({ what, seconds, words }) {
  const options = noticed.split(" ").map((name) => el("option", { value: name }, named(name)));
  const about = el("select", { class: "form-select form-select-sm", "aria-label": "What to notice" }, ...options);
  about.value = what;
  const limits = { min: shortest, max: longest, step: 5 };
  const time = el("input", { type: "number", class: "form-control form-control-sm", "aria-label": "Seconds", ...limits });
  time.value = seconds;
  const hint = "in Mien's words, or in yours";
  const own = el("input", { type: "text", class: "form-control form-control-sm", "aria-label": "Your own sentence", maxlength: 200, placeholder: hint });
  own.value = words;
  const look = button("Show me", async () => say(byId("cues-words"), (await asked("/api/cues/shown", wanted()[[...list.children].indexOf(row)])).error ?? ""));
  const away = button("Remove", () => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next?.querySelector("select") ?? add).focus();
    keep();
  });
  const row = el("li", { class: "cue-row" }, el("span", {}, "When"), about, el("span", {}, "for"), time, el("span", {}, "seconds, say it"), own, look, away);
  for (const field of [about, time, own]) field.addEventListener("change", keep);
  return row;
}

function button(words, action) {
  const made = el("button", { type: "button", class: "btn btn-sm btn-outline-secondary" }, words);
  made.addEventListener("click", action);
  return made;
}

function showPermission() {
  const permission = "Notification" in window ? Notification.permission : "denied";
  notice.hidden = permission !== "default";
  const words = { granted: "While a page of Mien is out of sight, a cue is also a notification of your desktop.", denied: "This browser shows no notifications of Mien." };
  say(byId("cue-notify-words"), words[permission] ?? "");
}

on.addEventListener("change", keep);
add.addEventListener("click", () => {
  list.append(rowOf({ what: "angry", seconds: 120, words: "" }));
  list.lastElementChild.querySelector("select").focus();
  keep();
});
notice.addEventListener("click", async () => {
  await Notification.requestPermission();
  showPermission();
});

const { on: given, cues, trouble, error } = await asked("/api/cues");
on.checked = given ?? false;
list.replaceChildren(...(cues ?? []).map(rowOf));
say(byId("cues-words"), trouble || error || "");
for (const control of [on, add]) control.disabled = false;
add.disabled = list.children.length >= Number(most);
showPermission();
