/** The part of a session that is zoomed to. */

import { clampRange } from "../../web/static/js/timeline/zoomButtons.js";
import { deepEqual } from "node:assert/strict";
import { test } from "node:test";

test("a part is at least five seconds long, around its middle", () => {
  deepEqual(clampRange([50, 51], [0, 100]), [48, 53]);
});

test("a part beyond an end is moved back, not cut", () => {
  deepEqual(clampRange([-10, 10], [0, 100]), [0, 20]);
  deepEqual(clampRange([95, 115], [0, 100]), [80, 100]);
});

test("nothing is longer than the session", () => {
  deepEqual(clampRange([-50, 200], [10, 90]), [10, 90]);
  deepEqual(clampRange([1, 2], [0, 3]), [0, 3]);
});
