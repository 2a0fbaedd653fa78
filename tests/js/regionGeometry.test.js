/** Parts of the screen as numbers, by live/regionGeometry.js. */

import { between, MIN_SIDE, placeOf, readRegion, within, writeRegion } from "../../web/static/js/live/regionGeometry.js";
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";

/** A second monitor to the left of the first. */
const MONITOR = { left: -1280, top: 100, width: 1280, height: 720 };

test("a part is drawn between two points, whichever comes first, and ends where the monitor does", () => {
  const drawn = { left: -960, top: 280, width: 640, height: 360 };
  deepEqual(between([0.25, 0.25], [0.75, 0.75], MONITOR), drawn);
  deepEqual(between([0.75, 0.75], [0.25, 0.25], MONITOR), drawn);
  deepEqual(between([-0.5, -3], [2, 1.5], MONITOR), MONITOR);
});

test("a click and a speck are the smallest part there is, also in a corner", () => {
  deepEqual(between([1, 1], [1, 1], MONITOR), { left: -MIN_SIDE, top: 820 - MIN_SIDE, width: MIN_SIDE, height: MIN_SIDE });
});

test("numbers that leave the monitor are moved back onto it", () => {
  deepEqual(within({ left: -2000, top: 700, width: 500, height: 5000 }, MONITOR), { left: -1280, top: 100, width: 500, height: 720 });
});

test("a part lies in the picture where it lies on the monitor", () => {
  deepEqual(placeOf({ left: -960, top: 280, width: 640, height: 360 }, MONITOR), { left: "25%", top: "25%", width: "50%", height: "50%" });
});

test("a part is written as the source has it, and read again", () => {
  equal(writeRegion(MONITOR), "-1280,100,1280,720");
  deepEqual(readRegion(" -1280, 100, 1280,720"), MONITOR);
  deepEqual(["2", "", "1,2,3", "1,2,3,x", ",,,"].map(readRegion), Array(5).fill(null));
});
