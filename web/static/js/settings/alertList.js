/** The alerts that a person wants: a list in Settings, saved at every change. */

/** @import { AlertWish } from "../shared/records.js" */

import { ADJECTIVES, EXPRESSIONS, LIMITS } from "../shared/constants.js";
import { byId, el, setText, smallButton } from "../shared/dom.js";
import { get, postJson } from "../shared/api.js";
import { REMOVE, SAVED } from "../texts/shared.js";
import * as texts from "../texts/settings.js";

const list = byId("alert-list");
const on = byId("alerts-on", HTMLInputElement);
const add = byId("alert-add", HTMLButtonElement);
const permissionButton = byId("alert-notify");
const { noticed = "", shortest = "", longest = "", most = "" } = list.dataset;

/** @type {AlertWish} */
const FIRST_SUGGESTION = { what: EXPRESSIONS[0], seconds: 120, words: "" };
const SECONDS_STEP = 5;

/**
 * A row of the list, and what it says.
 * @type {Map<Element, () => AlertWish>}
 */
const wishes = new Map();

const wished = () => [...list.children].map((row) => wishes.get(row)?.());

/** Nothing that was typed is lost by a refusal: the list stays as it is, with the sentence below. */
async function save() {
  const { error } = await postJson("/api/cues", { on: on.checked, cues: wished() });
  setText(byId("alerts-words"), error ?? SAVED);
  showLimit();
}

function showLimit() {
  add.disabled = list.children.length >= Number(most);
}

/** @param {AlertWish} wish */
function addRow({ what, seconds, words }) {
  const options = noticed.split(" ").map((name) => el("option", { value: name }, texts.NOTICED[name] ?? texts.myFaceLooks(ADJECTIVES[name] ?? name)));
  const about = el("select", { class: "form-select form-select-sm", "aria-label": texts.WHAT_TO_NOTICE }, ...options);
  about.value = what;
  const limits = { min: shortest, max: longest, step: SECONDS_STEP };
  const time = el("input", { type: "number", class: "form-control form-control-sm", "aria-label": texts.SECONDS, ...limits });
  time.value = String(seconds);
  const own = el("input", { type: "text", class: "form-control form-control-sm", "aria-label": texts.YOUR_SENTENCE, maxlength: LIMITS.lineLetters, placeholder: texts.YOUR_SENTENCE_HINT });
  own.value = words;
  const wish = () => ({ what: about.value, seconds: Number(time.value), words: own.value });
  const preview = smallButton(texts.SHOW_ME, async () => setText(byId("alerts-words"), (await postJson("/api/cues/shown", wish())).error ?? ""));
  const remove = smallButton(REMOVE, () => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next?.querySelector("select") ?? add).focus();
    save();
  });
  const row = el("li", { class: "alert-row" }, el("span", {}, texts.WHEN), about, el("span", {}, texts.FOR), time, el("span", {}, texts.SECONDS_SAY), own, preview, remove);
  for (const field of [about, time, own]) field.addEventListener("change", save);
  wishes.set(row, wish);
  list.append(row);
  return about;
}

function showPermission() {
  const permission = "Notification" in window ? Notification.permission : "denied";
  permissionButton.hidden = permission !== "default";
  setText(byId("alert-notify-words"), texts.NOTIFICATIONS[permission] ?? "");
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
