/** What the page Settings says, and the switch of the resting face on Now. */

/**
 * What an alert notices beside expressions.
 * @type {Record<string, string>}
 */
export const NOTICED = { nobody: "nobody is there", away: "I look away", talking: "I talk", unclear: "my face is unclear" };
export const myFaceLooks = (/** @type {string} */ adjective) => `my face looks ${adjective}`;

// A row of the list reads: When … for … seconds, say …

export const WHEN = "When";
export const FOR = "for";
export const SECONDS_SAY = "seconds, say";
export const WHAT_TO_NOTICE = "What to notice";
export const SECONDS = "Seconds";
export const YOUR_SENTENCE = "Your own sentence";
export const YOUR_SENTENCE_HINT = "in Mien's words, or in yours";
export const SHOW_ME = "Show me";

/**
 * By the browser's word for whether it shows notifications.
 * @type {Record<string, string>}
 */
export const NOTIFICATIONS = {
  granted: "While a page of Mien is out of sight, an alert is also shown as a desktop notification.",
  denied: "This browser does not show notifications from Mien.",
};

export const toldFromNowOn = (/** @type {string} */ words) => `Told ${words}, from the next session on.`;

export const RESTING_ON = "Taken into account from now on.";
export const RESTING_OFF = "No longer taken into account.";
