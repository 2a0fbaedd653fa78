/** An alert on any page: a strip of words that stays for a while, and a desktop notification while no page is in sight. */

import { byId, el, setText } from "../shared/dom.js";
import { EXPRESSIONS, UNCLEAR } from "../shared/constants.js";
import { emojiImage } from "../shared/format.js";
import { socket } from "../shared/socket.js";

/** @typedef {{ what: string, title: string, text: string }} Alert what: an expression, or what else is noticed */

/** Milliseconds that it stays, if it is not dismissed before. */
const DURATION = 20_000;
const strip = byId("alert-strip");
/** @type {number | undefined} */
let timer;

/** @param {Alert} alert */
function show({ what, title, text }) {
  clearTimeout(timer);
  // A sign beside the words: the expression's own, or dots for what has none.
  const sign = [...EXPRESSIONS, UNCLEAR].includes(what) ? emojiImage(what) : el("span", { class: "alert-dots" }, "…");
  byId("alert-sign").replaceChildren(sign);
  setText(byId("alert-words"), text);
  // Said once more where screen readers listen from the start: a region that appears is often not read.
  setText(byId("alert-announced"), text);
  strip.hidden = false;
  timer = setTimeout(dismiss, DURATION);
  dispatchEvent(new CustomEvent("mien-alert", { detail: { title, text } }));
  if (document.hidden) notify(title, text);
}

function dismiss() {
  clearTimeout(timer);
  strip.hidden = true;
  setText(byId("alert-announced"), "");
}

/**
 * Only if the person allowed it in Settings, and sees no page of Mien, whose strip says it already; one for however many pages
 * are open, which all give it the same name.
 * @param {string} title
 * @param {string} text
 */
async function notify(title, text) {
  if (!("Notification" in window) || Notification.permission !== "granted" || (await isAnyPageSeen())) return;
  // eslint-disable-next-line no-new -- making a notification shows it
  new Notification(title, { body: text, tag: "mien-alert", silent: true });
}

/** A page that is seen holds a lock, which all pages of this browser know of. */
const SEEN_LOCK = "mien-seen";
/** @type {(value?: unknown) => void} */
let release = () => undefined;

function updateSeenLock() {
  release();
  navigator.locks?.request(SEEN_LOCK, { mode: "shared" }, () => {
    if (document.hidden) return null;
    return new Promise((resolve) => {
      release = resolve;
    });
  });
}

const isAnyPageSeen = async () => (await navigator.locks?.query())?.held?.some(({ name }) => name === SEEN_LOCK);

document.addEventListener("visibilitychange", updateSeenLock);
updateSeenLock();

byId("alert-close").addEventListener("click", dismiss);
socket.on("alert", show);
