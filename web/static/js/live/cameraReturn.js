/** This tab remembers that its camera is watched, and goes on by itself after a reload or a lost connection. */

/** @import { ShowProblem, State } from "../shared/records.js" */
/** @import { BrowserCamera } from "./browserCamera.js" */

import { ask, onConnect, socket } from "../shared/socket.js";
import { onState, state } from "../shared/state.js";
import { AWAY } from "../shared/api.js";
import { isActive } from "../shared/state.js";

/** In sessionStorage, which belongs to this tab: the server's key of the camera, and the address of the page that has it. */
const KEY = "camera-key";
export const HOME = "camera-home";
/** Milliseconds within which the server notices that this tab's page before a reload is gone. */
const NOTICED = 2000;

/** @param {string | undefined} key of the server's answer; without one nothing is remembered */
export function rememberCamera(key) {
  if (!key) return;
  sessionStorage.setItem(KEY, key);
  sessionStorage.setItem(HOME, location.pathname);
}

export function forgetCamera() {
  sessionStorage.removeItem(KEY);
  sessionStorage.removeItem(HOME);
}
