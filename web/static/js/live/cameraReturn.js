/** This tab remembers that its camera is watched, and goes on by itself after a reload or a lost connection. */

/** @import { ShowProblem, State } from "../shared/records.js" */
/** @import { BrowserCamera } from "./browserCamera.js" */

import { ask, onConnect, socket } from "../shared/socket.js";
import { isActive, onState, state } from "../shared/state.js";
import { AWAY } from "../texts/shared.js";

/** In sessionStorage, which belongs to this tab: the server's key of the camera, and the path of the page that has it. */
const KEY = "camera-key";
const HOME = "camera-home";
/** Of this page: the address bar may have that of a visited one. */
const ownPath = location.pathname;
/** Milliseconds within which the server notices that this tab's page before a reload is gone. */
const NOTICED = 2000;

/** @param {string | undefined} key of the server's answer; without one there is nothing to remember */
export function rememberCamera(key) {
  if (!key) return;
  sessionStorage.setItem(KEY, key);
  sessionStorage.setItem(HOME, ownPath);
}

export function forgetCamera() {
  sessionStorage.removeItem(KEY);
  sessionStorage.removeItem(HOME);
}

/**
 * From now on the camera is taken up again whenever the session waits for it, and leaving the page asks first while it is open.
 * @param {BrowserCamera} camera
 * @param {ShowProblem} showProblem called with the reason if the camera cannot go on
 */
export function connectReturn(camera, showProblem) {
  addEventListener("beforeunload", (event) => {
    if (camera.isOpen) event.preventDefault();
  });
  let isReturning = false;

  async function takeUpAgain() {
    if (isReturning) return;
    isReturning = true;
    try {
      const refusal = (camera.isOpen ? null : await camera.open()) ?? (await reclaim(camera));
      if (refusal === null || refusal === AWAY) return;
      camera.close();
      forgetCamera();
      showProblem(refusal);
    } finally {
      isReturning = false;
    }
  }

  socket.on("disconnect", () => {
    camera.isHeld = true;
  });
  onConnect(() => {
    if (camera.isOpen) takeUpAgain();
  });
  onState((now) => {
    if (camera.isOpen || !sessionStorage.getItem(KEY) || ["connecting", "away"].includes(now.kind)) return;
    if (now.camera_away) takeUpAgain();
    else if (!isActive(now) || now.kind === "paused") forgetCamera();
    else setTimeout(() => forgetUnless(camera), NOTICED);
  });
}

/**
 * Ask for the session that watches this tab's camera; resolves to null, or to the sentence that says why not.
 * @param {BrowserCamera} camera
 */
async function reclaim(camera) {
  const { ok, error, camera: key } = await ask("reclaim", sessionStorage.getItem(KEY) ?? "");
  if (!ok) return error ?? AWAY;
  rememberCamera(key);
  camera.isHeld = false;
  return null;
}

/**
 * The session goes on without this tab: it has another page's camera.
 * @param {BrowserCamera} camera
 */
function forgetUnless(camera) {
  if (!camera.isOpen && !state().camera_away) forgetCamera();
}
