/** A window that a person shares with this page by the browser's own question, whose pictures go to the server. */

import { PushedVideo } from "./pushedVideo.js";
import * as texts from "../texts/callSources.js";

/** Pixels: in a gallery of 25 a face is then some 50 of them wide, about what the model looks at; of 640 it would be 20. */
const MAX_WIDTH = 1600;
/** Pictures a second: as many as movements need. */
const FRAME_RATE = 15;

/** @type {Record<string, string>} */
const REFUSALS = {
  NotAllowedError: texts.NOTHING_SHARED,
  AbortError: texts.NOTHING_SHARED,
  NotFoundError: texts.NO_WINDOW_TO_SHARE,
  NotReadableError: texts.SYSTEM_SHARES_NOTHING,
};

function request() {
  // Not Mien's own tab, and no change of what is shared behind our back: who agreed did so for what was chosen.
  const wish = { selfBrowserSurface: "exclude", surfaceSwitching: "exclude" };
  return navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: FRAME_RATE } }, audio: false, ...wish });
}

/** @param {Error} error */
function refusal({ name, message }) {
  if (!navigator.mediaDevices?.getDisplayMedia) return texts.CANNOT_SHARE;
  return REFUSALS[name] ?? texts.sharingRefused(message);
}

export class SharedWindow extends PushedVideo {
  /**
   * @param {() => void} [onEnd] called when the window was closed, or the person ended sharing
   * @param {(sentence: string) => void} [onRefusal] called when the session takes no more pictures of a shared window
   */
  constructor(onEnd = () => undefined, onRefusal = () => undefined) {
    // Outside the page: who shares a window sees it anyway.
    const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
    super(video, { source: "window", maxWidth: MAX_WIDTH, isAskedFor: true, request, refusal }, onEnd, onRefusal);
  }
}
