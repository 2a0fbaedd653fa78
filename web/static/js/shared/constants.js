/** The constants that the page shares with Python, which writes them into every page as JSON (web/page_constants.py). */

/**
 * @typedef {object} PageConstants
 * @property {string[]} expressions the seven, in their one order
 * @property {string} unclear what a reading says when the model abstains
 * @property {string} nobody what a moment without a face is called
 * @property {string[]} otherVerdicts what a person may say of a face beside the expressions
 * @property {Record<string, string>} adjectives how a face looks, where the expression's name does not say it
 * @property {Record<string, string>} emojiFiles by expression
 * @property {string} emojiFolder address that the files' names follow
 * @property {string[]} activeStates kinds of a session's state in which there is something to pause or stop
 * @property {Record<string, string>} gapWords why a part of a session is missing, by the reason that the server gives
 * @property {{ thinSpace: string, halfPercent: number, highestConfidence: number }} rounding of percentages
 * @property {{ timelineRows: number, lineLetters: number }} limits rows that the server keeps, letters of a title or note
 */

/** @type {PageConstants} */
const constants = JSON.parse(document.getElementById("constants")?.textContent ?? "{}");

export const {
  expressions: EXPRESSIONS,
  unclear: UNCLEAR,
  nobody: NOBODY,
  otherVerdicts: OTHER_VERDICTS,
  adjectives: ADJECTIVES,
  emojiFiles: EMOJI_FILES,
  emojiFolder: EMOJI_FOLDER,
  activeStates: ACTIVE_STATES,
  gapWords: GAP_WORDS,
  rounding: ROUNDING,
  limits: LIMITS,
} = constants;
