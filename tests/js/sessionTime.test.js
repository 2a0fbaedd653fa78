/** Moments of a session in words and in fields: by the clock, or by a recording's own time. */

import { deepEqual, equal } from "node:assert/strict";
import { formatMoment, fromField, setBeginning, toField } from "../../web/static/js/shared/sessionTime.js";
import { test } from "node:test";

test("a session has the clock of the person's zone", () => {
  setBeginning("2026-11-26T09:59:30Z");
  deepEqual([formatMoment(0), formatMoment(30), formatMoment(30.9, true)], ["10:59", "11:00", "11:00:00"]);
  equal(toField(30), "2026-11-26T11:00:00");
});

test("what a field shows means the same moment again, also an hour after the clocks were put forward", () => {
  setBeginning("2026-03-29T00:30:00Z");
  equal(toField(3600), "2026-03-29T03:30:00");
  deepEqual([0, 90, 3600, 86_400].map((t) => fromField(toField(t))), [0, 90, 3600, 86_400]);
});

test("a recording has its own time", () => {
  setBeginning(null);
  deepEqual([formatMoment(75.4), toField(3723)], ["1:15", "1:02:03"]);
  deepEqual(["1:15", " 1:02:03 "].map(fromField), [75, 3723]);
});

test("what is no time is refused", () => {
  setBeginning(null);
  deepEqual(["", "75", "1:2:3:4", "-1:00", "1:xx"].map(fromField), [NaN, NaN, NaN, NaN, NaN]);
  setBeginning("2026-11-26T09:59:30Z");
  deepEqual(["", "soon"].map(fromField), [NaN, NaN]);
});
