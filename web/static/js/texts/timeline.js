/** What the timeline says: its titles, what is at a moment, markers, and the resting face. */

export const HINT = "Point at a chart to read it, click to look closer, drag to zoom.";
export const WHOLE = "Whole session";
export const LAST_MINUTE = "Last minute";
export const partOf = (/** @type {string} */ part, /** @type {string} */ whole) => `${part}, of ${whole}`;
export const inFull = (/** @type {string} */ part, /** @type {string} */ counted) => `In full: ${part}, ${counted}`;
export const lookThere = (/** @type {string} */ line) => `${line}: look there`;

// Whose timeline it is

export const EVERYBODY = "everybody";
export const faceNumber = (/** @type {number} */ id) => `face ${id}`;

// What is at a moment

export const atMoment = (/** @type {string} */ when, /** @type {string} */ words) => `${when}: ${words}`;
export const YET_TO_COME = "yet to come";
export const NOTHING_WATCHED = "nothing was watched";
/**
 * @param {string[]} listed the largest share first
 * @param {string} sure on average, or empty
 */
export const shares = (listed, sure) => `${listed.join(", ")}${sure && `, on average ${sure}`}`;
export const shareOf = (/** @type {string} */ word, /** @type {string} */ percent) => `${word} ${percent}`;
export const reading = (/** @type {string} */ word, /** @type {string} */ sure) => `${word}, ${sure}`;
export const ofFace = (/** @type {string} */ face, /** @type {string} */ words) => `${face} ${words}`;

// Below the legend

export const sharesOf = (/** @type {string} */ what) => `Shares of ${what}.`;
export const marker = (/** @type {string} */ moment, /** @type {string} */ text) => `${moment} ${text}`;
export const markers = (/** @type {string[]} */ listed) => `Markers: ${listed.join("; ")}.`;
export const restingFace = (/** @type {string[]} */ stretches) => `Resting face taken into account from ${stretches.join(", ")}.`;
export const RESTING_LINE = "the line below: resting face taken into account";

/**
 * A word with why it is unclear, if there is something to say.
 * @param {string} words
 * @param {string} why
 */
export const because = (words, why) => (why ? `${words} (${why})` : words);

/** @param {string} why most of the time was unclear */
export const mostly = (why) => `mostly ${why}`;
