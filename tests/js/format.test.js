/** Texts of scores; that percentages, durations and counts are the server's is tested with it (tests/web/test_figures.py). */

import { confidencePercent, confidenceWords, likeliest, loadWords, looksWords, whyUnclear } from "../../web/static/js/shared/format.js";
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";

test("a model is never quite sure", () => {
  equal(confidencePercent(1), ">\u202f99\u202f%");
});

test("without numbers a confidence is told in words", () => {
  document.documentElement.dataset.shown = "words";
  deepEqual([0.8, 0.79, 0.5, 0.49].map(confidenceWords), ["quite sure", "fairly sure", "fairly sure", "not very sure"]);
  delete document.documentElement.dataset.shown;
  equal(confidenceWords(0.8), "80\u202f% sure");
});

test("the likeliest three come in order", () => {
  const scores = { angry: 0.1, disgust: 0, fear: 0.05, happy: 0.6, sad: 0.25, surprise: 0, neutral: 0 };
  deepEqual(likeliest(scores).map(({ expression }) => expression), ["happy", "sad", "angry"]);
});

test("a face looks afraid rather than fear, and an unclear one says why", () => {
  deepEqual(["fear", "happy", "unclear"].map(looksWords), ["looks afraid", "looks happy", "unclear"]);
  equal(whyUnclear({ expression: "happy", quality: { ok: true, reason: null } }), null);
  equal(whyUnclear({ expression: "unclear", quality: { ok: false, reason: "too dark" } }), "Why unclear: too dark.");
  equal(whyUnclear({ expression: "unclear", quality: { ok: true, reason: null }, doubt: "changing" }), "Changing.");
});

test("the load is told once a row tells it", () => {
  equal(loadWords(undefined), "");
  equal(loadWords({ effort: { readings: 1.96, looks: 0, core: 0.12 } }), "2 readings a second: about 12\u202f% of one core");
});
