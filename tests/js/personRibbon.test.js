/** The ribbon of one person among several, by live/personRibbon.js. */

import { deepEqual } from "node:assert/strict";
import { runsOf } from "../../web/static/js/live/personRibbon.js";
import { test } from "node:test";

const row = (t, expression, confidence = 1) => ({ t, faces: expression ? [{ id: 2, expression, confidence }] : [{ id: 1 }] });

test("what stays the same is one run, as high as each reading is sure; where the person is away there is nothing", () => {
  const rows = [row(0, "happy"), row(1, "happy", 0.5), row(2, "sad"), row(3, null), row(4, "sad")];
  deepEqual(runsOf(rows, 2, 1, 600), [
    { label: "happy", from: 560, to: 580, outline: "V0H570V12H580" },
    { label: "sad", from: 580, to: 590, outline: "V0H590" },
    { label: "sad", from: 600, to: 600, outline: "V0H600" },
  ]);
});

test("before a gap an observation speaks for one step", () => {
  deepEqual(runsOf([row(0, "happy"), row(30, null)], 2, 2, 600), [{ label: "happy", from: 300, to: 305, outline: "V0H305" }]);
});
