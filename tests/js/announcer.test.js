/** What screen readers hear. */

import { Announcer } from "../../web/static/js/live/announcer.js";
import { deepEqual } from "node:assert/strict";
import { test } from "node:test";

test("what lasts is announced once, the next after ten seconds at the soonest, a flicker never", () => {
  const announcer = new Announcer();
  const heard = [["happy", 0], ["happy", 2], ["happy", 4], ["sad", 5], ["sad", 8], ["sad", 12], ["fear", 30], ["sad", 31], ["sad", 40]];
  deepEqual(heard.map(([sentence, moment]) => announcer.consider(sentence, moment, 10)), [null, "happy", null, null, null, "sad", null, null, null]);
});
