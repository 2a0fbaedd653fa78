/** What is said of gaps, markers, recordings and the state. */

import { deepEqual, equal } from "node:assert/strict";
import { gapSentence } from "../../web/static/js/session/gapWords.js";
import { markerSentence } from "../../web/static/js/timeline/markers.js";
import { progressWords } from "../../web/static/js/recordings/recordingEntry.js";
import { setBeginning } from "../../web/static/js/shared/sessionTime.js";
import { stateWords } from "../../web/static/js/shared/state.js";
import { test } from "node:test";

test("gaps are named and bounded in number; what was erased is not among them", () => {
  setBeginning(null);
  equal(gapSentence([{ from: 1, to: 2, why: "erased" }]), "");
  equal(gapSentence([{ from: 10, to: 20, why: "lost" }, { from: 30, to: 30, why: "paused" }]), "Gaps: camera lost from 0:10 to 0:20; paused from 0:30 to the end.");
  const many = Array.from({ length: 15 }, (_, place) => ({ from: 10 * place, to: 10 * place + 5, why: "silent" }));
  equal(gapSentence(many).endsWith("; and 3 more."), true);
});

test("only the markers of the part that is shown are told", () => {
  setBeginning(null);
  document.querySelectorAll = () => [[5, "hello"], [90, "later"]].map(([t, textContent]) => ({ dataset: { t }, closest: () => ({ querySelector: () => ({ textContent }) }) }));
  equal(markerSentence(0, 60), "Markers: 0:05 hello.");
  equal(markerSentence(10, 60), "");
});

test("a recording's progress is never more than all of it, and its rest is told roughly", () => {
  equal(progressWords({ done: 210, total: 200, left: 30 }), "100 % · less than a minute left");
  equal(progressWords({ done: 50, total: 0, left: null }), "50 frames");
  deepEqual([60, 600, 7380].map((left) => progressWords({ done: 1, total: 100, left })), ["1 % · about a minute left", "1 % · about 10 minutes left", "1 % · about 2 h 3 min left"]);
});

test("the state line says how things stand, and why a session is paused", () => {
  const session = { message: "", hz: 2, faces: "own", prior: "default", fit: null, saving: "not saved", paused_because: "", limit: null, hand_on: null };
  equal(stateWords({ ...session, kind: "idle" }), "not watching");
  equal(stateWords({ ...session, kind: "watching" }), "watching · 2 Hz · own face · not saved");
  equal(stateWords({ ...session, kind: "paused", paused_because: "lunch", prior: "natural" }), "paused: lunch · 2 Hz · own face · prior natural · not saved");
  equal(stateWords({ ...session, kind: "stopped", message: "It ended.", limit: 15 }), "stopped at its limit of 15 minutes");
});
