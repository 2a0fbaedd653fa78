/** A picture from this browser's camera: a dialog with a view and a shutter. The camera is open only while the dialog is. */

import { cameraRefusal, chooseDevice, chosenDevice, offerDevices } from "../live/browserDevices.js";
import { byId, penOf, showSentence } from "../shared/dom.js";
import { formatClock } from "../shared/format.js";
import * as texts from "../texts/picture.js";

/** Pixels that are asked for; a camera gives what is nearest. */
const WANTED_WIDTH = 1920;
const JPEG_QUALITY = 0.95;

/** Why there is no picture. */
const REFUSALS = { none: texts.BROWSER_HAS_NO_CAMERA, busy: texts.BROWSER_CAMERA_IS_BUSY };

const dialog = byId("camera-dialog", HTMLDialogElement);
const view = byId("camera-view", HTMLVideoElement);
const shutter = byId("shutter", HTMLButtonElement);
const choice = byId("camera-choice", HTMLSelectElement);
/** @type {MediaStream | null} */
let stream = null;
/** Grows whenever the camera is closed: what was being opened before is not wanted any more. */
let closed = 0;

/** @param {(file: File) => void} onTaken called with each picture that was taken */
export function offerCamera(onTaken) {
  byId("open-camera").addEventListener("click", async () => {
    dialog.showModal();
    if (await openCamera()) shutter.focus();
  });
  choice.addEventListener("change", () => {
    chooseDevice(choice.value);
    openCamera();
  });
  byId("camera-cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", closeCamera);
  shutter.addEventListener("click", async () => {
    const file = await takePicture();
    dialog.close();
    if (file) onTaken(file);
  });
}

/** Open the chosen camera, or another one where that is unplugged; resolves to whether the shutter can be pressed. */
async function openCamera() {
  closeCamera();
  showProblem(null);
  shutter.disabled = true;
  if (await showCamera()) shutter.disabled = false;
  return !shutter.disabled;
}

async function showCamera() {
  const [device, before] = [chosenDevice(), closed];
  try {
    const video = { width: { ideal: WANTED_WIDTH }, ...(device && { deviceId: { ideal: device } }) };
    const opened = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    // The dialog may have been closed, or another camera chosen, while the browser asked.
    if (closed !== before) {
      stop(opened);
      return false;
    }
    stream = opened;
    opened.getVideoTracks()[0].addEventListener("ended", () => {
      shutter.disabled = true;
      showProblem(texts.CAMERA_GONE);
    });
    view.srcObject = opened;
    await view.play();
    await offerDevices(choice);
    choice.value = opened.getVideoTracks()[0].getSettings().deviceId ?? choice.value;
  } catch (error) {
    if (closed === before) showProblem(cameraRefusal(error instanceof Error ? error : new Error(String(error)), REFUSALS));
    return false;
  }
  return closed === before;
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
  return blob && new File([blob], texts.fileName(time), { type: "image/jpeg" });
}

function closeCamera() {
  closed += 1;
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
