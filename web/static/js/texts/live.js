/** What the page Now says, with its small view, the card after Stop, and Zoom around it. */

import { plural } from "./plural.js";

// What to watch

/**
 * What Start starts, by the kind of the source.
 * @type {Record<string, string>}
 */
export const START = {
  camera: "Start my camera",
  browser: "Start my camera",
  screen: "Start watching the screen",
  other: "Start the file or address",
  fake: "Start the demo",
};
export const NO_CAMERA = "No camera was found. Plug one in and come back to this page.";
export const virtualCamera = (/** @type {string} */ camera) => `${camera} (virtual)`;
export const BROWSER_CAMERA_ASKS = "This browser's camera: it asks for your permission first.";
export const cameraIs = (/** @type {string} */ camera) => `${camera}.`;

// The browser's camera

export const BROWSER_HAS_NO_CAMERA = "The browser found no camera. Plug one in, or choose a file or the demo.";
export const BROWSER_CAMERA_IS_BUSY = "The browser cannot use its camera: another program may hold it. Close that, then try again.";
/** Why a session is paused, for the state line. */
export const CAMERA_STOPPED = "the browser's camera stopped";
export const CAMERA_STOPPED_RESUME = "The browser's camera stopped. Check its plug, then press Resume.";

// The picture

/**
 * In the place of the picture, by the kind of the state.
 * @type {Record<string, string>}
 */
export const WITHOUT_PICTURE = { starting: "Starting …", paused: "Paused: nothing is watched.", lost: "The camera is lost.", away: "Mien does not answer." };
export const pausedBecause = (/** @type {string} */ reason) => `Paused: ${reason}.`;
export const PICTURE_HIDDEN = "The picture is hidden.";

// Faces

export const YOUR_FACE = "Your face";
export const EXPRESSIONS = "Expressions";
export const PEOPLE = "People in view";
export const OUT_OF_VIEW = "not in view";
/**
 * For screen readers.
 * @param {string} shown what is seen, in words
 */
export const announced = (shown) => `${shown}.`;
export const ofFace = (/** @type {string} */ face, /** @type {string} */ shown) => `${face} ${shown}`;
export const NOBODY_FOLLOWED = "Somebody who may be you is in view, but is not followed.";
export const NO_FACE = "No face is in view.";
export const THIS_IS_ME = "This is me";
export const fromTheLeft = (/** @type {number} */ place, /** @type {number} */ count) => ` (${place} of ${count} from the left)`;

// Moments and markers

export const at = (/** @type {string} */ moment) => `At ${moment}`;
export const FACE_OF_MOMENT = "The face of this moment, as the model saw it";
export const whatHappens = (/** @type {string} */ moment) => `What happens at ${moment}?`;
export const NOTHING_TO_MARK = "There is nothing to mark yet: the session has no observation so far.";
export const markedAt = (/** @type {string} */ moment) => `Marked at ${moment}.`;

// The session

export const since = (/** @type {string} */ began, /** @type {string} */ length) => `since ${began} · ${length}`;
export const forMinutes = (/** @type {number} */ minutes) => `for ${plural(minutes, { one: `${minutes} minute`, other: `${minutes} minutes` })}`;

// The card after Stop

export const sessionWas = (/** @type {string} */ began, /** @type {string} */ length) => `from ${began}, ${length} long`;
export const sessionWasInterrupted = (/** @type {string} */ began, /** @type {string} */ length) =>
  `from ${began}, ${length} long, interrupted: Mien was closed before the session was stopped`;
export const savedUntil = (/** @type {string} */ until) => `Saved. ${until}`;
export const NOT_SAVED = "Not saved: it is gone with the next session, or when Mien is closed.";
export const KEEP = "Keep";
export const KEEP_FOR_GOOD = "Keep until I erase it";
export const allOf = (/** @type {string} */ session) => `${session} with its timeline, markers and notes`;

// The small view, and other pages over this one

export const PRODUCT = "Mien";
export const SMALL_VIEW = "Small view";
export const LAST_FIVE_MINUTES = "The last five minutes";
export const MARK = "Mark";
export const POPUP_BLOCKED = "The browser blocked the small window. Allow pop-ups for this page, then try again.";
export const OTHER_PAGE = "Another page of Mien";

// Zoom

/** Why a session is paused, for the state line. */
export const ZOOM_VIDEO_IS_OFF = "Zoom's video is off";
/**
 * What Mien does with each of Zoom's capabilities, by Zoom's name of it.
 * @type {Record<string, string>}
 */
export const ZOOM_CAPABILITIES = {
  onMyMediaChange: "pause when its video is off",
  getMeetingContext: "learn the meeting's name",
  showNotification: "show alerts as notifications",
  onRunningContextChange: "notice when a meeting begins",
};
/**
 * @param {boolean} canPause whether turning its video off pauses Mien
 * @param {string[]} missing what of ZOOM_CAPABILITIES is not possible
 */
export function linkedWithZoom(canPause, missing) {
  const sentences = ["Linked with Zoom."];
  if (canPause) sentences.push("Turning Zoom's video off pauses Mien.");
  if (missing.length) sentences.push(`Here it does not ${missing.join(", or ")}.`);
  return sentences.join(" ");
}
export const notLinkedWithZoom = (/** @type {string} */ reason) => `Not linked with Zoom, so its video does not pause Mien here (${reason}).`;
