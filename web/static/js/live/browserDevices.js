/** Which of this browser's cameras is used; browsers tell their names only to a page that once got a camera. */

import { CAMERA_NOT_ALLOWED, CAMERA_ONLY_HERE, cameraRefused } from "../texts/shared.js";
import { el } from "../shared/dom.js";

/** Where this browser remembers the camera that was chosen. */
const REMEMBERED = "browser-camera";

/** The browser's own id of the chosen camera; empty as long as none was chosen. */
export const chosenDevice = () => localStorage.getItem(REMEMBERED) ?? "";

/** @param {string} device */
export const chooseDevice = (device) => localStorage.setItem(REMEMBERED, device);

/**
 * Offer the cameras by name, where there is a choice.
 * @param {HTMLSelectElement} select
 */
export async function offerDevices(select) {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const named = devices.filter(({ kind, label, deviceId }) => kind === "videoinput" && label && deviceId);
  select.replaceChildren(...named.map(({ deviceId, label }) => el("option", { value: deviceId }, label)));
  if (named.some(({ deviceId }) => deviceId === chosenDevice())) select.value = chosenDevice();
  select.hidden = named.length < 2;
}

/**
 * Why the browser gave no camera, as a sentence.
 * @param {Error} error what getUserMedia threw
 * @param {{ none: string, busy: string }} sentences where there is no camera, and where another program holds it
 */
export function cameraRefusal({ name, message }, { none, busy }) {
  if (!navigator.mediaDevices) return CAMERA_ONLY_HERE;
  /** @type {Record<string, string>} */
  const known = { NotAllowedError: CAMERA_NOT_ALLOWED, NotFoundError: none, NotReadableError: busy };
  return known[name] ?? cameraRefused(message);
}
