/** What goes on, as the server last said it, for every part of a page that wants to know. */

/** @import { CallView, State } from "./records.js" */

import * as texts from "../texts/shared.js";
import { ACTIVE_STATES } from "./constants.js";
import { socket } from "./socket.js";

/** @type {((state: State) => void)[]} */
const listeners = [];
/** @type {((call: CallView | null) => void)[]} */
const callListeners = [];
/** @type {CallView | null} */
let currentCall = null;
/** @type {State} */
let current = { kind: "connecting", message: "" };

/**
 * Be told now and at every change.
 * @param {(state: State) => void} listener
 */
export function onState(listener) {
  listeners.push(listener);
  listener(current);
}

/**
 * Be told of the call now and at every change; null while none is watched. A connection tells it at once, which may be before
 * the page's own script stands.
 * @param {(call: CallView | null) => void} listener
 */
export function onCall(listener) {
  callListeners.push(listener);
  listener(currentCall);
}

export const state = () => current;

/**
 * Whether there is something to pause or stop.
 * @param {Pick<State, "kind">} state
 */
export const isActive = ({ kind }) => ACTIVE_STATES.includes(kind);

/** @param {State} next */
function become(next) {
  current = next;
  for (const listener of listeners) listener(current);
}

socket.on("state", become);
// Without a value where no call is watched any more.
socket.on("call", (/** @type {CallView | null} */ next = null) => {
  currentCall = next;
  for (const listener of callListeners) listener(next);
});
socket.on("disconnect", () => become({ ...current, kind: "away", message: texts.AWAY }));
socket.on("connect_error", () => become({ ...current, kind: "away", message: texts.AWAY }));

/** @type {Record<string, string>} */
const TONES = { watching: "on", starting: "hold", paused: "hold", lost: "bad", failed: "bad", away: "bad" };

/**
 * What goes on, and why it is paused.
 * @param {State} state
 */
export const kindWords = ({ kind, paused_because: because }) => (kind === "paused" && because ? texts.pausedBecause(because) : texts.STATES[kind]);

/**
 * The state line: how things stand, in a few words.
 * @param {State} now
 */
export function stateWords(now) {
  const { kind, hz, faces, prior, fit, saving, message, limit, hand_on: device, is_call: isCall } = now;
  if (kind === "stopped" && message) return texts.stoppedAtLimit(limit ?? 0);
  if (!isActive({ kind })) return texts.STATES[kind];
  const parts = [
    kindWords(now),
    hz ? texts.hertz(hz) : texts.EVERY_FRAME,
    isCall && texts.WHO_AGREED,
    !isCall && (faces === "all" ? texts.ALL_FACES : texts.OWN_FACE),
    prior !== "default" && texts.priorIs(prior ?? ""),
    fit?.origin === "baseline" && texts.RESTING_FACE_COUNTS,
    device && texts.PICTURE_IS_SENT,
    saving,
  ];
  return parts.filter(Boolean).join(" · ");
}

/**
 * How the dot of the state line looks.
 * @param {State} state
 */
export const stateTone = ({ kind }) => TONES[kind] ?? "off";
