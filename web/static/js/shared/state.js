/** What goes on, as the server last said it, for every part of a page that wants to know. */

/** @import { State } from "./records.js" */

import { AWAY } from "./api.js";
import { ACTIVE_STATES } from "./constants.js";
import { socket } from "./socket.js";

/** @type {((state: State) => void)[]} */
const listeners = [];
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
socket.on("disconnect", () => become({ ...current, kind: "away", message: AWAY }));
socket.on("connect_error", () => become({ ...current, kind: "away", message: AWAY }));

/** @type {Record<string, string>} */
const KIND_WORDS = {
  connecting: "connecting",
  idle: "not watching",
  starting: "starting",
  watching: "watching",
  paused: "paused",
  lost: "camera lost",
  stopped: "stopped",
  finished: "finished",
  failed: "stopped by an error",
  away: "Mien does not answer",
};
/** @type {Record<string, string>} */
const TONES = { watching: "on", starting: "hold", paused: "hold", lost: "bad", failed: "bad", away: "bad" };

/**
 * What goes on, and why it is paused.
 * @param {State} state
 */
export const kindWords = ({ kind, paused_because: because }) => (kind === "paused" && because ? `paused: ${because}` : KIND_WORDS[kind]);

/**
 * The state line: how things stand, in a few words.
 * @param {State} now
 */
export function stateWords(now) {
  const { kind, hz, faces, prior, fit, saving, message, limit, hand_on: device } = now;
  if (kind === "stopped" && message) return `stopped at its limit of ${limit} minutes`;
  if (!isActive({ kind })) return KIND_WORDS[kind];
  const parts = [
    kindWords(now),
    hz ? `${hz} Hz` : "every frame",
    faces === "all" ? "all faces" : "own face",
    prior !== "default" && `prior ${prior}`,
    fit?.origin === "baseline" && "resting face taken into account",
    device && "picture sent to a virtual camera",
    saving,
  ];
  return parts.filter(Boolean).join(" · ");
}

/**
 * How the dot of the state line looks.
 * @param {State} state
 */
export const stateTone = ({ kind }) => TONES[kind] ?? "off";
