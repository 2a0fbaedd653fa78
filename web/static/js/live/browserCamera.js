/** This browser's camera: its newest picture goes to the server, one at a time. */

import { ask, socket } from "../shared/socket.js";
import { AWAY, CAMERA_NOT_ALLOWED, CAMERA_ONLY_HERE, cameraRefused } from "../texts/shared.js";
import { chosenDevice } from "./browserDevices.js";
import { penOf } from "../shared/dom.js";
import * as texts from "../texts/live.js";

/** Pixels: as much as the landmark model looks at; more would only take longer. */
const MAX_WIDTH = 640;
/** Pixels that are asked of the camera, whose picture the person sees, too. */
const CAMERA_WIDTH = 1280;
const JPEG_QUALITY = 0.85;
/** Pictures a second. */
const MAX_RATE = 20;
/** For each observation of the session, so that none comes too late for it. */
const PICTURES_PER_OBSERVATION = 2;
/** For each look of the session at what moves, so that a metronome that is late now and then gives it enough of them. */
const PICTURES_PER_LOOK = 1.2;

/** @type {Record<string, string>} */
const REFUSALS = {
  NotAllowedError: CAMERA_NOT_ALLOWED,
  NotFoundError: texts.BROWSER_HAS_NO_CAMERA,
  NotReadableError: texts.BROWSER_CAMERA_IS_BUSY,
};

export class BrowserCamera {
  /** @type {MediaStream | null} */
  #stream = null;
  #metronome = new Worker(new URL("metronome.js", import.meta.url));
  #isSending = false;
  /** @type {number | null} */
  #interval = null;
  #canvas = document.createElement("canvas");
  /** Whether pictures wait, because the server may not know this page any more under the name that its connection has. */
  isHeld = false;

  /**
   * @param {HTMLVideoElement} video where the picture shows
   * @param {() => void} onEnd called when the camera was taken away
   * @param {(sentence: string) => void} [onRefusal] called when the session takes no more pictures of an open camera
   */
  constructor(video, onEnd, onRefusal = () => undefined) {
    this.video = video;
    this.onEnd = onEnd;
    this.onRefusal = onRefusal;
    this.#metronome.onmessage = () => this.#send();
  }

  get isOpen() {
    return this.#stream !== null;
  }

  /** Pixels of the pictures that are sent, which is the measure of the boxes that come back. */
  get size() {
    return { width: this.#canvas.width, height: this.#canvas.height };
  }

  /** Ask for the camera; resolves to null, or to the sentence that says why there is none. */
  async open() {
    this.close();
    if (!navigator.mediaDevices) return CAMERA_ONLY_HERE;
    this.isHeld = false;
    const device = chosenDevice();
    try {
      // Not exactly: another camera is better than none where the chosen one is unplugged.
      const video = { width: { ideal: CAMERA_WIDTH }, ...(device && { deviceId: { ideal: device } }) };
      this.#stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
      this.#stream.getVideoTracks()[0].addEventListener("ended", () => this.onEnd());
      this.video.srcObject = this.#stream;
      await this.video.play();
    } catch (error) {
      this.close();
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return REFUSALS[name] ?? cameraRefused(message);
    }
    return null;
  }

  /**
   * Send from now on.
   * @param {number} hz observations a second of the session; 0 is every picture
   * @param {number} looks a second at what moves, between them
   */
  sendAt(hz, looks = 0) {
    const rate = Math.max(PICTURES_PER_OBSERVATION * (hz || MAX_RATE), PICTURES_PER_LOOK * looks);
    this.#setInterval(1000 / Math.min(MAX_RATE, rate));
  }

  close() {
    this.#setInterval(null);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.video.srcObject = null;
  }

  /**
   * The same again would only put the next picture off.
   * @param {number | null} milliseconds between two pictures; null for none
   */
  #setInterval(milliseconds) {
    if (milliseconds !== this.#interval) this.#metronome.postMessage(milliseconds);
    this.#interval = milliseconds;
  }

  /** The picture of this moment, unless the one before is still on its way. */
  async #send() {
    if (this.#isSending || this.isHeld || !socket.connected || !this.isOpen || !this.video.videoWidth) return;
    this.#isSending = true;
    try {
      const picture = await this.#takePicture();
      if (picture && this.isOpen) await this.#deliver(picture);
    } finally {
      this.#isSending = false;
    }
  }

  /**
   * A picture that is lost on the way is nothing: the next may arrive. A refusal is final, unless the connection ended meanwhile.
   * @param {ArrayBuffer} picture
   */
  async #deliver(picture) {
    const { ok, error = AWAY } = await ask("frame", picture);
    // The session may have been stopped meanwhile.
    if (ok || error === AWAY || this.isHeld || !this.isOpen) return;
    this.close();
    this.onRefusal(error);
  }

  /** A JPEG; null where the browser could not make one, as when it is short of memory: the next may go well. */
  async #takePicture() {
    const { videoWidth, videoHeight } = this.video;
    const scale = Math.min(1, MAX_WIDTH / videoWidth);
    const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    penOf(this.#canvas).drawImage(this.video, 0, 0, width, height);
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => {
      this.#canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY);
    });
    return blob && blob.arrayBuffer();
  }
}
