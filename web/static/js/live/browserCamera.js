/** This browser's camera, whose pictures go to the server. */

import { cameraRefusal, chosenDevice } from "./browserDevices.js";
import { PushedVideo } from "./pushedVideo.js";
import * as texts from "../texts/live.js";

/** Pixels: as much as the landmark model looks at; more would only take longer. */
const MAX_WIDTH = 640;
/** Pixels that are asked of the camera, whose picture the person sees, too. */
const CAMERA_WIDTH = 1280;

function request() {
  const device = chosenDevice();
  // Not exactly: another camera is better than none where the chosen one is unplugged.
  const video = { width: { ideal: CAMERA_WIDTH }, ...(device && { deviceId: { ideal: device } }) };
  return navigator.mediaDevices.getUserMedia({ video, audio: false });
}

/** @param {Error} error */
function refusal(error) {
  return cameraRefusal(error, { none: texts.BROWSER_HAS_NO_CAMERA, busy: texts.BROWSER_CAMERA_IS_BUSY });
}

export class BrowserCamera extends PushedVideo {
  /**
   * @param {HTMLVideoElement} video where the picture shows
   * @param {() => void} [onEnd] called when the camera was taken away
   * @param {(sentence: string) => void} [onRefusal] called when the session takes no more pictures of an open camera
   */
  constructor(video, onEnd = () => undefined, onRefusal = () => undefined) {
    super(video, { source: "browser", maxWidth: MAX_WIDTH, isAskedFor: false, request, refusal }, onEnd, onRefusal);
  }
}
