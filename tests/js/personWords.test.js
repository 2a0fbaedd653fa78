/** What a card says: what the face shows in rows that keep their order, why nothing can be said, and what it may mean. */

import { ageWords, durationWords, meaning, meaningLine, noteWords, shownLine, shownRows, strengthWords } from "../../web/static/js/call/personWords.js";
import { callWith, confused, movement, personWith } from "./callPeople.js";
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";

const rowsOf = (parts, how = {}) => shownRows(personWith(parts), { isPaused: false, rows: 3, ...how }).map(({ sign, words, detail }) => [sign, words, detail]);

test("what began first stands on top, so that news moves nothing, and the last row counts the rest", () => {
  const shows = [movement("nod", 74, 1), movement("talking", 20, 55), movement("tilt", 60, 15), movement("yawn", 72, 3)];
  deepEqual(rowsOf({ shows: shows.slice(0, 2) }), [["talking", "talking", "for 30 s"], ["nod", "nod", "just now"]]);
  deepEqual(rowsOf({ shows }), [["talking", "talking", "for 30 s"], ["tilt", "tilt", "for 10 s"], ["yawn", "and 2 more", ""]]);
});

test("whoever cannot be seen has the reason, and no movement", () => {
  const shows = [movement("nod", 74, 1)];
  deepEqual(rowsOf({ shows, state: "masked", why: "the tiles have moved" }), [["masked", "covered: the tiles have moved", ""]]);
  deepEqual(rowsOf({ shows, state: "away", why: "camera off" }), [["away", "not on the screen: camera off", ""]]);
  deepEqual(rowsOf({ shows, state: "waiting", why: "not looked at yet" }), [["waiting", "not looked at yet", ""]]);
  deepEqual(rowsOf({ shows, unclear: "turned away" }), [["unclear", "can't be told: turned away", ""]]);
  deepEqual(rowsOf({ shows }, { isPaused: true }), [["paused", "paused", ""]]);
});

test("a face at rest is told from one that is still being learnt", () => {
  deepEqual(rowsOf({}), [["rest", "at rest", ""]]);
  equal(rowsOf({ learning: 0.3 })[0][1], "still learning the face at rest");
  equal(noteWords(personWith({ learning: 0.3, shows: [movement("nod", 74, 1)] }), 0), "still learning");
});

test("lengths and ages change in steps, and a fresh sample has no age", () => {
  deepEqual([0, 4.9, 5, 17, 59, 60, 150].map(durationWords), ["just now", "just now", "for 5 s", "for 10 s", "for 30 s", "for 1 min", "for 2 min"]);
  deepEqual([null, 0, 2.9, 3, 8, 130].map(ageWords), ["", "", "", "3 s ago", "5 s ago", "2 min ago"]);
  deepEqual([0, 0.4, 0.9].map(strengthWords), ["slight", "medium", "strong"]);
});

test("a possible reading comes with what else it can mean, and says that it is unchecked", () => {
  const person = personWith({ possible: { t: 74, unclear: null, readings: [confused] } });
  const said = meaning(person, callWith([person]), false);
  deepEqual(said, { words: "may be confused or unsure (some signs, unchecked)", alternatives: "or concentrating; or annoyed", isTold: true });
  const unclear = personWith({ possible: { t: 74, unclear: "The face shows too little.", readings: [] } });
  equal(meaning(unclear, callWith([unclear]), false).words, "Unclear. The face shows too little.");
  equal(meaningLine(unclear, callWith([unclear]), false), "");
});

test("nothing is told of what it may mean at work, switched off, paused or covered", () => {
  const person = personWith({ possible: { t: 74, unclear: null, readings: [confused] } });
  equal(meaning(person, callWith([person], { mode: "work" }), false), null);
  equal(meaning(person, callWith([person], { meanings_on: false }), false), null);
  equal(meaning(person, callWith([person]), true).isTold, false);
  equal(meaning({ ...person, state: "masked" }, callWith([person]), false).isTold, false);
});

test("a caption is one line", () => {
  equal(shownLine(personWith({ shows: [movement("nod", 74, 1, "nods"), movement("talking", 20, 55, "talks")] }), false), "talks, nods");
  equal(shownLine(personWith({ state: "away", why: "camera off" }), false), "not on the screen: camera off");
});
