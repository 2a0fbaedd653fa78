/** A stored session's columns as rows like the live ones. */

import { deepEqual, equal } from "node:assert/strict";
import { fetchRows, rowsFrom } from "../../web/static/js/session/storedRows.js";
import { test } from "node:test";

const readings = {
  observation: [0, 0, 2],
  id: [1, 2, 1],
  expression: ["happy", "unclear", "sad"],
  confidence: [0.9, 0.3, 0.6],
  box: [[0, 0, 9, 9], [9, 0, 9, 9], [0, 0, 9, 9]],
  reason: [null, "too dark", null],
  smooth: [[0.01, 0.01, 0.01, 0.9, 0.03, 0.02, 0.02], [0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1], [0, 0, 0, 0.4, 0.6, 0, 0]],
};

test("each face stands in its observation, with its scores by name; an observation without faces is there, too", () => {
  const rows = rowsFrom({ t: [0, 0.5, 1], readings });
  deepEqual(rows.map(({ t, faces }) => [t, faces.map(({ id }) => id)]), [[0, [1, 2]], [0.5, []], [1, [1]]]);
  equal(rows[0].faces[0].smooth.happy, 0.9);
  equal(rows[0].faces[0].scores, undefined);
  deepEqual(rows[0].faces[1].quality, { ok: false, reason: "too dark" });
});

test("after thinning, hz says how often there is a row; without an answer there are none", async () => {
  globalThis.fetch = async () => Response.json({ t: [0, 2], readings: { ...readings, observation: [] }, usual: 0.5, every: 4, total: 8, gaps: [] });
  equal((await fetchRows("s", { points: 2 })).hz, 0.5);
  globalThis.fetch = async () => {
    throw new TypeError("gone");
  };
  deepEqual((await fetchRows("s", { points: 2 })).rows, []);
});
