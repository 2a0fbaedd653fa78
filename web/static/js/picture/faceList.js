/** The faces of a picture as a list: their order, and how many show what. */

/** @import { Box } from "../shared/records.js" */

import { EXPRESSIONS, UNCLEAR } from "../shared/constants.js";
import * as texts from "../texts/picture.js";

/** In shares of a face's height. Group photographs of 10, 18 and 29 people fall into the rows in which they stand or sit. */
const ROW_HEIGHT = 0.8;

/**
 * Faces as one reads: row by row from the top, each from the left. A face belongs to the row above it if their middles are
 * less than `ROW_HEIGHT` apart.
 * @template {{ box: Box }} T
 * @param {T[]} faces
 * @returns {T[]}
 */
export function inReadingOrder(faces) {
  /** @type {T[][]} */
  const rows = [];
  for (const face of [...faces].sort((one, other) => middleOf(one) - middleOf(other))) {
    const row = rows.at(-1);
    if (row && middleOf(face) - mean(row.map(middleOf)) < ROW_HEIGHT * mean(row.map(({ box }) => box[3]))) row.push(face);
    else rows.push([face]);
  }
  return rows.flatMap((row) => row.sort((one, other) => one.box[0] - other.box[0]));
}

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

/** @param {{ box: Box }} face */
const middleOf = ({ box: [, y, , height] }) => y + height / 2;

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
