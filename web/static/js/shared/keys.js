/** Single keys: which there are, when they mean something, and the list that ? opens. */

import { CLOSE, KEYS, KEYS_TITLE } from "../texts/shared.js";
import { el } from "./dom.js";

/** What a letter or a digit means something to. A box that is ticked takes none. */
const TAKES_LETTERS = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), select, textarea, [contenteditable]";
/** What space presses or ticks. The other keys are the page's there, too: Start and Mark leave the focus on a button. */
const PRESSED_BY_SPACE = "button, summary, a, input";

const areKeysOn = () => document.documentElement.dataset.keys !== "off";
const isDialogOpen = () => document.querySelector("dialog[open]") !== null;

/** @param {KeyboardEvent} event */
const isPlain = (event) => !(event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing);

/**
 * Whether a single key, pressed here, is meant for the page: never while typing, in a question, or when switched off.
 * @param {KeyboardEvent} event
 */
export function isForPage(event) {
  const reserved = event.key === " " ? `${TAKES_LETTERS}, ${PRESSED_BY_SPACE}` : TAKES_LETTERS;
  return areKeysOn() && isPlain(event) && !isDialogOpen() && !(event.target instanceof Element && event.target.closest(reserved));
}

export function keysList() {
  const rows = KEYS.flatMap(([key, meaning]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, meaning)]);
  return el("dl", { class: "keys-list" }, ...rows);
}

const title = el("h2", { class: "h2", id: "keys-title" }, KEYS_TITLE);
const close = el("button", { type: "button", class: "btn btn-primary" }, CLOSE);
const dialog = el("dialog", { class: "dialog", "aria-labelledby": "keys-title" }, title, keysList(), el("div", { class: "dialog-foot" }, close));
close.addEventListener("click", () => dialog.close());
document.body.append(dialog);

document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || !isForPage(event)) return;
  event.preventDefault();
  dialog.showModal();
});
