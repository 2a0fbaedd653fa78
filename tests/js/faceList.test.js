/** The faces of a picture: the line above them, and their crops. */

import { deepEqual, equal } from "node:assert/strict";
import { facesSummary } from "../../web/static/js/picture/faceList.js";
import { squareAround } from "../../web/static/js/picture/faceEntry.js";
import { test } from "node:test";

test("the line above counts what the faces show, the most frequent first and unclear ones among them", () => {
  const showing = (/** @type {string[]} */ ...names) => facesSummary(names.map((expression) => ({ expression })));
  equal(showing("neutral", "happy", "unclear", "happy"), "4 faces: 2 happy, 1 neutral, 1 unclear");
  equal(showing("sad"), "1 face: sad");
  equal(showing(), "");
});

test("a crop is square and stays inside the picture", () => {
  deepEqual(squareAround([100, 100, 50, 40], { width: 400, height: 300 }), [85, 80, 80]);
  deepEqual(squareAround([0, 0, 50, 50], { width: 400, height: 300 }), [0, 0, 80]);
  deepEqual(squareAround([0, 0, 390, 300], { width: 400, height: 300 }), [45, 0, 300]);
});
