/** The live connection to the server. */

/** @import { Answer } from "./records.js" */

// First: it listens before Socket.IO does.
import "./offline.js";
import { AWAY } from "../texts/shared.js";
import { io } from "/static/vendor/socket.io.esm.min.js";

/** Milliseconds to wait for an answer; opening a model takes one or two thousand on a slow machine. */
const ANSWER_TIMEOUT = 10_000;

/** Milliseconds: a session may be waiting for this page's camera. */
const LONGEST_RECONNECTION_DELAY = 2000;

/** A WebSocket from the start: browsers add their Origin to it, which the server checks. */
export const socket = io({ transports: ["websocket"], reconnectionDelayMax: LONGEST_RECONNECTION_DELAY });

/**
 * Be told at each connection, also of the one that came before a page's own script had loaded.
 * @param {() => void} listener
 */
export function onConnect(listener) {
  socket.on("connect", listener);
  if (socket.connected) listener();
}

/**
 * Ask for something; resolves to the answer: ok, error (a sentence), and what else was asked for.
 * @param {string} event
 * @param {...unknown} values
 * @returns {Promise<Answer>}
 */
export async function ask(event, ...values) {
  try {
    return await socket.timeout(ANSWER_TIMEOUT).emitWithAck(event, ...values);
  } catch {
    return { ok: false, error: AWAY };
  }
}

/**
 * Have something done; resolves to null when it is, else to the sentence that says why not.
 * @param {string} event
 * @param {...unknown} values
 * @returns {Promise<string | null>}
 */
export async function command(event, ...values) {
  const { ok, error } = await ask(event, ...values);
  return ok ? null : (error ?? AWAY);
}
