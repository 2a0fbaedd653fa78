/** The faces of a picture as a list: how many show what. */

import { EXPRESSIONS, UNCLEAR } from "../shared/constants.js";
import * as texts from "../texts/picture.js";

/**
 * "18 faces: 16 happy, 2 neutral", the most frequent first; empty without faces.
 * @param {{ expression: string }[]} faces
 */
export function facesSummary(faces) {
  if (faces.length === 0) return "";
  if (faces.length === 1) return texts.faces(1, [faces[0].expression]);
  const counts = [...EXPRESSIONS, UNCLEAR].map((name) => ({ name, count: faces.filter(({ expression }) => expression === name).length }));
  const found = counts.filter(({ count }) => count > 0).sort((one, other) => other.count - one.count);
  return texts.faces(faces.length, found.map(({ name, count }) => texts.countOf(count, name)));
}
