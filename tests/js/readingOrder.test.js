/** The order of faces in a picture, by live/readingOrder.js. */

import assert from "node:assert/strict";
import { inReadingOrder } from "../../web/static/js/live/readingOrder.js";
import { test } from "node:test";

/** Two by two, as a video call shows four people; none quite in line with another. */
const FACES = [
  { id: 1, box: [425, 70, 80, 80] },
  { id: 2, box: [107, 78, 80, 80] },
  { id: 3, box: [112, 312, 80, 80] },
  { id: 4, box: [426, 305, 80, 80] },
];

test("faces are read line by line, each line from the left", () => {
  assert.deepEqual(inReadingOrder(FACES).map(({ id }) => id), [2, 1, 3, 4]);
});

test("in a mirror each line begins at the other end", () => {
  assert.deepEqual(inReadingOrder(FACES, true).map(({ id }) => id), [1, 2, 4, 3]);
});
