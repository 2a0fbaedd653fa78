/** The rows of a running session: in order, without holes, of one session. */

import { deepEqual, equal } from "node:assert/strict";
import { LiveRows } from "../../web/static/js/live/liveRows.js";
import { test } from "node:test";

const row = (n, session = "a") => ({ n, session, t: n, faces: [] });
const numbers = ({ rows }) => rows.map(({ n }) => n);

test("rows are taken in order, known ones once, and a hole is noticed", () => {
  const live = new LiveRows();
  deepEqual([1, 2, 2, 1].map((n) => live.add(row(n))), [true, true, true, true]);
  equal(live.add(row(4)), false);
  deepEqual(numbers(live), [1, 2]);
});

test("what was missed is filled in, and what came twice is not", () => {
  const live = new LiveRows();
  live.add(row(1));
  live.merge({ session: "a", rows: [row(1), row(2), row(3)] }, 0);
  deepEqual(numbers(live), [1, 2, 3]);
});

test("another session begins anew; its end alone is not taken for all of it", () => {
  const live = new LiveRows();
  live.add(row(1));
  live.merge({ session: "b", rows: [row(7, "b")] }, 6);
  deepEqual([live.session, numbers(live)], ["b", []]);
  live.merge({ session: "b", rows: [row(1, "b"), row(2, "b")] }, 0);
  deepEqual(numbers(live), [1, 2]);
});

test("no more rows are kept than the server keeps", () => {
  const live = new LiveRows();
  live.merge({ session: null, rows: Array.from({ length: 21_605 }, (_, place) => row(place + 1, null)) }, 0);
  deepEqual([live.rows.length, live.rows[0].n, live.last.n], [21_600, 6, 21_605]);
});
