/** Single keys: which there are, when they mean something, and the list that ? opens. */

import { el } from "./dom.js";

const KEYS = [
  ["?", "This list, on every page"],
  ["space", "Now: pause, and go on"],
  ["m", "Now: mark this moment"],
  ["k", "Now: say what this moment shows"],
  ["1 to 9", "Where a face is judged: say what it really shows"],
  ["Tab", "To the next button, link or field; the first of a page skips to its content"],
  ["Esc", "Close a question or this list"],
];
const TYPING = "input, select, textarea, [contenteditable]";
/** What space presses: the other keys are the page's there, too, for Start and Mark leave the focus on a button. */
const PRESSED = "button, summary, a";

const plain = (event) => !(event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
const on = () => document.documentElement.dataset.keys !== "off";
const open = () => document.querySelector("dialog[open]") !== null;

/** Whether a single key, pressed here, is meant for the page: never while typing, in a question, or when switched off. */
export function isForPage(event) {
  const busy = event.key === " " ? `${TYPING}, ${PRESSED}` : TYPING;
  return on() && plain(event) && !open() && !event.target.closest(busy);
}

export function keysList() {
  const rows = KEYS.flatMap(([key, what]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)]);
  return el("dl", { class: "keys-list" }, ...rows);
}

const title = el("h2", { class: "h2", id: "keys-title" }, "Keys");
const close = el("button", { type: "button", class: "btn btn-primary" }, "Close");
const dialog = el("dialog", { class: "eraser", "aria-labelledby": "keys-title" }, title, keysList(), el("div", { class: "eraser-foot" }, close));
close.addEventListener("click", () => dialog.close());
document.body.append(dialog);

document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || !on() || !plain(event) || open() || event.target.closest(TYPING)) return;
  event.preventDefault();
  dialog.showModal();
});
