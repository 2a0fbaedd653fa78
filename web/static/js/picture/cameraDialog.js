/** A picture from this browser's camera: a dialog with a view and a shutter. The camera is open only while the dialog is. */

import { byId, penOf, showSentence } from "../shared/dom.js";
import { formatClock } from "../shared/format.js";

/** Pixels that are asked for; a camera gives what is nearest. */
const WANTED_WIDTH = 1920;
const JPEG_QUALITY = 0.95;

/** @type {Record<string, string>} */
const REFUSALS = {
  NotAllowedError: "The browser did not give its camera. Allow it (the camera sign beside the address), then try again.",
  NotFoundError: "The browser found no camera. Plug one in, or choose a picture.",
  NotReadableError: "The browser cannot use its camera: another program may hold it, or Mien itself on the page Now.",
};
const NO_CAMERA_HERE = "This browser gives its camera only to addresses of this machine or with https.";

const dialog = byId("camera-dialog", HTMLDialogElement);
const view = byId("camera-view", HTMLVideoElement);
const shutter = byId("shutter", HTMLButtonElement);
/** @type {MediaStream | null} */
let stream = null;

/** @param {(file: File) => void} onTaken called with each picture that was taken */
export function offerCamera(onTaken) {
  byId("open-camera").addEventListener("click", open);
  byId("camera-cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", closeCamera);
  shutter.addEventListener("click", async () => {
    const file = await takePicture();
    dialog.close();
    if (file) onTaken(file);
  });
}

async function open() {
  showProblem(null);
  shutter.disabled = true;
  dialog.showModal();
  if (!navigator.mediaDevices) return showProblem(NO_CAMERA_HERE);
  try {
    const opened = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: WANTED_WIDTH } }, audio: false });
    // The dialog may have been closed while the browser asked.
    if (!dialog.open) return stop(opened);
    stream = opened;
    opened.getVideoTracks()[0].addEventListener("ended", () => {
      shutter.disabled = true;
      showProblem("The camera was taken away. Close this and try again.");
    });
    view.srcObject = opened;
    await view.play();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return dialog.open && showProblem(REFUSALS[name] ?? `The browser did not give its camera (${message}).`);
  }
  if (!dialog.open) return;
  shutter.disabled = false;
  shutter.focus();
}

/** The picture of this moment as a JPEG, named by the time; null where the browser could not make one. */
async function takePicture() {
  shutter.disabled = true;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: view.videoWidth, height: view.videoHeight });
  penOf(canvas).drawImage(view, 0, 0);
  closeCamera();
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => {
    canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY);
  });
  const time = formatClock(Date.now() / 1000, true).replaceAll(":", ".");
  return blob && new File([blob], `camera ${time}.jpg`, { type: "image/jpeg" });
}

function closeCamera() {
  if (stream) stop(stream);
  stream = null;
  view.srcObject = null;
}

/** @param {MediaStream} opened */
function stop(opened) {
  for (const track of opened.getTracks()) track.stop();
}

/** @param {string | null} sentence in place of the view */
function showProblem(sentence) {
  showSentence(byId("camera-problem"), sentence);
  view.hidden = sentence !== null;
}
