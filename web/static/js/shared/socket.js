/** The line to the server. */

import { io } from "../../vendor/socket.io.esm.min.js";

/** Milliseconds to wait for an answer; opening a model takes one or two thousand on a slow machine. */
const PATIENCE = 10_000;

export const AWAY = "Mien does not answer. Is it still running in its terminal?";

/** A WebSocket from the start: browsers add their Origin to it, which the server checks. */
export const socket = io({ transports: ["websocket"] });

/** Be told at each connection, also of the one that came before a page's own script had loaded. */
export function onConnect(listener) {
  socket.on("connect", listener);
  if (socket.connected) listener();
}

/** Ask for something; resolves to the answer: {ok, error} and what else was asked for. */
export async function inquire(event, ...what) {
  try {
    return await socket.timeout(PATIENCE).emitWithAck(event, ...what);
  } catch {
    return { ok: false, error: AWAY };
  }
}

/** Ask for something; resolves to null when it is done, else to the sentence that says why not. */
export async function ask(event, ...what) {
  const answer = await inquire(event, ...what);
  return answer.ok ? null : answer.error;
}
