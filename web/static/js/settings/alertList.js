/** The alerts that a person wants: a list in Settings, saved at every change. */

/** @import { AlertWish } from "../shared/records.js" */

import { ADJECTIVES, EXPRESSIONS, LIMITS } from "../shared/constants.js";
import { byId, el, setText, smallButton } from "../shared/dom.js";
import { get, postJson } from "../shared/api.js";

const list = byId("alert-list");
const on = byId("alerts-on", HTMLInputElement);
const add = byId("alert-add", HTMLButtonElement);
const permissionButton = byId("alert-notify");
const { noticed = "", shortest = "", longest = "", most = "" } = list.dataset;

/** @type {AlertWish} */
const FIRST_SUGGESTION = { what: EXPRESSIONS[0], seconds: 120, words: "" };
const SECONDS_STEP = 5;

/** @type {Record<string, string>} */
const WORDS = { nobody: "nobody is there", away: "I look away", talking: "I talk", unclear: "my face is unclear" };

/** @type {Record<string, string>} */
const PERMISSION_WORDS = {
  granted: "While a page of Mien is out of sight, an alert is also shown as a desktop notification.",
  denied: "This browser does not show notifications from Mien.",
};

/**
 * A row of the list, and what it says.
 * @type {Map<Element, () => AlertWish>}
 */
const wishes = new Map();

const wished = () => [...list.children].map((row) => wishes.get(row)?.());

/** Nothing that was typed is lost by a refusal: the list stays as it is, with the sentence below. */
async function save() {
  const { error } = await postJson("/api/cues", { on: on.checked, cues: wished() });
  setText(byId("alerts-words"), error ?? "Saved.");
  showLimit();
}

function showLimit() {
  add.disabled = list.children.length >= Number(most);
}

/** @param {AlertWish} wish */
function addRow({ what, seconds, words }) {
  const options = noticed.split(" ").map((name) => el("option", { value: name }, WORDS[name] ?? `my face looks ${ADJECTIVES[name] ?? name}`));
  const about = el("select", { class: "form-select form-select-sm", "aria-label": "What to notice" }, ...options);
  about.value = what;
  const limits = { min: shortest, max: longest, step: SECONDS_STEP };
  const time = el("input", { type: "number", class: "form-control form-control-sm", "aria-label": "Seconds", ...limits });
  time.value = String(seconds);
  const hint = "in Mien's words, or in yours";
  const own = el("input", { type: "text", class: "form-control form-control-sm", "aria-label": "Your own sentence", maxlength: LIMITS.lineLetters, placeholder: hint });
  own.value = words;
  const wish = () => ({ what: about.value, seconds: Number(time.value), words: own.value });
  const preview = smallButton("Show me", async () => setText(byId("alerts-words"), (await postJson("/api/cues/shown", wish())).error ?? ""));
  const remove = smallButton("Remove", () => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next?.querySelector("select") ?? add).focus();
    save();
  });
  const row = el("li", { class: "alert-row" }, el("span", {}, "When"), about, el("span", {}, "for"), time, el("span", {}, "seconds, say"), own, preview, remove);
  for (const field of [about, time, own]) field.addEventListener("change", save);
  wishes.set(row, wish);
  list.append(row);
  return about;
}

function showPermission() {
  const permission = "Notification" in window ? Notification.permission : "denied";
  permissionButton.hidden = permission !== "default";
  setText(byId("alert-notify-words"), PERMISSION_WORDS[permission] ?? "");
}

on.addEventListener("change", save);
add.addEventListener("click", () => {
  addRow(FIRST_SUGGESTION).focus();
  save();
});
permissionButton.addEventListener("click", async () => {
  await Notification.requestPermission();
  showPermission();
});

const { on: isOn, cues, trouble, error } = await get("/api/cues");
on.checked = isOn ?? false;
for (const each of cues ?? []) addRow(each);
setText(byId("alerts-words"), trouble || error || "");
for (const control of [on, add]) control.disabled = false;
showLimit();
showPermission();
