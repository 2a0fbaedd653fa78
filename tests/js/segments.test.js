/** Rows as segments: what is a gap, whose face is meant, and what is counted. */

import { LARGEST, chosenFace, segmentsOf, sharesOf } from "../../web/static/js/timeline/segments.js";
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";

const rowsAt = (...times) => times.map((t) => ({ t, faces: [] }));
const lengths = (segments) => segments.map(({ from, to }) => Math.round((to - from) * 1000) / 1000);
const face = (id, expression, side = 10) => ({ id, expression, confidence: 0.9, box: [0, 0, side, side] });

test("a machine that gives less than was asked for leaves no slivers: each row fills its time, but for a silence of ten", () => {
  deepEqual(lengths(segmentsOf(rowsAt(0, 2, 4, 6, 16, 18, 20), LARGEST, 10)), [2, 2, 2, 2, 2, 2, 2]);
});

test("a row or two that were skipped are no gap, a silence of more is one", () => {
  deepEqual(lengths(segmentsOf(rowsAt(0, 0.5, 1, 2.4, 2.9, 4.5), LARGEST, 2)), [0.5, 0.5, 1.4, 0.5, 0.5, 0.5]);
});

test("one row alone stands for as long as was asked for, or a tenth of a second where every frame was", () => {
  deepEqual(lengths(segmentsOf(rowsAt(5), LARGEST, 2)), [0.5]);
  deepEqual(lengths(segmentsOf(rowsAt(5), LARGEST, 0)), [0.1]);
});

test("the largest face is meant, the first of two that are equal, or the one with a number", () => {
  const row = { t: 0, faces: [face(1, "sad"), face(2, "happy", 20), face(3, "angry", 20)] };
  equal(chosenFace(row, LARGEST).id, 2);
  equal(chosenFace(row, 3).id, 3);
  equal(chosenFace(row, 4), undefined);
  equal(chosenFace({ t: 0, faces: [] }, LARGEST), undefined);
});

test("without the face that is meant a segment says that nobody is there", () => {
  const rows = [{ t: 0, faces: [face(1, "sad")] }, { t: 0.5, faces: [face(2, "happy")] }];
  deepEqual(segmentsOf(rows, 1, 2).map(({ label, confidence }) => [label, confidence]), [["sad", 0.9], ["nobody there", 0]]);
});

test("shares are of the readings of the face that is meant, or of all", () => {
  const rows = [{ t: 0, faces: [face(1, "sad"), face(2, "happy")] }, { t: 1, faces: [face(1, "happy"), face(2, "happy")] }, { t: 2, faces: [] }];
  deepEqual(sharesOf(rows, LARGEST), [["happy", 0.75], ["sad", 0.25]]);
  deepEqual(sharesOf(rows, 2), [["happy", 1]]);
  deepEqual(sharesOf(rows, 9), []);
});
