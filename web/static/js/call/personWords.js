/** What is said of somebody on a call: what the face shows, or why nothing can be said; in steps, so that words stand still. */

/** @import { CallPerson, CallView, PossibleReading } from "../shared/records.js" */

import { formatPercent } from "../shared/format.js";
import * as texts from "../texts/call.js";

/** @typedef {{ sign: string, words: string, detail: string }} ShownRow sign: the name of a movement or of a state; detail: for how long, or how much is known */

/** Seconds from which a length is called so much; below the first one it is just now. */
const STEPS = [5, 10, 20, 30, 60];
/** Seconds up to which a sample is fresh, so that its age is not told. */
const FRESH = 3;

/** @type {Record<string, string>} */
const STATE_WORDS = { masked: texts.MASKED, away: texts.AWAY_NOW, waiting: texts.WAITING };

/**
 * A length in words that change seldom: 17 s are 10 s.
 * @param {number} seconds
 */
function lengthInSteps(seconds) {
  const step = STEPS.findLast((each) => seconds >= each) ?? 0;
  return step < 60 ? texts.seconds(step) : texts.minutes(Math.floor(seconds / 60));
}

/**
 * How long a movement has lasted.
 * @param {number} seconds
 */
export const durationWords = (seconds) => (seconds < STEPS[0] ? texts.JUST_NOW : texts.forSo(lengthInSteps(seconds)));

/**
 * How old the newest sample is; empty while it is fresh, and where there is none.
 * @param {number | null} age seconds
 */
export function ageWords(age) {
  if (age === null || age < FRESH) return "";
  return texts.ago(age < STEPS[0] ? texts.seconds(FRESH) : lengthInSteps(age));
}

/**
 * What the card says beside the name: how old it is, or that the face at rest is still being learnt.
 * @param {CallPerson} person
 * @param {number | null} age seconds
 */
export function noteWords(person, age) {
  if (person.state !== "seen") return "";
  return ageWords(age) || (person.learning !== null && person.shows.length ? texts.STILL_LEARNING : "");
}

/** @param {number} strength 0 to 1 */
export const strengthWords = (strength) => texts.STRENGTHS.find(([from]) => strength >= from)?.[1] ?? "";

/**
 * What the face shows, that which began first on top: what is new moves nothing. At least one row.
 * @param {CallPerson} person
 * @param {object} how
 * @param {boolean} how.isPaused
 * @param {number} how.rows so many at most; more movements are counted in the last one
 * @returns {ShownRow[]}
 */
export function shownRows(person, { isPaused, rows }) {
  const { state, why, unclear, learning, shows } = person;
  if (isPaused) return [{ sign: "paused", words: texts.PAUSED, detail: "" }];
  if (state !== "seen") return [{ sign: state, words: unseenWords(state, why), detail: "" }];
  if (unclear !== null) return [{ sign: "unclear", words: texts.because(texts.CANNOT_TELL, unclear), detail: "" }];
  if (shows.length) return inOrder(person, rows);
  if (learning !== null) return [{ sign: "learning", words: texts.LEARNING, detail: texts.learned(formatPercent(learning)) }];
  return [{ sign: "rest", words: texts.AT_REST, detail: "" }];
}

/**
 * That somebody is not seen, and why.
 * @param {string} state
 * @param {string | null} why
 */
function unseenWords(state, why) {
  const words = STATE_WORDS[state];
  return why === null || why === words ? words : texts.because(words, why);
}

/**
 * @param {CallPerson} person
 * @param {number} rows
 */
function inOrder({ shows }, rows) {
  const lasting = shows.toSorted((one, other) => one.began - other.began);
  const told = lasting.length > rows ? rows - 1 : rows;
  const first = lasting.slice(0, told).map(({ name, words, seconds }) => ({ sign: name, words, detail: durationWords(seconds) }));
  const more = lasting.slice(told);
  if (!more.length) return first;
  return [...first, { sign: more[0].name, words: more.length === 1 ? more[0].words : texts.andMore(more.length), detail: "" }];
}

/**
 * The same in one line.
 * @param {CallPerson} person
 * @param {boolean} isPaused
 */
export function shownLine(person, isPaused) {
  return texts.listed(shownRows(person, { isPaused, rows: Infinity }).map(({ words }) => words));
}

/**
 * What a face may mean, in one line, with what else it can mean; null where nothing is said of it.
 * @param {CallPerson} person
 * @param {CallView} call
 * @param {boolean} isPaused
 * @returns {{ words: string, alternatives: string, isTold: boolean } | null}
 */
export function meaning({ state, possible }, { mode, meanings_on: isOn }, isPaused) {
  if (mode === "work" || !isOn) return null;
  const silent = { alternatives: "", isTold: false };
  if (isPaused || state !== "seen") return { words: "", ...silent };
  if (possible === null) return { words: texts.NO_READING_YET, ...silent };
  const { readings, unclear } = possible;
  if (!readings.length) return { words: unclear === null ? texts.NO_READING_YET : texts.unclear(unclear), ...silent };
  return {
    words: texts.mayBe(readings.map(readingWords)),
    alternatives: alternativeWords(readings),
    isTold: true,
  };
}

/**
 * Only what it may mean: a caption has no room for why there is nothing.
 * @param {CallPerson} person
 * @param {CallView} call
 * @param {boolean} isPaused
 */
export function meaningLine(person, call, isPaused) {
  const said = meaning(person, call, isPaused);
  return said?.isTold ? said.words : "";
}

/** @param {PossibleReading} reading */
export const readingWords = ({ name, strength, validated }) => texts.strengthIs(name, strength, validated);

/** @param {PossibleReading[]} readings */
const alternativeWords = (readings) => texts.orElse([...new Set(readings.flatMap(({ alternatives }) => alternatives))]);
