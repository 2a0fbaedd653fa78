/** This tab remembers that its camera or shared window is watched, and goes on by itself where it can after a loss. */

/** @import { ShowProblem, State } from "../shared/records.js" */
/** @import { PushedVideo } from "./pushedVideo.js" */

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
 * From now on a video is taken up again whenever the session waits for it, and leaving the page asks first while one is open.
 * @param {PushedVideo[]} videos
 * @param {ShowProblem} showProblem called with the reason if one cannot go on
 */
export function connectReturn(videos, showProblem) {
  const openVideo = () => videos.find(({ isOpen }) => isOpen);
  addEventListener("beforeunload", (event) => {
    if (openVideo()) event.preventDefault();
  });
  let isReturning = false;

  async function takeUpAgain(/** @type {PushedVideo} */ video) {
    if (isReturning) return;
    isReturning = true;
    try {
      const refusal = (video.isOpen ? null : await video.open()) ?? (await reclaim(video));
      if (refusal === null || refusal === AWAY) return;
      video.close();
      forgetCamera();
      showProblem(refusal);
    } finally {
      isReturning = false;
    }
  }

  socket.on("disconnect", () => {
    for (const video of videos) video.isHeld = true;
  });
  onConnect(() => {
    const video = openVideo();
    if (video) takeUpAgain(video);
  });
  onState((now) => {
    if (openVideo() || !sessionStorage.getItem(KEY) || ["connecting", "away"].includes(now.kind)) return;
    const video = videos.find(({ source, isAskedFor }) => source === now.source && !isAskedFor);
    if (now.camera_away && video) takeUpAgain(video);
    else if (!isActive(now) || now.kind === "paused") forgetCamera();
    else setTimeout(() => !openVideo() && !state().camera_away && forgetCamera(), NOTICED);
  });
}

/**
 * Ask for the session that watches this tab's video; resolves to null, or to the sentence that says why not.
 * @param {PushedVideo} video
 */
async function reclaim(video) {
  const { ok, error, camera: key } = await ask("reclaim", sessionStorage.getItem(KEY) ?? "");
  if (!ok) return error ?? AWAY;
  rememberCamera(key);
  video.isHeld = false;
  return null;
}
