/** What goes on, as the server last said it, for every part of a page that wants to know. */

import { AWAY, socket } from "./socket.js";

const listeners = [];
let current = { kind: "connecting", message: "" };

/** Be told now and at every change. */
export function onState(listener) {
  listeners.push(listener);
  listener(current);
}

export const state = () => current;

/** Whether there is something to pause or stop. */
export const isActive = ({ kind }) => ["starting", "watching", "paused", "lost"].includes(kind);

function become(next) {
  current = next;
  for (const listener of listeners) listener(current);
}

socket.on("state", become);
socket.on("disconnect", () => become({ ...current, kind: "away", message: AWAY }));
socket.on("connect_error", () => become({ ...current, kind: "away", message: AWAY }));

const WORDS = {
  connecting: "connecting",
  idle: "not watching",
  starting: "starting",
  watching: "watching",
  paused: "paused",
  lost: "camera lost",
  stopped: "stopped",
  finished: "finished",
  failed: "could not watch",
  away: "Mien does not answer",
};
const TONES = { watching: "on", starting: "hold", paused: "hold", lost: "bad", failed: "bad", away: "bad" };

/** The state line: how things stand, in a few words. */
export function inWords({ kind, hz, faces, prior, fit, saving, message, paused_because: because, limit, hand_on: device }) {
  if (kind === "stopped" && message) return `stopped at its limit of ${limit} minutes`;
  if (!isActive({ kind })) return WORDS[kind];
  const how = kind === "paused" && because ? `paused: ${because}` : WORDS[kind];
  const often = hz ? `${hz} Hz` : "every frame";
  const whose = faces === "all" ? "all faces" : "own face";
  const leaning = prior === "default" ? [] : [`prior ${prior}`];
  const resting = fit?.origin === "baseline" ? ["resting face taken into account"] : [];
  const onward = device ? ["picture handed on"] : [];
  return [how, often, whose, ...leaning, ...resting, ...onward, saving].join(" · ");
}

export const tone = ({ kind }) => TONES[kind] ?? "off";
