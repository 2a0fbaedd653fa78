/** Zoom around the page: its video off pauses the watch, its meeting gives the session a title, its notes carry the cues. */

import { byId, say } from "../shared/dom.js";
import { ask } from "../shared/socket.js";
import { isActive, onState, state } from "../shared/state.js";

const LIBRARY = new URL("../../vendor/zoomAppsSdk.es.js", import.meta.url);
const VERSION = "0.16";
/** The pause that is ours, told by its reason: it alone is ended when Zoom's video is back. */
const BECAUSE = "Zoom's video is off";
/** Characters: the server takes a title of so many. */
const LONGEST_TITLE = 200;

/** Zoom's names for what is used here, and what is missed where it does not offer them. */
const USED = {
  onMyMediaChange: "pause when its video is off",
  getMeetingContext: "tell the meeting's name",
  showNotification: "show cues in a note of its own",
  onRunningContextChange: "tell when a meeting begins",
};

let zoom = null;
let unsupported = [];
const failing = new Set();
/** Whether Zoom's video is on, null as long as it has not said. */
let video = null;
/** Its video went off while nobody knew yet whether anything is watched. */
let owed = false;
let topic = null;
/** The session that was given the meeting's name: a person who takes that away has the last word. */
let named = null;

function showWords() {
  if (!zoom) return;
  const lacking = Object.keys(USED).filter((name) => unsupported.includes(name) || failing.has(name));
  const cannot = lacking.map((name) => USED[name]).join(", or ");
  const able = unsupported.includes("onMyMediaChange") ? "" : " Turning Zoom's video off pauses Mien.";
  say(byId("zoom-words"), `Linked with Zoom.${able}${cannot ? ` Here it does not ${cannot}.` : ""}`);
}

/** What Zoom answers; null where it does not. */
async function call(name, ...what) {
  if (unsupported.includes(name)) return null;
  try {
    const answer = await zoom[name](...what);
    failing.delete(name);
    return answer;
  } catch {
    failing.add(name);
    return null;
  } finally {
    showWords();
  }
}

async function link() {
  try {
    // The library is kept where no promise hands it on: it answers to every name, so that one would take it for a promise.
    const library = await import(LIBRARY);
    await configure(library.default);
    zoom = library.default;
  } catch (error) {
    say(byId("zoom-words"), `Not linked with Zoom, so its video does not pause Mien here (${error.message}).`);
    return;
  }
  if (!unsupported.includes("onMyMediaChange")) zoom.onMyMediaChange(({ media }) => follow(media));
  if (!unsupported.includes("onRunningContextChange")) zoom.onRunningContextChange(again);
  addEventListener("cue", ({ detail: { title, text } }) => call("showNotification", { type: "info", title, message: text }));
  onState(settle);
  learnTopic();
}

/** Zoom's own first step; it also says how its video stands, in a meeting. */
async function configure(library) {
  const told = await library.config({ capabilities: Object.keys(USED), version: VERSION });
  unsupported = told.unsupportedApis ?? [];
  follow(told.media);
}

/** Elsewhere in Zoom, as when a meeting begins, it wants to be asked anew. */
async function again() {
  try {
    await configure(zoom);
    failing.delete("onRunningContextChange");
  } catch {
    failing.add("onRunningContextChange");
  }
  learnTopic();
}

async function learnTopic() {
  const context = await call("getMeetingContext");
  topic = context?.meetingTopic?.replace(/\s+/g, " ").trim() ?? "";
  // By whole characters: half an emoji cannot be stored.
  topic = [...topic].slice(0, LONGEST_TITLE).join("") || null;
  showWords();
  settle(state());
}

/** The event also tells of the microphone, and of another camera: then it says nothing of the video's being on. */
function follow(media) {
  const on = media?.video?.state;
  if (typeof on !== "boolean") return;
  video = on;
  owed = !on;
  settle(state());
}

/** What the state calls for, whichever came first: it, or Zoom's word. */
function settle(now) {
  if (owed && !["connecting", "away"].includes(now.kind)) {
    owed = false;
    if (isActive(now) && now.kind !== "paused") ask("pause", BECAUSE);
  }
  // A browser's camera can be opened again only where it was: by hand.
  if (video && now.kind === "paused" && now.paused_because === BECAUSE && now.source !== "browser") ask("resume");
  if (topic && isActive(now) && now.session && now.session !== named) {
    named = now.session;
    if (!now.title) ask("title", topic);
  }
}

link();
