/** Everything of one person on a call, big: what the face shows, what it may mean and why, and the last minutes. */

/** @import { CallPerson, CallView, PossibleReading } from "../shared/records.js" */
/** @import { MovementHistory } from "./movementHistory.js" */

import { byId, el, setText } from "../shared/dom.js";
import { checkedWords } from "./evidence.js";
import { listMarks, MovementStrip, stripSpan } from "./movementStrip.js";
import { meaning, noteWords, readingWords, shownLine, shownRows, strengthWords } from "./personWords.js";
import { formatMoment } from "../shared/sessionTime.js";
import { say } from "../live/announcer.js";
import { ShownList } from "./shownList.js";
import * as texts from "../texts/call.js";

const ROWS = 3;
/** Seconds between two sentences that are read aloud. */
const SPOKEN_PAUSE = 5;

const shown = new ShownList(ROWS);
const strip = new MovementStrip();
byId("focus-shown").append(shown.element);
byId("focus-strip").append(el("div", { class: "strip-lanes", "aria-hidden": "true" }, ...texts.LANES.map((lane) => el("span", {}, lane))), strip.element);
let readingsKey = "";

/**
 * @param {CallPerson} person
 * @param {object} how
 * @param {CallView} how.call
 * @param {boolean} how.isPaused
 * @param {number | null} how.age seconds
 * @param {MovementHistory} how.history
 */
export function showFocus(person, { call, isPaused, age, history }) {
  setText(byId("focus-name"), person.name);
  setText(byId("focus-note"), isPaused ? "" : noteWords(person, age));
  byId("focus").dataset.state = isPaused ? "paused" : person.state;
  shown.show(shownRows(person, { isPaused, rows: ROWS }).map((row) => ({ ...row, detail: withStrength(person, row) })));
  strip.show(history, person.person);
  for (const [place, moment] of stripSpan(history.now).entries()) setText(byId("focus-axis").children[place], formatMoment(moment, true));
  listMarks(byId("focus-marks"), history.of(person.person).marks, history.now);
  showUnknown(person);
  showPossible(person, call, isPaused);
  if (byId("spoken", HTMLInputElement).checked && person.t !== null) say(texts.heard(person.name, shownLine(person, isPaused)), person.t, SPOKEN_PAUSE);
}

/**
 * How far a face moves, and for how long.
 * @param {CallPerson} person
 * @param {{ sign: string, detail: string }} row
 */
function withStrength({ shows }, { sign, detail }) {
  const movement = shows.find(({ name }) => name === sign);
  return movement && detail ? texts.listed([strengthWords(movement.strength), detail]) : detail;
}

/**
 * What cannot be told, one line for each reason.
 * @param {CallPerson} person
 */
function showUnknown({ unknown }) {
  byId("focus-unknown-part").hidden = unknown.length === 0;
  const list = byId("focus-unknown");
  const reasons = [...new Set(unknown.map(({ reason }) => reason))];
  const sentences = reasons.map((reason) => texts.cannotTell(reason, unknown.filter((each) => each.reason === reason).map(({ words }) => words)));
  if (JSON.stringify(sentences) === list.dataset.shown) return;
  list.dataset.shown = JSON.stringify(sentences);
  list.replaceChildren(...sentences.map((sentence) => el("li", {}, sentence)));
}

/**
 * @param {CallPerson} person
 * @param {CallView} call
 * @param {boolean} isPaused
 */
function showPossible(person, call, isPaused) {
  const said = meaning(person, call, isPaused);
  byId("focus-meaning").hidden = said === null;
  const readings = said?.isTold ? (person.possible?.readings ?? []) : [];
  setText(byId("focus-unclear"), said && !said.isTold ? said.words : "");
  byId("focus-why").hidden = readings.length === 0;
  const list = byId("focus-readings");
  const key = JSON.stringify(readings.map(({ id, strength }) => [id, strength]));
  if (key === readingsKey) return;
  readingsKey = key;
  list.replaceChildren(...readings.map(oneReading));
}

/** @param {PossibleReading} reading */
function oneReading(reading) {
  const name = el("p", { class: "reading-name" }, texts.mayBe([readingWords(reading)]));
  return el("li", {}, name, el("p", {}, reading.meaning), el("p", { class: "soft" }, `${texts.orElse(reading.alternatives)}. ${checkedWords(reading)}`));
}
