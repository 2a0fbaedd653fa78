/** A video that this page has, its camera's or a shared window's: its newest picture goes to the server, one at a time. */

import { ask, socket } from "../shared/socket.js";
import { AWAY } from "../texts/shared.js";
import { penOf } from "../shared/dom.js";

const JPEG_QUALITY = 0.85;
/** Pictures a second. */
const MAX_RATE = 20;
/** For each observation of the session, so that none comes too late for it. */
const PICTURES_PER_OBSERVATION = 2;
/** For each look of the session at what moves, so that a metronome that is late now and then gives it enough of them. */
const PICTURES_PER_LOOK = 1.2;

export class PushedVideo {
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
   * @param {object} kind
   * @param {string} kind.source of the sessions that watch it
   * @param {number} kind.maxWidth pixels of the pictures that are sent
   * @param {boolean} kind.isAskedFor whether a person has to say each time that this page may have it
   * @param {() => Promise<MediaStream>} kind.request asks the browser for it
   * @param {(error: Error) => string} kind.refusal why there is none, as a sentence
   * @param {() => void} onEnd called when it was taken away
   * @param {(sentence: string) => void} onRefusal called when the session takes no more pictures while it is open
   */
  constructor(video, { source, maxWidth, isAskedFor, request, refusal }, onEnd, onRefusal) {
    this.video = video;
    this.source = source;
    this.maxWidth = maxWidth;
    this.isAskedFor = isAskedFor;
    this.request = request;
    this.refusal = refusal;
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

  /**
   * Open it; resolves to null, or to the sentence that says why there is none.
   * @returns {Promise<string | null>}
   */
  async open() {
    this.close();
    this.isHeld = false;
    try {
      this.#stream = await this.request();
      this.#stream.getVideoTracks()[0].addEventListener("ended", () => this.#end());
      this.video.srcObject = this.#stream;
      await this.video.play();
    } catch (error) {
      this.close();
      return this.refusal(error instanceof Error ? error : new Error(String(error)));
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

  /** Send nothing until `sendAt`, and stay open. */
  rest() {
    this.#setInterval(null);
  }

  close() {
    this.rest();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.video.srcObject = null;
  }

  /** It was taken away. */
  #end() {
    this.close();
    this.onEnd();
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
    if (this.#isSending || this.isHeld || !socket.connected || this.#interval === null || !this.video.videoWidth) return;
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
    const scale = Math.min(1, this.maxWidth / videoWidth);
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
