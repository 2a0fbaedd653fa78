/** Zoom around the page: its video off pauses the session, its meeting gives it a title, its notes carry the alerts. */

/** @import { State } from "../shared/records.js" */

import { byId, setText } from "../shared/dom.js";
import { isActive, onState, state } from "../shared/state.js";
import { command } from "../shared/socket.js";
import { LIMITS } from "../shared/constants.js";
import * as texts from "../texts/live.js";

const LIBRARY = "/static/vendor/zoomAppsSdk.es.js";
const VERSION = "0.16";
/** The pause that is ours, told by its reason: it alone is ended when Zoom's video is back. */
const VIDEO_IS_OFF = texts.ZOOM_VIDEO_IS_OFF;
/** Zoom's names for what is used here. */
const CAPABILITIES = ["onMyMediaChange", "getMeetingContext", "showNotification", "onRunningContextChange"];

/** @type {any} */
let zoom = null;
/** @type {string[]} */
let unsupported = [];
/** @type {Set<string>} */
const failing = new Set();
/**
 * Whether Zoom's video is on, null as long as it has not said.
 * @type {boolean | null}
 */
let isVideoOn = null;
/** Its video went off while nobody knew yet whether anything is watched. */
let isPauseOwed = false;
/** @type {string | null} */
let topic = null;
/**
 * The session that was given the meeting's name: a person who takes that away has the last word.
 * @type {string | null}
 */
let titledSession = null;

function showWords() {
  if (!zoom) return;
  const lacking = CAPABILITIES.filter((name) => unsupported.includes(name) || failing.has(name));
  const missing = lacking.map((name) => texts.ZOOM_CAPABILITIES[name]);
  setText(byId("zoom-words"), texts.linkedWithZoom(!unsupported.includes("onMyMediaChange"), missing));
}

/**
 * What Zoom answers; null where it does not.
 * @param {string} name
 * @param {...unknown} values
 */
async function call(name, ...values) {
  if (unsupported.includes(name)) return null;
  try {
    const answer = await zoom[name](...values);
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
    const why = error instanceof Error ? error.message : String(error);
    setText(byId("zoom-words"), texts.notLinkedWithZoom(why));
    return;
  }
  if (!unsupported.includes("onMyMediaChange")) zoom.onMyMediaChange((/** @type {any} */ { media }) => followVideo(media));
  if (!unsupported.includes("onRunningContextChange")) zoom.onRunningContextChange(configureAgain);
  addEventListener("mien-alert", (event) => {
    if (!(event instanceof CustomEvent)) return;
    const { title, text } = event.detail;
    call("showNotification", { type: "info", title, message: text });
  });
  onState(act);
  learnTopic();
}

/**
 * Zoom's own first step; it also says how its video stands, in a meeting.
 * @param {any} library
 */
async function configure(library) {
  const answer = await library.config({ capabilities: CAPABILITIES, version: VERSION });
  unsupported = answer.unsupportedApis ?? [];
  followVideo(answer.media);
}

/** Elsewhere in Zoom, as when a meeting begins, it wants to be asked anew. */
async function configureAgain() {
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
  const words = context?.meetingTopic?.replace(/\s+/g, " ").trim() ?? "";
  // By whole characters: half an emoji cannot be stored.
  topic = [...words].slice(0, LIMITS.lineLetters).join("") || null;
  showWords();
  act(state());
}

/**
 * The event also tells of the microphone, and of another camera: then it says nothing of the video's being on.
 * @param {{ video?: { state?: boolean } } | undefined} media
 */
function followVideo(media) {
  const isOn = media?.video?.state;
  if (typeof isOn !== "boolean") return;
  isVideoOn = isOn;
  isPauseOwed = !isOn;
  act(state());
}

/**
 * Do what the state calls for, whichever came first: it, or Zoom's word.
 * @param {State} now
 */
function act(now) {
  if (isPauseOwed && !["connecting", "away"].includes(now.kind)) {
    isPauseOwed = false;
    if (isActive(now) && now.kind !== "paused") command("pause", VIDEO_IS_OFF);
  }
  // A browser's camera can be opened again only where it was: by hand.
  if (isVideoOn && now.kind === "paused" && now.paused_because === VIDEO_IS_OFF && now.source !== "browser") command("resume");
  if (topic && isActive(now) && now.session && now.session !== titledSession) {
    titledSession = now.session;
    if (!now.title) command("title", topic);
  }
}

link();
