/** What several pages say: how things stand, readings, verdicts, cameras, and what every page has. */

import { plural } from "./plural.js";

// The server, and what goes on

export const AWAY = "Mien does not answer. Is it still running in its terminal?";

/**
 * By the kind of the state.
 * @type {Record<string, string>}
 */
export const STATES = {
  connecting: "connecting",
  idle: "not watching",
  starting: "starting",
  watching: "watching",
  paused: "paused",
  lost: "camera lost",
  stopped: "stopped",
  finished: "finished",
  failed: "stopped by an error",
  away: "Mien does not answer",
};
export const pausedBecause = (/** @type {string} */ reason) => `paused: ${reason}`;
export const stoppedAtLimit = (/** @type {number} */ minutes) =>
  `stopped at its limit of ${plural(minutes, { one: `${minutes} minute`, other: `${minutes} minutes` })}`;
export const hertz = (/** @type {number} */ hz) => `${hz} Hz`;
export const EVERY_FRAME = "every frame";
export const WHO_AGREED = "a call: those who agreed";
export const ALL_FACES = "all faces";
export const OWN_FACE = "own face";
export const priorIs = (/** @type {string} */ prior) => `prior ${prior}`;
export const RESTING_FACE_COUNTS = "resting face taken into account";
export const PICTURE_IS_SENT = "picture sent to a virtual camera";

/**
 * In the tab's title, by the kind of the state.
 * @type {Record<string, string>}
 */
export const TAB_STATES = { paused: "Paused", lost: "Camera lost", away: "No answer", failed: "Could not watch" };

/**
 * @param {object} load
 * @param {number} load.readings a second
 * @param {number} load.looks a second between them, 0 for none
 * @param {string} load.core share of one core
 */
export const load = ({ readings, looks, core }) =>
  `${readings} readings${looks ? ` and ${looks} motion samples` : ""} a second: about ${core} of one core`;

// Buttons of several pages

export const PAUSE = "Pause";
export const RESUME = "Resume";
export const REMOVE = "Remove";
export const SAVED = "Saved.";

// Moments

export const fromTo = (/** @type {string} */ from, /** @type {string} */ to) => `${from} to ${to}`;

// Readings

export const faceNumber = (/** @type {number} */ id) => `Face ${id}`;
export const looks = (/** @type {string} */ adjective) => `looks ${adjective}`;
export const sure = (/** @type {string} */ percent) => `${percent} sure`;
export const QUITE_SURE = "quite sure";
export const FAIRLY_SURE = "fairly sure";
export const NOT_VERY_SURE = "not very sure";
export const closest = (/** @type {string} */ expression) => `closest: ${expression}`;
/** Of a face of which nobody said why it is unclear. */
export const NOT_SURE_ENOUGH = "not sure enough";
export const whyUnclear = (/** @type {string} */ reason) => `Why unclear: ${reason}.`;
export const sentence = (/** @type {string} */ words) => `${words[0].toUpperCase()}${words.slice(1)}.`;
export const LIKELIEST = "Likeliest expressions";

// Verdicts

const whatIsSaved = (/** @type {boolean} */ isWhole) => (isWhole ? "this face and the whole picture" : "this face");
export const thatsRight = (/** @type {boolean} */ isWhole) => `That's right, save ${whatIsSaved(isWhole)}`;
export const actuallyShows = (/** @type {boolean} */ isWhole) => `It actually shows … (saves ${whatIsSaved(isWhole)})`;
export const SAVE_WHOLE_PICTURE = "Save the whole picture too";
export const UNDO = "Undo";
export const savedAs = (/** @type {string} */ verdict) => `Saved as ${verdict}.`;
export const savedAsFor = (/** @type {string} */ verdict, /** @type {string} */ kept) => `Saved as ${verdict}: ${kept}.`;
export const VERDICT_TAKEN_BACK = "Taken back: nothing of it is kept.";

// The browser's camera

export const CAMERA_NOT_ALLOWED = "The browser did not give its camera. Allow it (the camera sign beside the address), then try again.";
export const CAMERA_ONLY_HERE = "This browser gives its camera only to addresses of this machine or with https.";
export const cameraRefused = (/** @type {string} */ message) => `The browser did not give its camera (${message}).`;
export const numberedCamera = (/** @type {number} */ index, /** @type {string} */ name) => `${index}: ${name}`;

// What every page has

export const LIGHT = "Light";
export const DARK = "Dark";
export const erases = (/** @type {string} */ what) => `This erases ${what}. It cannot be undone.`;
export const fromNowOn = (/** @type {string} */ words) => `From now on: ${words}.`;
export const fromTheNextOn = (/** @type {string} */ words) => `From the next session, picture or recording on: ${words}.`;
export const CLOSE = "Close";
export const KEYS_TITLE = "Keys";
/** Each key, and what it does. */
export const KEYS = [
  ["?", "This list, on every page"],
  ["space", "Now and Call: pause or resume"],
  ["m", "Now: add a marker"],
  ["v", "Now and Call: open or close the small view, which stays on top of a call"],
  ["k", "Now: correct this moment"],
  ["arrows", "Picture: from one face in the picture to the next; Enter opens its card"],
  ["1 to 9", "In a question about a face: choose what it actually shows"],
  ["Tab", "Go to the next button, link or field; the first link of a page skips to its content"],
  ["Esc", "Close a question or this list; Call: back to all cards"],
];
