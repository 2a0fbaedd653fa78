/** What the page Picture says. */

import { plural } from "./plural.js";

const pictures = (/** @type {number} */ count) => plural(count, { one: `${count} picture`, other: `${count} pictures` });

// Taking and reading pictures

export const reading = (/** @type {number} */ count) => `Reading ${pictures(count)} …`;
export const read = (/** @type {number} */ count) => `${pictures(count)} read.`;
export const READING = "Reading …";
export const removed = (/** @type {string} */ name) => `${name} was removed from this page.`;
export const removedButSaved = (/** @type {string} */ name) => `${name} was removed from this page. What was saved of it stays in History.`;
export const lost = (/** @type {number} */ count) =>
  plural(count, {
    one: `${count} picture from before is no longer in memory. Choose it again.`,
    other: `${count} pictures from before are no longer in memory. Choose them again.`,
  });
export const tooLarge = (/** @type {number} */ megabytes) => `The picture is larger than ${megabytes} MB. Make it smaller and try again.`;

// One picture

export const NO_FACE =
  "No face was found in this picture. A face is easier to find when it is upright, seen from the front, well lit, and large in the picture.";
export const priorIs = (/** @type {string} */ prior) => `Prior: ${prior}.`;
export const picture = (/** @type {string} */ name) => `The picture ${name}`;
export const removeFromPage = (/** @type {string} */ name) => `Remove ${name} from this page`;
export const OPEN_ALL = "Open all";
export const CLOSE_ALL = "Close all";

// Its faces

export const BOXES = "Faces in the picture. The arrow keys go from face to face, Enter opens one.";
export const SHOW_IN_PICTURE = "Show in the picture";
export const faceShows = (/** @type {string} */ face, /** @type {string} */ words) => `${face}, ${words}`;
/**
 * "18 faces: 16 happy, 2 neutral"
 * @param {number} count
 * @param {string[]} shown what they show
 */
export const faces = (count, shown) => `${plural(count, { one: `${count} face`, other: `${count} faces` })}: ${shown.join(", ")}`;
export const countOf = (/** @type {number} */ count, /** @type {string} */ expression) => `${count} ${expression}`;
/**
 * How a face was found, where that is worth a sentence.
 * @type {Record<string, string>}
 */
export const FOUND = {
  padded: "Found once the picture had a border around it.",
  crop: "The whole picture was taken as one face.",
};

// The camera

export const BROWSER_HAS_NO_CAMERA = "The browser found no camera. Plug one in, or choose a picture.";
export const BROWSER_CAMERA_IS_BUSY = "The browser cannot use its camera: another program may hold it, or Mien itself on the page Now.";
export const CAMERA_GONE = "The camera was disconnected. Close this and try again.";
/**
 * The name of a picture that was taken.
 * @param {string} time
 */
export const fileName = (time) => `camera ${time}.jpg`;
