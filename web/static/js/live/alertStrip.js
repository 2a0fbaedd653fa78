/** A gentle cue on any page: a strip of words that stays for a while, and a desktop notification while the page is out of sight. */

import { byId, el, say } from "../shared/dom.js";
import { socket } from "../shared/socket.js";
import { emojiImage, EXPRESSIONS, UNCLEAR } from "../shared/format.js";

/** Milliseconds that it stays, if it is not dismissed before. */
const STAYS = 20_000;
const strip = byId("cue");
let timer = null;

/** Shape beside the words: the expression's own sign, or dots for what has none. */
function shape(what) {
  return [...EXPRESSIONS, UNCLEAR].includes(what) ? emojiImage(what) : el("span", { class: "cue-dots" }, "…");
}

function show({ what, title, text }) {
  clearTimeout(timer);
  byId("cue-shape").replaceChildren(shape(what));
  say(byId("cue-words"), text);
  // Said once more where screen readers listen from the start: a region that appears is often not read.
  say(byId("cue-said"), text);
  strip.hidden = false;
  timer = setTimeout(dismiss, STAYS);
  dispatchEvent(new CustomEvent("cue", { detail: { title, text } }));
  if (document.hidden) notify(title, text);
}

function dismiss() {
  clearTimeout(timer);
  strip.hidden = true;
  say(byId("cue-said"), "");
}

/**
 * Only if the person allowed it in Settings, and sees no page of Mien, whose strip says it already; one for however many pages
 * are open, which all give it the same name.
 */
async function notify(title, text) {
  if (!("Notification" in window) || Notification.permission !== "granted" || (await someIsSeen())) return;
  new Notification(title, { body: text, tag: "mien-cue", silent: true });
}

/** A page that is seen holds a lock, which all pages of this browser know of. */
const SEEN = "mien-seen";
let unsee = () => {};

function tellWhetherSeen() {
  unsee();
  navigator.locks?.request(SEEN, { mode: "shared" }, () => !document.hidden && new Promise((done) => (unsee = done)));
}

const someIsSeen = async () => (await navigator.locks?.query())?.held.some(({ name }) => name === SEEN);

document.addEventListener("visibilitychange", tellWhetherSeen);
tellWhetherSeen();

byId("cue-close").addEventListener("click", dismiss);
socket.on("cue", show);
