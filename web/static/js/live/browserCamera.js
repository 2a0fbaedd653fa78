/** This browser's camera: its newest picture goes to the server, one at a time. */

import { ask } from "../shared/socket.js";

/** As much as the landmark model looks at; more would only take longer. */
const WIDTH = 640;
const QUALITY = 0.85;
/** Pictures a second at most, and at each beat of the session two, so that none comes too late for it. */
const FASTEST = 20;
const A_BEAT = 2;
/** For each look of the session at what moves, so that a metronome that is late now and then gives it enough of them. */
const A_LOOK = 1.2;

const REFUSALS = {
  NotAllowedError: "The browser did not give its camera. Allow it (the camera sign beside the address), then press Start.",
  NotFoundError: "The browser found no camera. Plug one in, or choose a file or the demo.",
  NotReadableError: "The browser cannot use its camera: another program may hold it. Close that, then press Start.",
};

export class BrowserCamera {
  #stream = null;
  #metronome = new Worker(new URL("metronome.js", import.meta.url));
  #sending = false;
  #between = null;
  #canvas = document.createElement("canvas");

  /** video: where the picture shows; ended: called when the camera was taken away. */
  constructor(video, ended) {
    this.video = video;
    this.ended = ended;
    this.#metronome.onmessage = () => this.#send();
  }

  get isOpen() {
    return this.#stream !== null;
  }

  /** Width of the pictures that are sent, which is the measure of the boxes that come back. */
  get size() {
    return { width: this.#canvas.width, height: this.#canvas.height };
  }

  /** Ask for the camera; resolves to null, or to the sentence that says why there is none. */
  async open() {
    this.close();
    if (!navigator.mediaDevices) return "This browser gives its camera only to addresses of this machine or with https.";
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 } }, audio: false });
      this.#stream.getVideoTracks()[0].addEventListener("ended", () => this.ended());
      this.video.srcObject = this.#stream;
      await this.video.play();
    } catch (error) {
      this.close();
      return REFUSALS[error.name] ?? `The browser did not give its camera (${error.message}).`;
    }
    return null;
  }

  /** Send from now on, for a session of so many observations a second, and so many looks at what moves between them. */
  sendAt(hz, looks = 0) {
    this.#beat(1000 / Math.min(FASTEST, Math.max(A_BEAT * (hz || FASTEST), A_LOOK * looks)));
  }

  close() {
    this.#beat(null);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = this.video.srcObject = null;
  }

  /** Milliseconds between two pictures, or null for none; the same again would only put the next one off. */
  #beat(milliseconds) {
    if (milliseconds !== this.#between) this.#metronome.postMessage(milliseconds);
    this.#between = milliseconds;
  }

  /** The picture of this moment, unless the one before is still on its way. */
  async #send() {
    if (this.#sending || !this.isOpen || !this.video.videoWidth) return;
    this.#sending = true;
    try {
      const picture = await this.#picture();
      // The session may have been stopped meanwhile.
      if (picture && this.isOpen && (await ask("frame", picture)) !== null) this.close();
    } finally {
      this.#sending = false;
    }
  }

  /** Null where the browser could not make one, as when it is short of memory: the next may go well. */
  async #picture() {
    const { videoWidth, videoHeight } = this.video;
    const scale = Math.min(1, WIDTH / videoWidth);
    const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    this.#canvas.getContext("2d").drawImage(this.video, 0, 0, width, height);
    const blob = await new Promise((done) => this.#canvas.toBlob(done, "image/jpeg", QUALITY));
    return blob && blob.arrayBuffer();
  }
}
