/** The last minutes of a face, as the page remembers and draws them. */

import { callWith, movement, personWith } from "./callPeople.js";
import { countedWords, stripEnd, stripMarks, stripSpan } from "../../web/static/js/call/movementStrip.js";
import { deepEqual, equal } from "node:assert/strict";
import { MovementHistory } from "../../web/static/js/call/movementHistory.js";
import { test } from "node:test";

function historyOf(...people) {
  const history = new MovementHistory();
  for (const person of people) history.add(callWith([person]));
  return history;
}

test("a movement that lasts is one mark, and one that comes again is another", () => {
  const history = historyOf(
    personWith({ t: 11, shows: [movement("nod", 10, 1)] }),
    personWith({ t: 13, shows: [movement("nod", 10, 3)] }),
    personWith({ t: 31, shows: [movement("nod", 30, 1)] }),
  );
  deepEqual(history.of(2).marks.map(({ from, to }) => [from, to]), [[10, 13], [30, 31]]);
  deepEqual(countedWords(history.of(2).marks), ["nod (2 times)"]);
});

test("time in which a face was not seen is a gap", () => {
  const history = historyOf(
    ...[10, 12, 14].map((t) => personWith({ t })),
    personWith({ t: 16, unclear: "turned away" }),
    personWith({ t: 18, state: "masked", why: "the tiles have moved" }),
    ...[30, 32].map((t) => personWith({ t })),
  );
  deepEqual(history.of(2).seen, [{ from: 10, to: 14 }, { from: 30, to: 32 }]);
  equal(history.now, 32);
});

test("whoever is revoked is forgotten at once, and minutes later so is what was shown", () => {
  const history = historyOf(personWith({ t: 10, shows: [movement("nod", 9, 1)] }));
  history.add(callWith([personWith({ t: 300 })]));
  deepEqual(history.of(2).marks, []);
  history.add(callWith([]));
  deepEqual(history.of(2), { seen: [], marks: [] });
});

test("the drawing stands still between its steps, and fills up from the left in the first minutes", () => {
  deepEqual([10, 180, 181, 194, 195, 196].map(stripEnd), [180, 180, 195, 195, 195, 210]);
  deepEqual(stripSpan(181), [15, 195]);
  const [brows, talk, nod] = stripMarks([{ name: "brows_raised", from: 90, to: 126 }, { name: "talking", from: 0, to: 18 }, { name: "nod", from: 179.5, to: 180 }], 180);
  deepEqual(brows, { lane: 0, left: 50, width: 20, isThin: false });
  deepEqual(talk, { lane: 2, left: 0, width: 10, isThin: true });
  equal(nod.lane, 3);
  equal(nod.width, 0.8);
});
