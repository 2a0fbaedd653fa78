/** What the page Call says, with its small view. */

import { plural } from "./plural.js";

// The start

/**
 * What Start starts, by the kind of the source.
 * @type {Record<string, string>}
 */
export const START = { window: "Share the call's window", screen: "Start watching the screen", zoom: "Start with Zoom", "fake:call": "Start the demo" };
export const SAY_WHERE = "Say first where you are: at work or in education, or in private.";

// The call that is over

export const callWas = (/** @type {string} */ began, /** @type {string} */ length) => `Your call from ${began}, ${length} long, is saved.`;
export const callIsNotSaved = (/** @type {string} */ began, /** @type {string} */ length) => `Your call from ${began}, ${length} long, is not saved.`;
export const LOOK_BACK = "Look back at it";
export const KEEP_OR_DISCARD = "Keep or discard it";

// Who is who

export const tile = (/** @type {number} */ number) => `Tile ${number}`;
/** Of a tile, for screen readers. */
export const tileIs = (/** @type {number} */ number, /** @type {string} */ who) => `Tile ${number}: ${who}`;
export const COVERED = "covered";
export const COVERED_UNTIL = "Covered. Mien does not look here.";
export const AGREED = "agreed";
export const VIDEO_OFF = "video off";
export const tileIsOf = (/** @type {string} */ name) => `This is ${name}.`;
export const YOU = "You";
export const THIS_IS_YOU = "This is you.";
export const wasBefore = (/** @type {string} */ name) => `was ${name} before`;
export const yes = (/** @type {string} */ name) => `Yes, ${name}`;
export const YES_ME = "Yes, me";
export const THIS_IS_ME = "This is me";
export const thisIs = (/** @type {string} */ name) => `This is ${name}`;
export const COVER_AGAIN = "Cover it again";
export const CHOOSE_TILE = "Choose a tile first.";
export const CHOOSE_NAME = "Choose a name first.";
export const NO_TILES = "No tiles are found yet. Show the call as a gallery.";
export const NO_ROSTER = "Zoom has named nobody yet.";
export const noted = (/** @type {string} */ name) => `Noted: ${name} agreed.`;
export const COPIED = "Copied.";
export const NOT_COPIED = "The browser does not copy here. Select the words yourself.";
export const agreedIn = (/** @type {number} */ number) => `in tile ${number}`;
export const NOT_ON_SCREEN = "not in a tile";
export const stop = (/** @type {string} */ name) => `Stop, and delete what there is about ${name}`;
export const stopsAndDeletes = (/** @type {string} */ name) =>
  `Mien covers ${name}, and deletes at once all that it has stored about them. You cannot undo this.`;
export const stopQuestion = (/** @type {string} */ name) => `Stop looking at ${name}, and delete?`;
export const stopped = (/** @type {string} */ name) => `Mien no longer looks at ${name}. What there was about ${name} is deleted.`;
export const NOBODY_AGREED = "Mien looks at nobody yet. Ask, and say here who agreed.";
export const suggestedAt = (/** @type {string} */ name, /** @type {number} */ row, /** @type {number} */ place) => `${name} in row ${row}, place ${place}`;
/** @param {string[]} suggested where the suggestions are; empty where only the plan shows them */
export const layoutChanged = (suggested) =>
  `The tiles have moved, so everybody is covered. ${suggested.length ? `Is this right: ${suggested.join("; ")}?` : "Say again who is where."}`;
/**
 * @param {number} seen
 * @param {number} covered
 */
export const seenAndCovered = (seen, covered) =>
  `Mien looks at ${plural(seen, { one: `${seen} tile`, other: `${seen} tiles` })}. ${plural(covered, { one: `${covered} is covered`, other: `${covered} are covered` })}.`;
export const agreedOf = (/** @type {number} */ agreed, /** @type {number} */ all) => `${agreed} of ${all} on Zoom's list agreed. Mien does not look at the others.`;
export const OPEN_PLAN = "Who is who";
export const CLOSE_PLAN = "Close";

// A person

export const AT_REST = "at rest";
export const CANNOT_TELL = "can't be told";
export const LEARNING = "still learning the face at rest";
export const learned = (/** @type {string} */ percent) => `${percent} known`;
export const STILL_LEARNING = "still learning";
export const because = (/** @type {string} */ words, /** @type {string} */ why) => `${words}: ${why}`;
export const MASKED = "covered";
export const AWAY_NOW = "not on the screen";
export const WAITING = "not looked at yet";
export const PAUSED = "paused";
export const andMore = (/** @type {number} */ count) => `and ${count} more`;
export const listed = (/** @type {string[]} */ words) => words.join(", ");

/** Lengths and ages stand still between their steps: nobody has to watch seconds run. */
export const JUST_NOW = "just now";
export const seconds = (/** @type {number} */ count) => `${count} s`;
export const minutes = (/** @type {number} */ count) => `${count} min`;
export const forSo = (/** @type {string} */ length) => `for ${length}`;
export const ago = (/** @type {string} */ length) => `${length} ago`;

/**
 * How far a face moves.
 * @type {[number, string][]} from so much on
 */
export const STRENGTHS = [
  [0.7, "strong"],
  [0.35, "medium"],
  [0, "slight"],
];
/** Where in the face, from above; the last minutes have a line for each. */
export const LANES = ["brows", "eyes", "mouth", "head"];
export const lastMinutes = (/** @type {string} */ length, /** @type {string} */ what) => `The last ${length}: ${what}.`;
export const NOTHING_SEEN = "nothing yet";
export const times = (/** @type {string} */ words, /** @type {number} */ count) => plural(count, { one: words, other: `${words} (${count} times)` });
export const NOW = "now";
export const cannotTell = (/** @type {string} */ reason, /** @type {string[]} */ movements) => `${reason}: ${movements.join(", ")}`;

// What it may mean

/**
 * @param {string} name
 * @param {string} strength weak, some or clear
 * @param {boolean} isChecked whether it was compared with people's answers
 */
export const strengthIs = (name, strength, isChecked) => `${name} (${strength} signs${isChecked ? "" : ", unchecked"})`;
export const mayBe = (/** @type {string[]} */ readings) => `may be ${readings.join(", or ")}`;
export const orElse = (/** @type {string[]} */ alternatives) => `or ${alternatives.join("; or ")}`;
export const UNVALIDATED = "Unchecked: nobody has tested how often this is right.";
export const VALIDATED = "Checked: somebody tested how often this is right.";
export const unclear = (/** @type {string} */ reason) => `Unclear. ${reason}`;
export const NO_READING_YET = "Nothing to say yet.";
export const WHY = "why?";
export const whyOf = (/** @type {string} */ name) => `why? What Mien saw of ${name}`;
export const whyTitle = (/** @type {string} */ name, /** @type {string} */ moment) => `${name}, ${moment} into the call`;
export const WHAT_WAS_SEEN = "What was seen";
export const CAN_ALSO_MEAN = "It can also mean";
export const notedAs = (/** @type {string} */ reading) => `Noted: ${reading}.`;
export const NONE_NOTED = "Noted: none of these.";

// Views

export const captionOf = (/** @type {string} */ shown, /** @type {string} */ meaning) => [shown, meaning].filter(Boolean).join(" · ");
export const NOBODY_YET = "Nobody who agreed is on the call yet.";
export const everythingOf = (/** @type {string} */ name) => `Everything of ${name}`;
export const heard = (/** @type {string} */ name, /** @type {string} */ shown) => `${name}: ${shown}.`;
