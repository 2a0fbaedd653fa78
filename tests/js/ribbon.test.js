/** A ribbon's columns of pixels. */

import { runsOf, segmentPerColumn } from "../../web/static/js/timeline/ribbon.js";
import { deepEqual } from "node:assert/strict";
import { test } from "node:test";

const segment = (from, to, label) => ({ from, to, label, confidence: 1 });

test("each column shows what fills most of it, and nothing where nothing was watched", () => {
  const segments = [segment(0, 1.4, "sad"), segment(1.4, 3, "happy"), segment(4, 5, "sad")];
  deepEqual(segmentPerColumn(segments, 0, 5, 5).map((each) => each?.label ?? null), ["sad", "happy", "happy", null, "sad"]);
});

test("what lies outside of the shown time touches no column", () => {
  const segments = [segment(-5, 0, "sad"), segment(0, 2, "happy"), segment(2, 9, "fear")];
  deepEqual(segmentPerColumn(segments, 0, 2, 2).map((each) => each?.label ?? null), ["happy", "happy"]);
});

test("neighbours that show the same are one run, a gap between them makes two", () => {
  const [one, other] = [segment(0, 1, "sad"), segment(1, 2, "sad")];
  deepEqual(runsOf([one, other, null, one]), [{ label: "sad", start: 0, end: 2 }, { label: "sad", start: 3, end: 4 }]);
});
