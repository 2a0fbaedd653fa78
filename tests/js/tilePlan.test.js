/** The plan of a call's tiles, and the evidence of a reading. */

import { deepEqual, equal } from "node:assert/strict";
import { placeOf, readingOrder, rowsAndPlaces, tileWords } from "../../web/static/js/call/tilePlan.js";
import { confused } from "./callPeople.js";
import { seenSentences } from "../../web/static/js/call/evidence.js";
import { test } from "node:test";

const tile = (number, box, parts = {}) => ({ tile: number, box, person: null, suggested: null, ...parts });

test("tiles are read row by row, also where their edges differ a little", () => {
  const tiles = [tile(7, [650, 364, 620, 348]), tile(3, [650, 8, 620, 348]), tile(5, [10, 360, 620, 348]), tile(9, [10, 12, 620, 348])];
  deepEqual(readingOrder(tiles).map((each) => each.tile), [9, 3, 5, 7]);
  const counted = rowsAndPlaces(tiles).map(({ tile: { tile: number }, row, place }) => [number, row, place]);
  deepEqual(counted, [[9, 1, 1], [3, 1, 2], [5, 2, 1], [7, 2, 2]]);
});

test("the plan has the proportions of the call", () => {
  deepEqual(placeOf(tile(1, [320, 180, 640, 360]), [1280, 720]), { left: "25%", top: "25%", width: "50%", height: "50%" });
});

test("a tile says who is in it, who was, or that it is covered", () => {
  const nameOf = (person) => ["You", "Ana", "Ben"][person];
  equal(tileWords(tile(1, [0, 0, 1, 1]), nameOf), "covered");
  equal(tileWords(tile(1, [0, 0, 1, 1], { suggested: 2 }), nameOf), "was Ben before");
  equal(tileWords(tile(1, [0, 0, 1, 1], { person: 0, suggested: 2 }), nameOf), "You");
});

test("what else it can mean is not told twice", () => {
  deepEqual(seenSentences(confused), ["1:11 to 1:14: lowers the brows", "Against it: 1:10 to 1:11: nods"]);
});
